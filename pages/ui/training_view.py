"""A training as it goes on and as it ended, and the runs of this machine."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.charts import learning_curve
from pages.ui.notices import errors_shown, plain, show_error
from pages.ui.pickers import run_title, run_titles
from pages.ui.words import count, duration, interval
from xray_core.errors import RunError, XrayError
from xray_core.runs.jobs import read_log, request_stop, stop_requested
from xray_core.runs.status import ACTIVE, read_status
from xray_core.runs.store import Run, list_runs, open_run, restore_run, trash_run

REFRESH_SECONDS = 1.5
OUTCOMES = {
    "finished": ("Finished", "green", "check"),
    "stopped": ("Stopped", "orange", "stop"),
    "failed": ("Failed", "red", "error"),
    "interrupted": ("Interrupted", "orange", "warning"),
    "damaged": ("Damaged", "red", "error"),
    "preparing": ("Going on", "primary", "play_arrow"),
    "training": ("Going on", "primary", "play_arrow"),
    "evaluating": ("Going on", "primary", "play_arrow"),
}
UNKNOWN_OUTCOME = ("No status", "gray", "help")


def state_of(run: Run) -> str:
    """The run's state; `damaged` where its status can't be read."""
    try:
        return str(read_status(run.path).get("state", ""))
    except RunError:
        return "damaged"


@st.fragment(run_every=REFRESH_SECONDS)
def live_view(run_id: str) -> None:
    """The training that goes on; the whole page runs again when it has ended."""
    with errors_shown():
        run = open_run(run_id)
        status = read_status(run.path)
        if status.get("state") not in ACTIVE:
            st.rerun()
        words, share = progress_words(status)
        with st.container(border=True):
            left, right = st.columns([5, 1], vertical_alignment="center")
            left.subheader(plain(run_title(run)), anchor=False)
            asked = stop_requested(run.path)
            right.button(
                "Stopping" if asked else "Stop",
                icon=":material/stop:",
                on_click=request_stop,
                args=(run,),
                disabled=asked,
                width="stretch",
                help="The best epoch so far is tested and kept.",
            )
            st.progress(share, words)
            if asked:
                st.caption("It stops after this step. The best epoch so far is tested and kept.")
            curves(run)
            log_lines(run)


def progress_words(status: Mapping[str, Any]) -> tuple[str, float]:
    """The state in words, and the share that is done.

    >>> progress_words({"state": "evaluating"})
    ('Testing the best epoch on films that it has not seen', 1.0)
    """
    step, steps = int(status.get("step", 0)), max(1, int(status.get("steps", 1)))
    if status["state"] == "evaluating":
        return "Testing the best epoch on films that it has not seen", 1.0
    if status["state"] == "preparing":
        if status.get("phase") == "starting" or not step:
            return "Starting: the network and the films are being loaded", 0.0
        return f"Reading the films: {count(step)} of {count(steps)}", min(1.0, step / steps)
    epoch, epochs = int(status.get("epoch", 1)), max(1, int(status.get("epochs", 1)))
    words = [f"Epoch {epoch} of {epochs}", f"step {count(step)} of {count(steps)}"]
    if status.get("films_per_second"):
        words.append(f"{count(round(status['films_per_second']))} films/s")
    if status.get("eta_seconds"):
        words.append(f"about {duration(status['eta_seconds'])} left")
    return " · ".join(words), min(1.0, (epoch - 1 + step / steps) / epochs)


def outcome_view(run: Run) -> None:
    """How the last training ended, why, and where to go on."""
    status = read_status(run.path)
    state = str(status.get("state", ""))
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(run_title(run)), anchor=False, width="content")
            state_badge(state)
        if error := status.get("error"):
            show_error(XrayError(error["what"], where=error["where"], fix=error["fix"]))
        elif state == "interrupted":
            show_error(
                RunError(
                    "The training ended without a word: its process is gone.",
                    where=run.id,
                    fix="Start it again; the machine may have been short of memory.",
                )
            )
        if run.finished:
            scores = run.scores
            st.markdown(
                f"Macro-F1 **{interval(scores['macro_f1'])}**, balanced accuracy "
                f"**{interval(scores['balanced_accuracy'])}** on {count(scores['n'])} films that "
                f"it had not seen. Best epoch {scores['best_epoch']}, "
                f"{duration(60 * scores['minutes'])}."
            )
            with st.container(horizontal=True):
                st.page_link("pages/compare.py", label="Compare it", icon=":material/bar_chart:")
                st.page_link("pages/explain.py", label="Explain its films", icon=":material/image:")
        curves(run)
        log_lines(run)


def curves(run: Run) -> None:
    """Loss and accuracy after each epoch."""
    history = run.history()
    if history.empty:
        st.caption("Curves appear after the first epoch.")
        return
    for place, (metric, title) in zip(
        st.columns(2), (("loss", "Loss"), ("accuracy", "Accuracy")), strict=True
    ):
        last = history.iloc[-1]
        place.plotly_chart(
            learning_curve(history, metric, title),
            key=f"curve_{run.id}_{metric}",
            config={"displayModeBar": False},
            alt=f"{title} after {len(history)} epochs: training {last[metric]:.3f}, "
            f"validation {last[f'val_{metric}']:.3f}",
        )


def log_lines(run: Run) -> None:
    """What the training process printed, folded."""
    if text := read_log(run):
        with st.expander("Log"):
            st.code(text, language=None, height=260)


def run_list(active: frozenset[str]) -> None:
    """Own runs, newest first, with a way to delete one and to undo that."""
    if error := st.session_state.pop("run_list_error", None):
        show_error(error)
    own = [run for run in list_runs() if not run.shipped]
    gone: str | None = st.session_state.get("trashed_run")
    if not own and not gone:
        return
    st.subheader("Your models", anchor=False)
    if gone:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("The model was deleted.", width="content")
            st.button("Undo", on_click=_bring_back, args=(gone,))
    titles = run_titles(own)
    for run in own:
        with errors_shown(), st.container(border=True):
            title, state, score, delete = st.columns([6, 2, 3, 1], vertical_alignment="center")
            title.markdown(plain(titles[run.id]))
            with state:
                state_badge(state_of(run))
            delete.button(
                "Delete",
                key=f"delete_{run.id}",
                on_click=_trash,
                args=(run,),
                disabled=run.id in active,
                type="tertiary",
                icon=":material/delete:",
            )
            score.markdown(f"Macro-F1 {interval(run.scores['macro_f1'])}" if run.finished else "–")


def state_badge(state: str) -> None:
    """A state as word, icon and colour."""
    word, colour, icon = OUTCOMES.get(state, UNKNOWN_OUTCOME)
    st.badge(word, icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]


def _trash(run: Run) -> None:
    trash_run(run)
    st.session_state["trashed_run"] = run.id


def _bring_back(run_id: str) -> None:
    st.session_state.pop("trashed_run", None)
    try:
        restore_run(run_id)
    except XrayError as error:
        st.session_state["run_list_error"] = error
