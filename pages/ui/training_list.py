"""All own models with what can be done with them: resume, use the settings again, delete, undo."""

import contextlib

import streamlit as st

from pages.ui.notices import errors_shown, plain, show_error
from pages.ui.pickers import datasets_of, run_title, run_titles
from pages.ui.training_settings import use_settings
from pages.ui.training_states import state_badge, state_of
from pages.ui.words import interval
from xray_core.errors import RunError, XrayError
from xray_core.runs.job import read_job
from xray_core.runs.jobs import can_resume, resume_training
from xray_core.runs.store import Run, restore_run, trash_run
from xray_core.training.config import config_from

A_PAGE = 10
_DELETED = "deleted_runs"
_ERROR = "run_list_error"


def run_list(runs: tuple[Run, ...], active: frozenset[str]) -> None:
    """Own runs, newest first.

    Args:
        runs: all of them, but those that wait.
        active: ids of those that go on.
    """
    if error := st.session_state.pop(_ERROR, None):
        show_error(error)
    deleted: dict[str, str] = st.session_state.get(_DELETED, {})
    if not runs and not deleted:
        return
    st.subheader("Your models", anchor=False)
    for run_id, title in reversed(deleted.items()):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Deleted: {plain(title)}", width="content")
            st.button("Undo", key=f"undo_{run_id}", on_click=_bring_back, args=(run_id,))
    titles = run_titles(runs)
    n_pages = -(-len(runs) // A_PAGE)
    page = st.pagination(n_pages, key="runs_page") - 1 if n_pages > 1 else 0
    for run in runs[page * A_PAGE : (page + 1) * A_PAGE]:
        with errors_shown(), st.container(border=True):
            _row(run, titles[run.id], goes_on=run.id in active)


def resume_button(run: Run, key: str) -> None:
    """Goes on with a training that ended before its time."""
    st.button(
        "Resume",
        key=key,
        icon=":material/play_arrow:",
        on_click=_resume,
        args=(run,),
        help="It goes on after its last whole epoch.",
    )


def settings_button(run: Run, key: str) -> None:
    """Puts the run's settings into the form."""
    st.button(
        "Use these settings",
        key=key,
        icon=":material/content_copy:",
        type="tertiary",
        on_click=_duplicate,
        args=(run,),
        help="Puts them into the form, to train again or change something.",
    )


def remember_deleted(run: Run) -> None:
    """Offer to bring it back."""
    st.session_state.setdefault(_DELETED, {})[run.id] = run_title(run)


def _row(run: Run, title: str, *, goes_on: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(title), width="stretch")
        state_badge(state_of(run))
        score = st.empty()
        if not goes_on and can_resume(run):
            resume_button(run, f"resume_{run.id}")
        settings_button(run, f"settings_{run.id}")
        st.button(
            "Delete",
            key=f"delete_{run.id}",
            icon=":material/delete:",
            type="tertiary",
            disabled=goes_on,
            on_click=_trash,
            args=(run,),
        )
    if run.finished:
        score.markdown(f"Macro-F1 {interval(run.scores['macro_f1'])}", width="content")


def _resume(run: Run) -> None:
    try:
        resume_training(run)
    except XrayError as error:
        st.session_state[_ERROR] = error


def _duplicate(run: Run) -> None:
    weights = ""
    with contextlib.suppress(RunError):  # only this machine knows where a file of weights lies
        weights = read_job(run).weights
    try:
        names = [dataset.name for dataset in datasets_of(run)]
        use_settings(config_from(run.config, weights), names)
    except XrayError as error:
        st.session_state[_ERROR] = error
    else:
        st.toast(f"The form has the settings of {run_title(run)}.", icon=":material/content_copy:")


def _trash(run: Run) -> None:
    try:
        trash_run(run)
    except XrayError as error:
        st.session_state[_ERROR] = error
    else:
        remember_deleted(run)


def _bring_back(run_id: str) -> None:
    st.session_state[_DELETED].pop(run_id, None)
    try:
        restore_run(run_id)
    except XrayError as error:
        st.session_state[_ERROR] = error
