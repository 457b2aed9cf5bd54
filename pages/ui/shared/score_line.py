"""The score of a model in a line, and which models have none yet."""

import streamlit as st

from pages.ui.shared.words import films, interval, plain
from xray_core.runs.store import Run
from xray_core.wording import join

NOT_TESTED = "not tested yet"


def score_line(run: Run) -> str:
    """Score and films of a model, or that it has none yet, as Markdown."""
    if not run.finished:
        return NOT_TESTED
    words = f"macro-F1 {interval(run.scores()['macro_f1'])} on {films(run.scores()['n'])}"
    if run.is_own:
        where = join([str(name) for name in run.scores().get("tested_on", ())])
        return f"{words} of {plain(where) or 'other data sets'}"
    return f"{words} of its test split"


def not_tested_line(runs: tuple[Run, ...]) -> None:
    """Which models have no scores yet, with a link to get them; nothing where all have."""
    waiting = [plain(run.title) for run in runs if run.is_own and not run.finished]
    if waiting:
        st.caption(f"Not tested yet: {join(waiting)}. Test on a data set to see scores here.")
        st.page_link("pages/train.py", label="Test on a data set", icon=":material/fact_check:")
