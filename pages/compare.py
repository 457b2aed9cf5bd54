"""Compare: how the models differ, with intervals."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from pages.ui import charts
from pages.ui.cache import predictions_of
from pages.ui.frame import require_app
from pages.ui.notices import empty_state, errors_shown, page_header
from pages.ui.pickers import finished_runs, pick_runs, run_title
from pages.ui.run_table import METRICS, different_tests, score_frame, show_score_table
from pages.ui.words import count, interval
from xray_core.data.labels import label_title, order_labels
from xray_core.evaluation.scores import roc_curve
from xray_core.runs.store import PREDICTIONS, Run

CHART = {"displayModeBar": False}


def per_class(runs: tuple[Run, ...]) -> None:
    """Sensitivity, specificity and others of every class."""
    names = {"sensitivity": "Sensitivity", "specificity": "Specificity", "auc": "AUC"}
    chosen = st.segmented_control(
        "Score", list(names), default="sensitivity", format_func=names.__getitem__, key="per_class"
    )
    name = str(chosen or "sensitivity")
    scores = {
        run.id: {label_title(label): part[name] for label, part in run.scores["per_class"].items()}
        for run in runs
    }
    figure = charts.whiskers(scores, titles, names[name])
    st.plotly_chart(figure, config=CHART, alt=f"{names[name]} of every class with 95 % intervals")


def confusion(runs: tuple[Run, ...]) -> None:
    """A confusion matrix a run."""
    columns = st.columns(min(2, len(runs)))
    for place, run in enumerate(runs):
        with columns[place % len(columns)]:
            st.markdown(f"**{titles[run.id]}**")
            st.plotly_chart(
                charts.confusion(run.scores["confusion"], run.classes),
                config=CHART,
                key=f"confusion_{run.id}",
                alt=f"Confusion matrix of {titles[run.id]}: label by prediction",
            )


def roc(runs: tuple[Run, ...]) -> None:
    """ROC curves of one class against the rest."""
    labels = order_labels({label for run in runs for label in run.classes})
    label = st.segmented_control(
        "Class", labels, default=labels[0], format_func=label_title, key="roc_class"
    )
    label = label or labels[0]
    curves = {}
    for run in (run for run in runs if label in run.classes):
        table = predictions_of(str(run.path), (run.path / PREDICTIONS).stat().st_mtime_ns)
        test = table[table["split"] == "test"]
        positive = (test["label"] == label).to_numpy()
        if positive.any() and not positive.all():
            auc = interval(run.scores["per_class"][label]["auc"])
            curves[run.id] = (
                *roc_curve(positive, test[f"p_{label}"].to_numpy()),
                f"{titles[run.id]}: AUC {auc}",
            )
    if not curves:
        st.info(f"No test film is labelled {label_title(label)}, or all are.")
        return
    st.plotly_chart(
        charts.roc(curves), config=CHART, alt=f"ROC curves of {label_title(label)} against the rest"
    )


def per_source(runs: tuple[Run, ...]) -> None:
    """Accuracy on the films of each source."""
    scores = {
        run.id: {
            f"{source or 'not stated'} ({count(part['n'])})": part["accuracy"]
            for source, part in run.scores["per_source"].items()
        }
        for run in runs
    }
    figure = charts.whiskers(scores, titles, "Accuracy")
    st.plotly_chart(figure, config=CHART, alt="Accuracy per source with 95 % intervals")
    st.caption("A source with one class only shows how often that class is found there.")


TABS: dict[str, Callable[[tuple[Run, ...]], None]] = {
    "Per class": per_class,
    "Confusion": confusion,
    "ROC": roc,
    "Per source": per_source,
}

require_app()
page_header("Compare", "How do the models differ, and how sure is that?")
known = finished_runs()
if not known:
    empty_state("Scores will be here", "There is no trained model on this machine yet.")
    st.page_link("pages/train.py", label="Train a model")
    st.stop()

chosen_runs = pick_runs(known, key="compare_runs", default=3)
if not chosen_runs:
    st.info("Choose at least one model.")
    st.stop()
titles = {run.id: run_title(run) for run in chosen_runs}

with errors_shown():
    frame: pd.DataFrame = score_frame(chosen_runs)
    warning = different_tests(chosen_runs)
    if warning:
        st.warning(warning, icon=":material/balance:")
    show_score_table(frame)
    metric = st.segmented_control(
        "Score",
        list(METRICS),
        default="macro_f1",
        format_func=METRICS.__getitem__,
        key="compare_metric",
    )
    name = str(metric or "macro_f1")
    overall = {run.id: {METRICS[name]: run.scores[name]} for run in chosen_runs}
    st.plotly_chart(
        charts.whiskers(overall, titles, METRICS[name]),
        config=CHART,
        alt=f"{METRICS[name]} of the chosen models with 95 % intervals",
    )
    for tab, (_, draw) in zip(st.tabs(list(TABS)), TABS.items(), strict=True):
        with tab, errors_shown():
            draw(chosen_runs)
