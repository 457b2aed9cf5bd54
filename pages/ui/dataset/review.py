"""Films whose label is doubtful, with a decision on each that is kept beside the data."""

from pathlib import Path

import streamlit as st

from pages.ui.dataset.answers import maps_of, pick_model
from pages.ui.dataset.film_grid import page_of, show_films
from pages.ui.shared import session
from pages.ui.shared.access import may_change
from pages.ui.shared.manifests import forget_manifest
from pages.ui.shared.notices import errors_shown, show_error
from pages.ui.shared.words import plain
from xray_core.audit.finding import Finding
from xray_core.data.catalogue import Dataset
from xray_core.data.decisions import (
    DECISIONS,
    KEEP,
    LEAVE_OUT,
    RELABEL,
    Decision,
    decision_words,
    read_decisions,
    take_back,
    write_decision,
)
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record
from xray_core.errors import XrayError

FILMS_A_PAGE = 9
FILMS_A_ROW = 3
AUDIT_TAB = "Audit"
"""Title of the tab that shows it."""

UNDECIDED = "Not decided"


def review_list(dataset: Dataset, manifest: Manifest, finding: Finding) -> None:
    """The films of a finding, each with its decision.

    Args:
        dataset: that they are of.
        manifest: its films when they were audited.
        finding: of doubtful or contradicting labels.
    """
    if error := session.DECISION_ERROR.take():
        show_error(error)
    folder = manifest.roots[dataset.name]
    with errors_shown():
        decided = read_decisions(folder)
        _undo_line(dataset, folder)
        records = [manifest.by_id[film] for group in finding.groups for film in group]
        run = pick_model(f"review-{finding.kind}")
        first = page_of(len(records), FILMS_A_PAGE, f"review-{finding.kind}") * FILMS_A_PAGE
        shown = records[first : first + FILMS_A_PAGE]
        maps = maps_of(run, Manifest(tuple(shown), manifest.roots)) if run else {}
        for start in range(0, len(shown), FILMS_A_ROW):
            for place, record in zip(
                st.columns(FILMS_A_ROW), shown[start : start + FILMS_A_ROW], strict=False
            ):
                with place, st.container(border=True):
                    show_films(manifest, [record], f"review-{record.id}", maps)
                    _decide(dataset, manifest, record, decided.get(record.path))
        st.caption(
            f"Decisions are kept in {DECISIONS} beside the films: every scan and training honours "
            "them."
        )


def _decide(dataset: Dataset, manifest: Manifest, record: Record, now: Decision | None) -> None:
    choices = _choices(manifest, record)
    if not may_change():
        st.markdown(plain(decision_words(now) if now else UNDECIDED))
        return
    key = session.decision_on(record.id)
    place = list(choices.values()).index((now.decision, now.label) if now else ("", ""))
    st.selectbox(
        f"Decision on {plain(record.path)}",
        list(choices),
        index=place,
        key=key.name,
        label_visibility="collapsed",
        on_change=_keep,
        args=(dataset, manifest.roots[dataset.name], record, choices, now),
    )


def _choices(manifest: Manifest, record: Record) -> dict[str, tuple[str, str]]:
    """Words of each choice -> decision and new label."""
    others = [label for label in manifest.classes if label != record.label]
    return {
        UNDECIDED: ("", ""),
        f"Keep as {label_title(record.label)}": (KEEP, ""),
        **{f"Relabel as {label_title(label)}": (RELABEL, label) for label in others},
        "Leave out": (LEAVE_OUT, ""),
    }


def _keep(
    dataset: Dataset,
    folder: Path,
    record: Record,
    choices: dict[str, tuple[str, str]],
    before: Decision | None,
) -> None:
    decision, label = choices[session.decision_on(record.id).get()]
    now = Decision(record.path, decision, label, record.sha256) if decision else None
    _put(dataset, folder, record, now)
    session.LAST_DECISION.put((record, before))


def _put(dataset: Dataset, folder: Path, record: Record, decision: Decision | None) -> None:
    try:
        if decision is None:
            take_back(folder, record.path)
        else:
            write_decision(folder, decision)
    except XrayError as error:
        session.DECISION_ERROR.put(error)
    session.decision_on(record.id).forget()
    forget_manifest(dataset.name)
    session.dataset_tabs(dataset.name).put(AUDIT_TAB)  # a tab that counts is named anew, and closed


def _undo_line(dataset: Dataset, folder: Path) -> None:
    """The film that was decided last, and the way back."""
    last = session.LAST_DECISION.get()
    if last is None or last[0].dataset != dataset.name or not may_change():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Decided on {plain(last[0].path)}.", width="content")
        st.button("Undo", on_click=_undo, args=(dataset, folder, *last), key="undo_decision")


def _undo(dataset: Dataset, folder: Path, record: Record, before: Decision | None) -> None:
    _put(dataset, folder, record, before)
    session.LAST_DECISION.take()
