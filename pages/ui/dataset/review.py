"""Films whose label is doubtful, with a decision on each that is kept beside the data."""

import streamlit as st

from pages.ui.dataset.answers import maps_of, pick_model
from pages.ui.dataset.deciding import decide
from pages.ui.dataset.film_grid import page_of, show_films
from pages.ui.shared import session
from pages.ui.shared.access import may_change
from pages.ui.shared.dropped import NAME as DROPPED
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.session_key import Key
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
)
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record

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
    folder = manifest.roots[dataset.name]
    with errors_shown():
        decided = read_decisions(folder)
        records = [manifest.by_id[film] for group in finding.groups for film in group]
        run = None if dataset.name == DROPPED else pick_model(f"review-{finding.kind}")
        first = page_of(len(records), FILMS_A_PAGE, f"review-{finding.kind}") * FILMS_A_PAGE
        shown = records[first : first + FILMS_A_PAGE]
        maps = maps_of(run, Manifest(tuple(shown), manifest.roots)) if run else {}
        for start in range(0, len(shown), FILMS_A_ROW):
            for place, record in zip(
                st.columns(FILMS_A_ROW), shown[start : start + FILMS_A_ROW], strict=False
            ):
                with place, st.container(border=True):
                    show_films(manifest, [record], f"review-{finding.kind}-{record.id}", maps)
                    key = session.decision_on(record.id, finding.kind)
                    _decide(manifest, record, decided.get(record.path), key)
        st.caption(
            f"Decisions are kept in {DECISIONS} beside the films: every scan and training honours "
            "them."
        )


def _decide(manifest: Manifest, record: Record, now: Decision | None, key: Key[str]) -> None:
    choices = _choices(manifest, record)
    if not may_change():
        st.markdown(plain(decision_words(now) if now else UNDECIDED))
        return
    place = list(choices.values()).index((now.decision, now.label) if now else ("", ""))
    st.selectbox(
        f"Decision on {plain(record.path)}",
        list(choices),
        index=place,
        key=key.name,
        label_visibility="collapsed",
        on_change=_keep,
        args=(manifest, record, choices, key),
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
    manifest: Manifest, record: Record, choices: dict[str, tuple[str, str]], key: Key[str]
) -> None:
    decision, label = choices[key.get()]
    now = Decision(record.path, decision, label, record.sha256) if decision else None
    decide(manifest, record, now, AUDIT_TAB)
