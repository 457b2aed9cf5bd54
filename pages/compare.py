"""Compare: scores of several models side by side, with intervals."""

from collections.abc import Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.charts import confusion, roc, whiskers
from pages.ui.frame import require_app
from pages.ui.notices import empty_state, errors_shown, page_header
from pages.ui.pickers import finished_runs, pick_runs
from pages.ui.run_table import (
    METRICS,
    all_classes,
    class_scores,
    roc_of,
    same_test_films,
    short_names,
    show_score_table,
    source_scores,
)
from pages.ui.words import count, films, interval
from xray_core.data.labels import label_title
from xray_core.runs.store import Run

PLAIN = {"displayModeBar": False}


def pairs() -> Iterator[DeltaGenerator]:
    """Places in rows of two, which a narrow screen stacks in the same order."""
    while True:
        yield from st.columns(2, gap="medium")


def metric_chart(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    metric = st.segmented_control(
        "Score",
        list(METRICS),
        format_func=METRICS.__getitem__,
        default="macro_f1",
        required=True,
        key="compare_metric",
        label_visibility="collapsed",
    )
    scores = {run.id: {METRICS[metric]: run.scores[metric]} for run in runs}
    alt = "; ".join(f"{names[run.id]}: {interval(run.scores[metric])}" for run in runs)
    st.plotly_chart(
        whiskers(scores, names, METRICS[metric]), config=PLAIN, key="compare_chart", alt=alt
    )


def per_class(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    for name, title, question in (
        ("sensitivity", "Sensitivity", "Of the films with this label, how many are called so?"),
        ("specificity", "Specificity", "Of the other films, how many are not called so?"),
    ):
        st.subheader(title, anchor=False)
        st.caption(question)
        scores = {
            run.id: {
                label_title(label): class_scores(run, name).get(label)
                for label in all_classes(runs)
            }
            for run in runs
        }
        st.plotly_chart(
            whiskers(scores, names, title),
            config=PLAIN,
            key=f"compare_{name}",
            alt=f"{title} of each class for each model, with 95 % intervals",
        )


def confusions(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    st.caption("Rows: label; columns: prediction. Colour: share of the row.")
    for run, place in zip(runs, pairs(), strict=False):
        with place:
            st.markdown(f"**{names[run.id]}** · {films(run.scores['n'])}")
            st.plotly_chart(
                confusion(run.scores["confusion"], run.classes),
                config=PLAIN,
                key=f"confusion_{run.id}",
                alt=f"Confusion matrix: {_right(run)} of {count(run.scores['n'])} films are right",
            )


def rocs(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    for label, place in zip(all_classes(runs), pairs(), strict=False):
        curves = {
            run.id: (*curve, f"{names[run.id]}: AUC {interval(class_scores(run, 'auc')[label])}")
            if (curve := roc_of(run, label))
            else None
            for run in runs
        }
        drawn = [curve for curve in curves.values() if curve]
        with place:
            st.markdown(f"**{label_title(label)}** against the rest")
            if not drawn:
                st.caption("No model was tested on films of this class and of others.")
                continue
            st.plotly_chart(
                roc(curves),
                config=PLAIN,
                key=f"roc_{label}",
                alt="; ".join(title for _, _, title in drawn),
            )


def per_source(runs: tuple[Run, ...], names: dict[str, str]) -> None:
    st.caption(
        "Accuracy on the test films of each source: a model should be as good everywhere. "
        "A source with one class only shows how often that class is found there."
    )
    st.plotly_chart(
        whiskers({run.id: source_scores(run, "accuracy") for run in runs}, names, "Accuracy"),
        config=PLAIN,
        key="compare_sources",
        alt="Accuracy on the films of each source for each model, with 95 % intervals",
    )


def _right(run: Run) -> str:
    return count(sum(row[place] for place, row in enumerate(run.scores["confusion"])))


require_app()
page_header("Compare", "Which model is better, by how much, and on which films?")
finished = finished_runs()
if not finished:
    empty_state("Models side by side will be here", "No model was trained on this machine yet.")
    st.page_link("pages/train.py", label="Train a model", icon=":material/arrow_forward:")
    st.stop()

chosen = pick_runs(finished, key="compare_runs", default=4)
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
    show_score_table(chosen)
    names = short_names(chosen)
    metric_chart(chosen, names)
    for tab, draw in zip(
        st.tabs(["Per class", "Confusion", "ROC", "Per source"]),
        (per_class, confusions, rocs, per_source),
        strict=True,
    ):
        with tab:
            draw(chosen, names)
