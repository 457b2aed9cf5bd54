"""Scores of a classifier, each with n and a 95 % interval.

Intervals are those of `intervals.py`: by patient, and never of width 0.
"""

import itertools
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float64Array, Int64Array
from xray_core.data.labels import NORMAL
from xray_core.evaluation.answers import probabilities_in
from xray_core.evaluation.intervals import (
    N_BOOTSTRAP,
    Score,
    auc_score,
    bootstrap_weights,
    mean_of_classes,
    share_score,
)
from xray_core.evaluation.replicates import Replicates, f1, precision, sensitivity, specificity
from xray_core.evaluation.specificity import specificity_at

LEAST_OF_A_SOURCE = 20
"""Films of both classes that a source needs for a score within it."""


def score(
    labels: NDArray[np.integer[Any]],
    probabilities: NDArray[np.floating[Any]],
    patients: Sequence[str],
    classes: Sequence[str],
    *,
    n_bootstrap: int = N_BOOTSTRAP,
    seed: int = 0,
) -> dict[str, Any]:
    """All scores of one set of films.

    Args:
        labels: int (films,), column of the true class.
        probabilities: (films, classes).
        patients: one key per film; films with the same key are drawn together.
        classes: names of the columns.
        n_bootstrap: replicates for the intervals.
        seed: of the bootstrap.

    Returns:
        `accuracy`, `balanced_accuracy`, `macro_f1`, `auc_macro`, `per_class` (a mapping of class to
        `sensitivity`, `specificity`, `precision`, `f1`, `auc`), each an `intervals.Score`;
        `confusion` (true class by predicted class, counts),
        `classes`, `n`, `n_patients`. Classes without a film count in no mean, and a score that
        cannot be computed is None.
    """
    truth = np.asarray(labels, dtype=np.int64)
    weights = bootstrap_weights(patients, n_bootstrap, seed)
    found = Replicates.of(truth, probabilities, weights)
    return scores_of(found, truth, probabilities.argmax(axis=1), patients, classes)


def scores_of(
    found: Replicates,
    truth: Int64Array,
    guesses: Int64Array,
    patients: Sequence[str],
    classes: Sequence[str],
) -> dict[str, Any]:
    """As `score`, from what a model does in every draw of patients."""
    keys = np.asarray(patients, dtype=str)
    n, confusion, means = len(truth), found.confusion, found.means

    def patients_among(films: BoolArray) -> int:
        return len(np.unique(keys[films]))

    def share(values: Float64Array, films: BoolArray) -> Score:
        return share_score(values, films.sum(), patients_among(films))

    per_class: dict[str, dict[str, Score]] = {}
    for column, label in enumerate(classes):
        own, called = truth == column, guesses == column
        per_class[label] = {
            "sensitivity": share(sensitivity(confusion)[:, column], own),
            "specificity": share(specificity(confusion)[:, column], ~own),
            "precision": share(precision(confusion)[:, column], called),
            "f1": share(f1(confusion)[:, column], own),
            "auc": auc_score(
                found.areas[:, column], own.sum(), patients_among(own), patients_among(~own)
            ),
        }

    def mean(name: str, of: str) -> Score:
        return mean_of_classes(means[name], [part[of] for part in per_class.values()], n)

    return {
        "n": n,
        "n_patients": len(set(patients)),
        "classes": list(classes),
        "accuracy": share_score(means["accuracy"], n, len(set(patients))),
        "balanced_accuracy": mean("balanced_accuracy", "sensitivity"),
        "macro_f1": mean("macro_f1", "f1"),
        "auc_macro": mean("auc_macro", "auc"),
        "per_class": per_class,
        "confusion": confusion[0].astype(int).tolist(),
    }


def score_predictions(
    predictions: pd.DataFrame,
    classes: Sequence[str],
    *,
    denied: Collection[str] = (),
    n_bootstrap: int = N_BOOTSTRAP,
) -> dict[str, Any]:
    """Scores of a table of predictions, over all films and per source.

    Args:
        predictions: columns `label`, `patient`, `source` and `p_<class>`, and `id` where any is
            `denied`; films whose label is not a class of the model are left out and counted in
            `n_other_labels`.
        classes: the model's classes.
        denied: ids of films whose reading denies their label (`readings.denies_label`).
        n_bootstrap: replicates for the intervals.

    Returns:
        As `score`, with `per_source` (a mapping of source to such scores), `pairs` and
        `n_other_labels`. Each of `pairs` has two `classes`, normal first, and the `accuracy`,
        `balanced_accuracy` and `auc` with which their films are distinguished, as if there were no
        other class; `specificity_at_90`, the share of films of the first class below the threshold
        at which 90 % of the second are found; and `within_source`: source -> `auc` and
        `specificity_at_90` among its films, where it has `LEAST_OF_A_SOURCE` of both classes.
        Where test films are denied, `without_denied` has `n_denied`, the scores and the pairs of
        all others.
    """
    known = predictions[predictions["label"].isin(classes)]

    sources = sorted(set(known["source"]))
    scores = _table(known, classes, n_bootstrap) | {
        "n_other_labels": len(predictions) - len(known),
        "pairs": _pairs(known, classes, n_bootstrap),
        "per_source": {
            name: _table(known[known["source"] == name], classes, n_bootstrap) for name in sources
        },
    }
    kept = known[~known["id"].isin(denied)] if denied else known
    if 0 < len(kept) < len(known):
        parts = {
            "n_denied": len(known) - len(kept),
            "pairs": _pairs(kept, classes, n_bootstrap),
        }
        scores["without_denied"] = _table(kept, classes, n_bootstrap) | parts
    return scores


def _table(rows: pd.DataFrame, among: Sequence[str], n_bootstrap: int) -> dict[str, Any]:
    """As `score`, of films of these classes, as if there were no other class."""
    probabilities = probabilities_in(rows, among)
    return score(
        rows["label"].map({label: i for i, label in enumerate(among)}).to_numpy(np.int64),
        probabilities / np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-12),
        rows["patient"].tolist(),
        among,
        n_bootstrap=n_bootstrap,
    )


def _pairs(films: pd.DataFrame, classes: Sequence[str], n_bootstrap: int) -> list[dict[str, Any]]:
    """How every two classes with films are told apart, over all sources and within each."""
    present = [label for label in classes if (films["label"] == label).any()]
    present.sort(key=lambda label: label != NORMAL)  # normal, then as they were
    pairs = []
    for pair in itertools.combinations(present, 2):
        rows = films[films["label"].isin(pair)]
        counts = pd.crosstab(rows["source"], rows["label"])
        shared = counts.index[(counts[list(pair)] >= LEAST_OF_A_SOURCE).all(axis=1)]
        names = ("accuracy", "balanced_accuracy", "auc", "specificity_at_90")
        overall = _held_apart(rows, pair, n_bootstrap)
        within = {
            str(name): _held_apart(rows[rows["source"] == name], pair, n_bootstrap)
            for name in shared
        }
        pairs.append(
            {"classes": list(pair)}
            | {name: overall[name] for name in names}
            | {
                "within_source": {
                    source: {name: scores[name] for name in ("n", *names[2:])}
                    for source, scores in within.items()
                }
            }
        )
    return pairs


def _held_apart(rows: pd.DataFrame, pair: tuple[str, str], n_bootstrap: int) -> dict[str, Any]:
    """Scores of the films of two classes."""
    scores = _table(rows, pair, n_bootstrap)
    shares = probabilities_in(rows, pair)
    found = specificity_at(
        (rows["label"] == pair[1]).to_numpy(),
        shares[:, 1] / np.maximum(shares.sum(axis=1), 1e-12),
        rows["patient"].to_numpy(str),
        n_bootstrap,
    )
    return scores | {"auc": scores["auc_macro"], "specificity_at_90": found}


def roc_curve(
    labels: BoolArray, values: NDArray[np.floating[Any]]
) -> tuple[Float64Array, Float64Array]:
    """False and true positive rates over all thresholds (`sklearn.metrics.roc_curve`)."""
    from sklearn import metrics

    false_positive, true_positive, _ = metrics.roc_curve(labels, values)
    return false_positive, true_positive
