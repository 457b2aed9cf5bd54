"""A training while it runs and after it has ended."""

import pandas as pd
import streamlit as st

from pages.ui.compare.within_source import SAME_SOURCE, same_source_words, within_scores
from pages.ui.shared.access import may_change
from pages.ui.shared.figures import Shown, show_chart
from pages.ui.shared.notices import errors_shown, show_error
from pages.ui.shared.pickers import run_title
from pages.ui.shared.words import count, duration, interval, plain
from pages.ui.train.epoch_strip import epoch_strip
from pages.ui.train.learning_charts import learning_curve, step_positions
from pages.ui.train.list import resume_button, settings_button
from pages.ui.train.states import progress_words, state_badge
from xray_core.errors import RunError, XrayError
from xray_core.jobs.queue import can_resume, read_log, request_stop, stop_requested
from xray_core.runs.status import ACTIVE, read_status
from xray_core.runs.store import Run, open_run

REFRESH_SECONDS = 1.5
STEP_POINTS = 400


@st.fragment(run_every=REFRESH_SECONDS)
def live_view(run_id: str) -> None:
    """The running training; the whole page is rerun when it has ended."""
    with errors_shown():
        run = open_run(run_id)
        status = read_status(run.path)
        if status.get("state") not in ACTIVE:
            st.rerun()
        words, details, share = progress_words(status)
        with st.container(border=True):
            left, right = st.columns([5, 1], vertical_alignment="center")
            left.markdown(plain(run_title(run)))
            asked = stop_requested(run.path)
            if may_change():
                right.button(
                    "Stopping" if asked else "Stop",
                    icon=":material/stop:",
                    on_click=request_stop,
                    args=(run,),
                    disabled=asked,
                    width="stretch",
                    help="The best epoch so far is tested and kept.",
                )
            st.subheader(words, anchor=False)
            st.progress(share)
            if details:
                st.caption(details)
            if asked:
                st.caption("It stops after this step. The best epoch so far is tested and kept.")
            for warning in status.get("warnings", ()):
                st.warning(plain(str(warning)), icon=":material/warning:")
            curves(run, int(status.get("steps", 0)))
            epoch_strip(run)
            log_lines(run)


def outcome_view(run: Run) -> None:
    """How the last training ended, why, and what to do next."""
    status = read_status(run.path)
    state = str(status.get("state", ""))
    resumable = may_change() and can_resume(run)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(run_title(run)), anchor=False, width="content")
            state_badge(state)
        _why_it_ended(run, status.get("error"), state, resumable=resumable)
        if run.finished:
            scores = run.scores()
            st.markdown(
                f"Macro-F1 **{interval(scores['macro_f1'])}**, balanced accuracy "
                f"**{interval(scores['balanced_accuracy'])}** on {count(scores['n'])} films that "
                f"it had not seen. Best epoch {scores['best_epoch']}, "
                f"{duration(60 * scores['minutes'])}."
            )
            if within_scores(scores, "auc"):
                st.caption(plain(f"{SAME_SOURCE}: {same_source_words(scores)}"))
        for warning in status.get("warnings", ()):
            st.warning(plain(str(warning)), icon=":material/warning:")
        with st.container(horizontal=True, vertical_alignment="center"):
            if run.finished:
                st.page_link("pages/compare.py", label="Compare it", icon=":material/bar_chart:")
                st.page_link("pages/explain.py", label="Explain its films", icon=":material/image:")
            if resumable:
                resume_button(run, "resume_last")
            if may_change():
                settings_button(run, "settings_last")
        curves(run)
        log_lines(run)


def curves(run: Run, steps_an_epoch: int = 0) -> None:
    """Loss and accuracy after each epoch, and the loss in between."""
    history, steps = run.history(), run.steps()
    if history.empty and steps.empty:
        st.caption("Curves appear after the first steps.")
        return
    if not steps.empty:
        steps = steps.assign(position=step_positions(steps, steps_an_epoch))
        steps = steps.iloc[:: -(-len(steps) // STEP_POINTS)]
    for place, (metric, title) in zip(
        st.columns(2), (("loss", "Loss"), ("accuracy", "Accuracy")), strict=True
    ):
        with place:
            show_chart(
                learning_curve(history, metric, title, steps),
                Shown(f"{title} of {run.id}"),
                key=f"curve_{run.id}_{metric}",
                alt=_alt(history, metric, title),
            )


def log_lines(run: Run) -> None:
    """What the training process printed, folded."""
    if text := read_log(run):
        with st.expander("Log"):
            st.code(text, language=None, height=260)


def _alt(history: pd.DataFrame, metric: str, title: str) -> str:
    if history.empty:
        return f"{title} before the end of the first epoch"
    last = history.iloc[-1]
    return (
        f"{title} after {len(history)} epochs: training {last[metric]:.3f}, "
        f"validation {last[f'val_{metric}']:.3f}"
    )


def _why_it_ended(run: Run, error: dict[str, str] | None, state: str, *, resumable: bool) -> None:
    """What went wrong, and whether it can be resumed."""
    if error:
        show_error(XrayError(error["what"], where=error["where"], fix=error["fix"]))
    elif state == "interrupted":
        fix = "Resume it" if resumable else "Start it again"
        show_error(
            RunError(
                "The training ended without an error message: its process is gone.",
                where=run.id,
                fix=f"{fix}; the machine may have run out of memory or been switched off.",
            )
        )
    if resumable:
        done = len(run.history())
        words = {0: "No epoch is complete", 1: "One epoch is complete"}.get(
            done, f"{done} epochs are complete"
        )
        st.caption(f"{words}: “Resume” continues from there.")
