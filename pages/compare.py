"""Compare: scores of several models side by side, with intervals."""

from functools import partial

import streamlit as st

from pages.ui.compare.cards import cards_panel
from pages.ui.compare.charts import bars_of, whiskers
from pages.ui.compare.cost import cost_panel
from pages.ui.compare.elsewhere import elsewhere_panel
from pages.ui.compare.explanation_table import explanation_table
from pages.ui.compare.external import external_panel
from pages.ui.compare.layer_chart import layer_hint, layer_panel
from pages.ui.compare.run_table import METRICS, same_test_films, short_names, show_score_table
from pages.ui.compare.score_tabs import score_tabs
from pages.ui.compare.slides import story_panel
from pages.ui.compare.told_apart import told_apart
from pages.ui.shared.damage_note import TO_COMPARE, damage_note
from pages.ui.shared.figures import Shown, show_chart
from pages.ui.shared.frame import require_app
from pages.ui.shared.notices import empty_state, errors_shown, page_header
from pages.ui.shared.pickers import answering_runs, finished_runs, pick_runs
from pages.ui.shared.words import interval, plain
from pages.ui.train.own_scores import not_tested_line, score_line
from xray_core.runs.store import Run


def metric_chart(runs: tuple[Run, ...], names: dict[str, str]) -> str:
    """Draw the score that is chosen, and name it."""
    metric = st.segmented_control(
        "Score",
        list(METRICS),
        format_func=METRICS.__getitem__,
        default="macro_f1",
        required=True,
        key="compare_metric",
        persist_state="session",
        label_visibility="collapsed",
    )
    title = METRICS[metric]
    scores = {run.id: {title: run.scores()[metric]} for run in runs}
    alt = "; ".join(f"{names[run.id]}: {interval(run.scores()[metric])}" for run in runs)
    shown = Shown(f"{title} on test films", runs, partial(bars_of, scores, runs, title))
    show_chart(whiskers(scores, names, title), shown, key="compare_chart", alt=alt)
    return str(metric)


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
    if not same_test_films(chosen):
        st.warning(
            "**These models were tested on different films: compare with care.** A higher score "
            "may only mean easier films.",
            icon=":material/warning:",
        )
    names = short_names(chosen)
    answer = st.container()
    with st.container(horizontal=True):
        story_panel(chosen)
        cards_panel(chosen, names)
    external_panel(chosen, names)
    elsewhere_panel(chosen, names)
    show_score_table(chosen)
    for run in chosen:
        if run.is_own:
            st.caption(f"{plain(run.title)}: {score_line(run)}; it may have seen them in training.")
    by = metric_chart(chosen, names)
    details = st.container()
    cost_panel(chosen, names, by)
    score_tabs(chosen, names)
    unmeasured = layer_panel(chosen, names)
    explanation_table(chosen, names)
    layer_hint(unmeasured, names)
    told_apart(answer, details, chosen, names, by)
