"""All models trained here and their actions: resume, use the settings again, delete, undo."""

import contextlib

import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.access import may_change
from pages.ui.shared.notices import errors_shown, show_error
from pages.ui.shared.pickers import datasets_of, run_title, run_titles
from pages.ui.shared.words import interval, plain
from pages.ui.train.deleted_runs import any_deleted, delete_button, deleted_lines
from pages.ui.train.rename import rename_button
from pages.ui.train.settings import use_settings
from pages.ui.train.states import state_badge, state_of
from xray_core.errors import RunError, XrayError
from xray_core.jobs.job import read_job
from xray_core.jobs.queue import can_resume, resume_training
from xray_core.runs.store import Run
from xray_core.training.config import config_from

A_PAGE = 10


def run_list(runs: tuple[Run, ...], active: frozenset[str]) -> None:
    """Runs trained here, newest first.

    Args:
        runs: all of them except those that wait.
        active: ids of those that are running.
    """
    if error := session.RUN_LIST_ERROR.take():
        show_error(error)
    if not runs and not any_deleted():
        return
    st.subheader("Your models", anchor=False)
    deleted_lines()
    titles = run_titles(runs)
    n_pages = -(-len(runs) // A_PAGE)
    page = (
        st.pagination(n_pages, key="runs_page", persist_state="session") - 1 if n_pages > 1 else 0
    )
    for run in runs[page * A_PAGE : (page + 1) * A_PAGE]:
        with errors_shown(), st.container(border=True):
            _row(run, titles[run.id], is_running=run.id in active)


def resume_button(run: Run, key: str) -> None:
    """Resumes a training that ended early."""
    st.button(
        "Resume",
        key=key,
        icon=":material/play_arrow:",
        on_click=_resume,
        args=(run,),
        help="Continues after the last completed epoch.",
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
        help="Copies them into the form, to train again or change something.",
    )


def _row(run: Run, title: str, *, is_running: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(title), width="stretch")
        state_badge(state_of(run))
        score = st.empty()
        if may_change():
            if not is_running and can_resume(run):
                resume_button(run, f"resume_{run.id}")
            settings_button(run, f"settings_{run.id}")
            rename_button(run)
        delete_button(run, disabled=is_running)
    if run.finished:
        score.markdown(f"Macro-F1 {interval(run.scores()['macro_f1'])}", width="content")


def _resume(run: Run) -> None:
    try:
        resume_training(run)
    except XrayError as error:
        session.RUN_LIST_ERROR.put(error)


def _duplicate(run: Run) -> None:
    weights = ""
    with contextlib.suppress(RunError):  # only this machine knows where a weights file is
        weights = read_job(run).weights
    try:
        names = [dataset.name for dataset in datasets_of(run)]
        use_settings(config_from(run.config.content, weights), names)
    except XrayError as error:
        session.RUN_LIST_ERROR.put(error)
    else:
        st.toast(
            f"The form now holds the settings of {plain(run_title(run))}.",
            icon=":material/content_copy:",
        )
