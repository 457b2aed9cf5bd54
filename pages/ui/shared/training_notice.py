"""A word on every page when a training has ended, wherever the visitor is."""

from contextlib import suppress

import streamlit as st

from pages.ui.shared import visit
from pages.ui.shared.pickers import run_title
from pages.ui.shared.words import interval, plain
from xray_core.errors import RunError
from xray_core.jobs.queue import active_runs, waiting_runs
from xray_core.runs.status import read_status
from xray_core.runs.store import Run, open_run

LOOK_AGAIN_SECONDS = 5.0
_WARNING = ":material/warning:"
_ENDS = {
    "finished": ("has finished", ":material/check_circle:"),
    "stopped": ("was stopped", _WARNING),
    "failed": ("has failed", _WARNING),
    "interrupted": ("was interrupted", _WARNING),
}


def training_notice() -> None:
    """Look for trainings that have ended, again and again while there are any."""
    looking = bool(active_runs() or waiting_runs() or visit.WATCHED.get())
    st.fragment(_notice, run_every=LOOK_AGAIN_SECONDS if looking else None)()


def ended_lines() -> None:
    """The trainings that ended during this visit, until the visitor has read it."""
    ended = visit.ENDED.get()
    if not ended:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info("  \n".join(ended.values()), icon=":material/flag:", width="stretch")
        st.button("Got it", key="ended_read", type="tertiary", on_click=visit.ENDED.forget)


def _notice() -> None:
    """Say once of each training that this visit has seen running that it has ended."""
    now = {run.id for run in active_runs()}
    for run_id in sorted(visit.WATCHED.get() - now):
        with suppress(RunError):  # deleted, or damaged: the pages name it
            _say(open_run(run_id))
    visit.WATCHED.put(now)


def _say(run: Run) -> None:
    state = str(read_status(run.path).get("state", ""))
    if state in _ENDS:
        words, icon = _ENDS[state]
        score = f": macro-F1 {interval(run.scores()['macro_f1'])}" if run.finished else ""
        line = f"**{plain(run_title(run))}** {words}{score}."
        st.toast(line, icon=icon, duration="long")
        visit.ENDED.hold()[run.id] = line
