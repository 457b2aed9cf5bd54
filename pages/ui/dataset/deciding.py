"""Keeping what was decided of a film beside its data, and taking the last decision back."""

import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.access import may_change
from pages.ui.shared.manifests import forget_manifest
from pages.ui.shared.notices import show_error
from pages.ui.shared.words import plain
from xray_core.audit.finding import GROUPS_OF_KINDS
from xray_core.data.decisions import (
    LEAVE_OUT,
    LEFT_OUT,
    Decision,
    read_decisions,
    take_back,
    write_decision,
)
from xray_core.data.records import Manifest, Record
from xray_core.errors import XrayError

REVIEWED = GROUPS_OF_KINDS["label"]
"""Kinds of findings whose films are decided on one by one."""

FILMS_TAB = "Films"
"""Title of the tab in which single films are left out."""


def decide(manifest: Manifest, record: Record, decision: Decision | None, tab: str) -> None:
    """Keep a decision on a film, or that there is none, and what there was before it.

    Args:
        manifest: the data set, whose folder gets the decision.
        record: the film.
        decision: None takes back what was decided.
        tab: title of the tab that stays open.
    """
    _forget_choices(record)
    try:
        before = read_decisions(manifest.roots[record.dataset]).get(record.path)
        _put(manifest, record, decision, tab)
        session.LAST_DECISION.put((record, before))
    except XrayError as error:
        session.DECISION_ERROR.put(error)


def decided_line(manifest: Manifest, tab: str) -> None:
    """Why the last decision could not be kept; else the film that was decided last, and Undo."""
    if error := session.DECISION_ERROR.take():
        show_error(error)
    last = session.LAST_DECISION.get()
    if last is None or last[0].dataset not in manifest.roots or not may_change():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Decided on {plain(last[0].path)}.", width="content")
        st.button("Undo", on_click=_undo, args=(manifest, *last, tab), key=f"undo_decision_{tab}")


def leave_out_button(manifest: Manifest, record: Record, tab: str) -> None:
    """Leaves the film out of its data set, or takes it in again; absent where not allowed.

    Args:
        manifest: the data set, as scanned last.
        record: the film.
        tab: title of the tab that stays open.
    """
    if not may_change():
        return
    gone = record.problem == LEFT_OUT
    words = "Include it again" if gone else "Leave out of this data set"
    if st.button(
        words,
        icon=":material/undo:" if gone else ":material/block:",
        help="Kept beside the films: every scan and training honours it.",
    ):
        leave = Decision(record.path, LEAVE_OUT, sha256=record.sha256)
        decide(manifest, record, None if gone else leave, tab)
        st.rerun()


def _forget_choices(record: Record) -> None:
    """The lists of choices of a film begin anew, with what is decided of it by then."""
    for kind in REVIEWED:
        session.decision_on(record.id, kind).forget()


def _put(manifest: Manifest, record: Record, decision: Decision | None, tab: str) -> None:
    folder = manifest.roots[record.dataset]
    if decision is None:
        take_back(folder, record.path)
    else:
        write_decision(folder, decision)
    forget_manifest(record.dataset)
    session.dataset_tabs(record.dataset).put(tab)  # one that counts is named anew, and closed


def _undo(manifest: Manifest, record: Record, before: Decision | None, tab: str) -> None:
    _forget_choices(record)
    try:
        _put(manifest, record, before, tab)
        session.LAST_DECISION.forget()
    except XrayError as error:
        session.DECISION_ERROR.put(error)
