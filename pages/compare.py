"""Compare: scores of several models side by side, with intervals."""

import streamlit as st

from pages.ui.compare.cards import cards_panel
from pages.ui.compare.external import external_panel
from pages.ui.compare.run_table import (
    METRICS,
    own_films_said,
    same_test_films,
    short_names,
    show_score_table,
)
from pages.ui.compare.slides import story_panel
from pages.ui.compare.tabs import comparison_tabs
from pages.ui.compare.told_apart import answer_panel
from pages.ui.shared.damage_note import TO_COMPARE, damage_note
from pages.ui.shared.frame import require_app
from pages.ui.shared.notices import empty_state, errors_shown, page_header
from pages.ui.shared.pickers import answering_runs, finished_runs, pick_runs
from pages.ui.shared.score_line import not_tested_line, score_line
from pages.ui.shared.words import plain


def ask_score() -> str:
    """The score that decides."""
    return str(
        st.segmented_control(
            "Score",
            list(METRICS),
            format_func=METRICS.__getitem__,
            default="macro_f1",
            required=True,
            key="compare_metric",
            persist_state="session",
        )
    )


require_app()
page_header("Compare")
damage_note(TO_COMPARE)
finished = finished_runs()
if not finished:
    empty_state(
        "Models side by side will appear here", "No model has been trained on this machine yet."
    )
    st.page_link("pages/train.py", label="Train a model", icon=":material/arrow_forward:")
    not_tested_line(answering_runs())
    st.stop()

chosen = pick_runs(finished, key="compare_runs", default=4)
not_tested_line(answering_runs())
if not chosen:
    st.info("Choose at least one model.", icon=":material/info:")
    st.stop()
with errors_shown():
    names = short_names(chosen)
    if not same_test_films(chosen):
        names = own_films_said(chosen, names)
        st.warning(
            "**These models were tested on different films: compare with care.** A higher score "
            "may only mean easier films.",
            icon=":material/warning:",
        )
    by = ask_score()
    answer_panel(chosen, names, by)
    with st.container(horizontal=True):
        story_panel(chosen)
        cards_panel(chosen, names)
    external_panel(chosen, names)
    show_score_table(chosen)
    for run in chosen:
        if run.is_own:
            st.caption(f"{plain(run.title)}: {score_line(run)}; it may have seen them in training.")
    comparison_tabs(chosen, names, by)
