"""The table of runs with their scores."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui.pickers import run_title
from pages.ui.words import count, duration, interval, join
from xray_core.runs.store import Run

METRICS = {
    "macro_f1": "Macro-F1",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "auc_macro": "Mean AUC",
}


def score_frame(runs: Sequence[Run]) -> pd.DataFrame:
    """One row a run: name, scores with intervals, and what they rest on."""
    return pd.DataFrame(
        [
            {
                "Model": run_title(run),
                **{title: interval(run.scores[name]) for name, title in METRICS.items()},
                "Test films": count(run.scores["n"]),
                "Patients": count(run.scores["n_patients"]),
                "Film size": f"{run.image_size_px} px",
                "Trained on": join(list(run.config.get("datasets", []))),
                "Training": duration(60 * run.scores.get("minutes", 0)),
            }
            for run in runs
        ]
    )


def show_score_table(frame: pd.DataFrame) -> None:
    """The table, numbers to the right, with a download."""
    numbers = [*METRICS.values(), "Test films", "Patients", "Film size", "Training"]
    st.dataframe(
        frame,
        hide_index=True,
        column_config={name: st.column_config.TextColumn(alignment="right") for name in numbers},
    )
    st.caption("Scores on each run's own test films, with 95 % bootstrap intervals by patient.")
    st.download_button(
        "Table as CSV",
        frame.to_csv(index=False),
        file_name="thoraxlens-scores.csv",
        mime="text/csv",
        icon=":material/download:",
    )


def different_tests(runs: Sequence[Run]) -> str:
    """A warning when the runs were not tested on the same films; empty when they were."""
    tests = {str(run.config.get("manifest_hash")) for run in runs}
    if len(tests) < 2:
        return ""
    return (
        "These runs were tested on different films: a difference between them can come from the "
        "films. Compare with care."
    )
