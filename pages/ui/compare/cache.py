"""Comparisons that are kept between runs of the Compare page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.shared.cache import KEYS, classifier_of
from xray_core.evaluation.by_fact import accuracy_by
from xray_core.evaluation.compare import Comparison, compare_runs
from xray_core.evaluation.cost import film_milliseconds
from xray_core.evaluation.curves import Curves, curves_of_class
from xray_core.evaluation.disagreement import Disagreement, disagreement
from xray_core.evaluation.evaluate import films_evaluated
from xray_core.evaluation.intervals import Score
from xray_core.evaluation.mean import mean_evaluated
from xray_core.quality.map_disagreement import stored_correlations
from xray_core.reports.probability_report import probability_report
from xray_core.runs.store import PREDICTIONS, Run, open_run


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=KEYS)
def probabilities_of(predictions: tuple[Path, ...]) -> dict[str, list[dict[str, Any]]] | None:
    """Calibration, thresholds and sets of a run, or of the mean of several, on test films.

    None where several have no mean: their classes differ, or they have no film in common.
    """
    runs = [open_run(path.parent) for path in predictions]
    found = [films_evaluated(run) for run in runs]
    together = mean_evaluated(runs, found) if len(runs) > 1 else found[0]
    return probability_report(runs, together) if together else None


@st.cache_data(max_entries=8, show_spinner="Comparing the models", hash_funcs=KEYS)
def comparison_of(predictions: tuple[Path, ...]) -> Comparison:
    """Several runs on the same test films, from the files of their predictions."""
    return compare_runs([open_run(path.parent) for path in predictions])


def compared(runs: Sequence[Run]) -> Comparison:
    """Several runs on the same test films.

    Raises:
        DataError: they were not tested on the same films.
    """
    return comparison_of(prediction_files(runs))


def prediction_files(runs: Sequence[Run]) -> tuple[Path, ...]:
    """By which comparisons are kept: a file that was replaced is another."""
    return tuple(run.path / PREDICTIONS for run in runs)


@st.cache_data(max_entries=8, show_spinner="Comparing the maps", hash_funcs=KEYS)
def disagreement_of(predictions: tuple[Path, ...]) -> Disagreement:
    """The films that divide several runs most, in their answers and their stored maps."""
    films = comparison_of(predictions).films
    runs = [open_run(path.parent) for path in predictions]
    return disagreement(films, maps=stored_correlations(runs, films.ids.tolist()))


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def accuracies(predictions: Path, fact: str) -> dict[str, Score]:
    """Accuracy on a run's test films by the values of a fact."""
    return accuracy_by(open_run(predictions.parent), fact)


@st.cache_data(max_entries=128, show_spinner=False, hash_funcs=KEYS)
def class_curves(predictions: Path, label: str) -> Curves | None:
    """ROC and precision-recall of one class on a run's test films; None where there is none."""
    return curves_of_class(open_run(predictions.parent).test_predictions(), label)


@st.cache_data(max_entries=32, show_spinner="Timing the models", hash_funcs=KEYS)
def milliseconds_of(run: Run) -> float:
    """What a pass of one film takes on this machine."""
    return film_milliseconds(classifier_of(run).network, run.image_size_px)
