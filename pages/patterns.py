"""Patterns: what the models have learnt, over a whole test set."""

import streamlit as st

from pages.ui.patterns.films import show_findings, typical_films
from pages.ui.patterns.maps import choose_films, show_mean_maps
from pages.ui.patterns.panels import agreements, places
from pages.ui.patterns.prototypes import prototype_panel
from pages.ui.patterns.shortcuts import shortcut_panel
from pages.ui.patterns.source import (
    KEPT,
    dataset_patterns,
    films_at_hand,
    kept_patterns,
    model_line,
    model_names,
    pick_films,
)
from pages.ui.shared.damage_note import TO_ANSWER, damage_note
from pages.ui.shared.frame import require_app
from pages.ui.shared.notices import empty_state, errors_shown, page_header
from pages.ui.shared.pickers import answering_runs, pick_runs
from pages.ui.shared.words import plain
from xray_core.data.labels import label_title, order_labels

require_app()
page_header("Patterns")
damage_note(TO_ANSWER)
runs = answering_runs()
if not runs:
    empty_state("What models have learnt will appear here", "There is no trained model here yet.")
    st.page_link("pages/train.py", label="Train a model", icon=":material/arrow_forward:")
    st.stop()
left, right = st.columns([5, 3])
with left:
    chosen = pick_runs(runs, key="patterns_runs", default=4)
if not chosen:
    st.info("Choose at least one model.", icon=":material/info:")
    st.stop()
with right:
    where = pick_films(chosen)

with errors_shown():
    models = kept_patterns(chosen) if where == KEPT else dataset_patterns(chosen, where)
    if models:
        at_hand = films_at_hand(chosen, where, models)
        st.subheader("What stands out", anchor=False)
        show_findings(models, chosen)
        st.caption(model_line(chosen, models))
        st.subheader("Mean maps", anchor=False)
        choice = choose_films(models)
        show_mean_maps(models, choice, at_hand, chosen)
        st.divider()
        labels = order_labels({label for model in models for label in model.stored.classes})
        label = str(
            st.segmented_control(
                "Class in detail",
                labels,
                format_func=lambda label: plain(label_title(label)),
                default=labels[-1],
                required=True,
                key=f"patterns_class_{'_'.join(labels)}",
                persist_state="session",
            )
        )
        one, two = st.columns(2, gap="large")
        with one:
            places(models, label, choice, chosen)
        with two:
            agreements(models, label, choice, at_hand, chosen)
        st.subheader("Typical and odd films", anchor=False)
        typical_films(models, label, choice, at_hand, chosen)
        prototype_panel(chosen, model_names(chosen))
        shortcut_panel(chosen, where)
