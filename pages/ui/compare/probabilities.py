"""Tabs of the Compare page on what probabilities are worth: calibration, thresholds and sets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.compare.cache import prediction_files, probabilities_of
from pages.ui.shared.figures import show_table, shown_rows
from pages.ui.shared.folded import folded
from pages.ui.shared.words import count, interval
from xray_core.data.labels import label_title
from xray_core.evaluation.intervals import Score, words_for
from xray_core.evaluation.operating_points import LEAST_VALIDATION
from xray_core.opinion.known import ALL
from xray_core.reports.comparison_words import MEAN_WORDS
from xray_core.reports.probability_report import group_title, source_title, wanted_title
from xray_core.runs.store import Run

Names = Mapping[str, str]
Rows = list[tuple[str, dict[str, Any]]]
_MEAN = MEAN_WORDS.capitalize()


def calibration_table(runs: tuple[Run, ...], names: Names) -> None:
    """Calibration error and Brier score of each model; folded, by class and source."""
    rows = _rows(runs, names, "probabilities")
    overall = [(name, row) for name, row in rows if row["class"] == row["source"] == ALL]
    _table(
        calibration_frame(overall),
        "Calibration error and Brier score of each model",
        runs,
        "compare_calibration_errors",
    )
    st.caption(
        "Calibration error: mean distance of probability and share of correct films, in bins of "
        "equally many films. By chance: right probabilities would show less in 95 % of cases. "
        "Brier score: squared distance from the truth, 0 is best."
    )
    with folded("By class and source", "compare_groups_fold") as is_open:
        if is_open:
            _table(
                calibration_frame([item for item in rows if item not in overall]),
                "Calibration error and Brier score by class and by source",
                runs,
                "compare_calibration_groups",
            )


def calibration_frame(rows: Rows) -> pd.DataFrame:
    """One row per model and group of films, for display."""
    return pd.DataFrame(
        [
            {
                "Model": name,
                "Films": group_title(row).capitalize(),
                "Calibration error": _three(row["calibration_error"]),
                "By chance": f"{row['by_chance']:.3f}",
                "Before calibration": _three(row.get("calibration_error_before")),
                "Brier": _three(row["brier"]),
                "Brier before": _three(row.get("brier_before")),
                "n": count(row["n"]),
            }
            for name, row in rows
        ]
    )


def _three(score: Score | None) -> str:
    """Small numbers take three digits: `0.034 (0.015–0.043)`."""
    return words_for(score, dash="–", nothing="–", reason=False)


def thresholds(runs: tuple[Run, ...], names: Names) -> None:
    """What a threshold reaches on test films that was chosen on validation films."""
    st.caption(
        "A film is called so from the threshold on, whatever the other classes get. Thresholds are "
        "chosen on validation films to find 90 % of the class, or to leave 90 % of the others out; "
        "the figures are of test films. `evaluate --sensitivity` and `--specificity` take others."
    )
    rows = _rows(runs, names, "operating_points")
    if not rows:
        st.caption(f"A class needs {LEAST_VALIDATION} validation films with it and without it.")
        return
    _table(
        pd.DataFrame(
            [
                {
                    "Model": name,
                    "Class": label_title(row["class"]),
                    "Chosen": wanted_title(row),
                    "Threshold": f"{row['threshold']:.3f}",
                    "Sensitivity": interval(row["sensitivity"]),
                    "Specificity": interval(row["specificity"]),
                }
                for name, row in rows
            ]
        ),
        "Sensitivity and specificity at thresholds that were chosen on validation films",
        runs,
        "compare_thresholds",
    )


def sets(runs: tuple[Run, ...], names: Names) -> None:
    """How often the sets of classes hold the right one on test films, and how large they are."""
    st.caption(
        "Second opinion names the classes that cannot be ruled out at 90 %: of the films of a "
        "class at least 90 % should have it in their set. Fitted on validation films; here the "
        "test films. A small set says more."
    )
    rows = _rows(runs, names, "coverage")
    if not rows:
        st.caption("None of these models has validation films of a known age group.")
        return
    _table(
        pd.DataFrame(
            [
                {
                    "Model": name,
                    "Patients": row["age_group"],
                    "Class": label_title(row["class"]),
                    "Source": source_title(row["source"]),
                    "Set holds the class": f"{row['coverage']:.2f} "
                    f"({row['low']:.2f}–{row['high']:.2f})",
                    "Classes in a set": f"{row['set_size']:.2f}",
                    "n": count(row["n"]),
                    "Guarantee": row["guarantee"] or "90 %",
                }
                for name, row in rows
            ]
        ),
        "Coverage of the sets of each model by class and source",
        runs,
        "compare_sets",
    )


def _table(frame: pd.DataFrame, title: str, runs: tuple[Run, ...], key: str) -> None:
    """A table with 95 % intervals, its files and its place in the basket."""
    shown = shown_rows(title, runs, frame)
    show_table(frame, shown, key=key, alt=f"{title}, with 95 % intervals")


def _rows(runs: tuple[Run, ...], names: Names, part: str) -> Rows:
    """Of all models and their mean, each row with the name of its model."""
    files = prediction_files(runs)
    asked: dict[str, tuple[Path, ...]] = {
        names[run.id]: (file,) for run, file in zip(runs, files, strict=True)
    }
    if len(runs) > 1:
        asked[_MEAN] = files
    return [
        (name, row)
        for name, of in asked.items()
        for row in (probabilities_of(of) or {part: []})[part]
    ]
