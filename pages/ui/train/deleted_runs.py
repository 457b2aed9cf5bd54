"""Deleting a model, and restoring it."""

import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.access import may_change
from pages.ui.shared.notices import show_error
from pages.ui.shared.pickers import run_title
from pages.ui.shared.words import plain
from xray_core.errors import XrayError
from xray_core.runs.store import Run
from xray_core.runs.trash import restore_run, trash_run


def delete_button(run: Run, *, disabled: bool = False) -> None:
    """Deletes the model; `deleted_lines` then offers to restore it. Absent where not allowed."""
    if not may_change():
        return
    st.button(
        "Delete",
        key=f"delete_{run.id}",
        icon=":material/delete:",
        type="tertiary",
        disabled=disabled,
        on_click=_trash,
        args=(run,),
    )


def remember_deleted(run: Run) -> None:
    """Offer to restore it."""
    session.deleted_runs(own=run.is_own).hold()[run.id] = run_title(run)


def any_deleted(*, own: bool = False) -> bool:
    """Whether `deleted_lines` would show something."""
    return bool(session.deleted_runs(own=own).get()) or session.restore_error(own=own).is_kept


def deleted_lines(*, own: bool = False) -> None:
    """Deleted models, each with an undo button, and why restoring failed.

    Args:
        own: registered models; else those that were trained here.
    """
    if error := session.restore_error(own=own).take():
        show_error(error)
    deleted = session.deleted_runs(own=own).get() if may_change() else {}
    for run_id, title in reversed(deleted.items()):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Deleted: {plain(title)}", width="content")
            st.button("Undo", key=f"undo_{run_id}", on_click=_bring_back, args=(own, run_id))


def _trash(run: Run) -> None:
    try:
        trash_run(run)
    except XrayError as error:
        session.restore_error(own=run.is_own).put(error)
    else:
        remember_deleted(run)


def _bring_back(own: bool, run_id: str) -> None:
    session.deleted_runs(own=own).get().pop(run_id, None)
    try:
        restore_run(run_id)
    except XrayError as error:
        session.restore_error(own=own).put(error)
