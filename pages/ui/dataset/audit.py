"""The audit of a data set: asked for by a button, its findings with films side by side."""

from contextlib import AbstractContextManager, nullcontext

import streamlit as st

from pages.ui.dataset.deciding import REVIEWED, decided_line
from pages.ui.dataset.film_grid import group_pages
from pages.ui.dataset.review import AUDIT_TAB, review_list
from pages.ui.shared import session
from pages.ui.shared.dropped import NAME as DROPPED
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.progress import progress_bar
from pages.ui.shared.words import count, films, plain
from xray_core.audit.audit import audit
from xray_core.audit.finding import AuditReport, Finding
from xray_core.audit.honest_division import counts_of, honest_division
from xray_core.cached_arrays import keeping_arrays_in
from xray_core.data.catalogue import Dataset
from xray_core.data.records import Manifest
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.wording import capital


def audit_panel(dataset: Dataset, manifest: Manifest) -> None:
    """A button, the audit while it runs, and what it found.

    Args:
        dataset: that is shown.
        manifest: its films, as scanned last.
    """
    kept = session.AUDITS.hold()
    report = kept.get(dataset.name)
    st.caption(
        "Looks for copies whatever was done to them, patients in several splits, doubtful labels, "
        f"and what else gives the class away. Thousands of films take minutes. {RESEARCH_ONLY}"
    )
    words = "Audit again" if report else "Audit these films"
    if st.button(words, type="secondary" if report else "primary", icon=":material/fact_check:"):
        with errors_shown():
            with _kept_with(dataset):
                kept[dataset.name] = _run(manifest)
            st.rerun()
    if report is not None:
        _show(dataset, report, manifest)


def _kept_with(dataset: Dataset) -> AbstractContextManager[None]:
    """Films that were dropped leave nothing among the caches on disk."""
    dropped = session.DROPPED.get() if dataset.name == DROPPED else None
    return keeping_arrays_in(dropped.arrays) if dropped else nullcontext()


def _run(manifest: Manifest) -> AuditReport:
    step = ""

    def words(done: int, total: int) -> str:
        return f"{capital(step)}: {count(done)} of {count(total)}"

    with progress_bar(words, "Reading films") as show:

        def progress(name: str, done: int, total: int) -> None:
            nonlocal step
            step = name
            show(done, total)

        return audit(manifest, progress)


def _show(dataset: Dataset, report: AuditReport, manifest: Manifest) -> None:
    n = len(report.findings)
    if not n:
        st.success(
            f"Nothing was found in {films(len(report.manifest.records))}.", icon=":material/check:"
        )
    else:
        st.markdown(f"**{count(n)} finding{'s' * (n != 1)}**, the most harmful first.")
        decided_line(manifest, AUDIT_TAB)
    for number, finding in enumerate(report.findings, 1):
        with st.expander(
            f"{number}. {finding.title}: {plain(finding.words)}", expanded=number == 1
        ):
            _finding(dataset, report, manifest, finding, number)
    _division(dataset, report)
    if report.not_evaluated:
        lines = "\n".join(f"- {plain(line)}" for line in report.not_evaluated)
        st.markdown(f"**Not evaluated**\n\n{lines}")


def _division(dataset: Dataset, report: AuditReport) -> None:
    """The honest division in one click: its size, and an index that training honours."""
    if len(report.manifest.usable.classes) < 2 or not st.button(
        "Divide honestly",
        icon=":material/call_split:",
        help="By patient, with all copies that were found together.",
    ):
        return
    with errors_shown():
        division = honest_division(report)
        sizes = "; ".join(
            f"{name} {count(sum(counts.values()))}" for name, counts in counts_of(division).items()
        )
        st.markdown(
            f"**{sizes} films.** Put the table beside the films as `index.csv` and keep the data "
            "set's own split: training honours it."
        )
        st.download_button(
            "Download the division",
            division.to_csv(index=False),
            f"{dataset.name}-honest.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _finding(
    dataset: Dataset, report: AuditReport, manifest: Manifest, finding: Finding, number: int
) -> None:
    st.markdown(
        f"**What it does to a score.** {plain(finding.effect)}  \n"
        f"**What to do.** {plain(finding.todo)}"
    )
    if finding.kind in REVIEWED:
        review_list(dataset, report.manifest, finding)
    elif finding.groups:
        known = manifest.by_id  # as decided since; a film that went meanwhile is shown as it was
        is_there = all(film in known for group in finding.groups for film in group)
        films_now = manifest if is_there else report.manifest
        group_pages(films_now, finding.groups, key=f"audit-{number}", tab=AUDIT_TAB)
