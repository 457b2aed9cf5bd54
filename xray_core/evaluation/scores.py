"""Scores of a classifier, each with n and a 95 % interval.

Intervals are those of `intervals.py`: by patient, and never of width 0.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xray_core.arrays import Float64Array, Int64Array
from xray_core.evaluation.intervals import (
    N_BOOTSTRAP,
    Score,
    auc_score,
    bootstrap_weights,
    mean_of_classes,
    share_score,
)


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
    guesses = probabilities.argmax(axis=1)
    weights = bootstrap_weights(patients, n_bootstrap, seed)
    confusion = _confusions(truth, guesses, len(classes), weights)
    keys = np.asarray(patients, dtype=str)
    n = len(truth)

    def patients_among(films: NDArray[np.bool_]) -> int:
        return len(np.unique(keys[films]))

    def share(values: Float64Array, films: NDArray[np.bool_]) -> Score:
        return share_score(values, films.sum(), patients_among(films))

    per_class: dict[str, dict[str, Score]] = {}
    aucs = np.empty((len(weights), len(classes)))
    for column, label in enumerate(classes):
        own, called = truth == column, guesses == column
        aucs[:, column] = _aucs(own, probabilities[:, column], weights)
        per_class[label] = {
            "sensitivity": share(_sensitivity(confusion)[:, column], own),
            "specificity": share(_specificity(confusion)[:, column], ~own),
            "precision": share(_precision(confusion)[:, column], called),
            "f1": share(_f1(confusion)[:, column], own),
            "auc": auc_score(aucs[:, column], own.sum(), patients_among(own), patients_among(~own)),
        }

    def mean(values: Float64Array, name: str) -> Score:
        parts = [scores[name] for scores in per_class.values()]
        return mean_of_classes(_mean_over_classes(values), parts, n)

    return {
        "n": n,
        "n_patients": len(set(patients)),
        "classes": list(classes),
        "accuracy": share_score(_accuracy(confusion), n, len(set(patients))),
        "balanced_accuracy": mean(_sensitivity(confusion), "sensitivity"),
        "macro_f1": mean(_f1(confusion), "f1"),
        "auc_macro": mean(aucs, "auc"),
        "per_class": per_class,
        "confusion": confusion[0].astype(int).tolist(),
    }


def score_predictions(
    predictions: pd.DataFrame, classes: Sequence[str], *, n_bootstrap: int = N_BOOTSTRAP
) -> dict[str, Any]:
    """Scores of a table of predictions, over all films and per source.

    Args:
        predictions: columns `label`, `patient`, `source` and `p_<class>`; films whose label is
            not a class of the model are left out and counted in `n_other_labels`.
        classes: the model's classes.
        n_bootstrap: replicates for the intervals.

    Returns:
        As `score`, with `per_source` (a mapping of source to such scores), `pairs` and
        `n_other_labels`. Each of `pairs` has two `classes` and the `accuracy`, `balanced_accuracy`
        and `auc` with which their films are distinguished, as if there were no other class.
    """
    known = predictions[predictions["label"].isin(classes)]

    def table(rows: pd.DataFrame, among: Sequence[str]) -> dict[str, Any]:
        probabilities = rows[[f"p_{label}" for label in among]].to_numpy(np.float64)
        return score(
            rows["label"].map({label: i for i, label in enumerate(among)}).to_numpy(np.int64),
            probabilities / np.maximum(probabilities.sum(axis=1, keepdims=True), 1e-12),
            rows["patient"].tolist(),
            among,
            n_bootstrap=n_bootstrap,
        )

    def one_pair(pair: tuple[str, str]) -> dict[str, Any]:
        scores = table(known[known["label"].isin(pair)], pair)
        names = ("accuracy", "balanced_accuracy")
        return {"classes": list(pair), "auc": scores["auc_macro"]} | {
            name: scores[name] for name in names
        }

    sources = sorted(set(known["source"]))
    present = [label for label in classes if (known["label"] == label).any()]
    return table(known, classes) | {
        "n_other_labels": len(predictions) - len(known),
        "pairs": list(map(one_pair, itertools.combinations(present, 2))),
        "per_source": {name: table(known[known["source"] == name], classes) for name in sources},
    }


def roc_curve(
    labels: NDArray[np.bool_], values: NDArray[np.floating[Any]]
) -> tuple[Float64Array, Float64Array]:
    """False and true positive rates over all thresholds (`sklearn.metrics.roc_curve`)."""
    from sklearn import metrics

    false_positive, true_positive, _ = metrics.roc_curve(labels, values)
    return false_positive, true_positive


def _confusions(
    labels: Int64Array, guesses: Int64Array, n_classes: int, weights: Float64Array
) -> Float64Array:
    """(replicates, true class, predicted class)."""
    cells = np.eye(n_classes * n_classes)[labels * n_classes + guesses]
    counts: Float64Array = (weights @ cells).reshape(-1, n_classes, n_classes)
    return counts


def _divide(over: Float64Array, under: Float64Array) -> Float64Array:
    return np.divide(over, under, out=np.full_like(over, np.nan), where=under > 0)


def _hits(confusion: Float64Array) -> Float64Array:
    return np.diagonal(confusion, axis1=1, axis2=2)


def _accuracy(confusion: Float64Array) -> Float64Array:
    return _divide(_hits(confusion).sum(axis=1), confusion.sum(axis=(1, 2)))


def _sensitivity(confusion: Float64Array) -> Float64Array:
    return _divide(_hits(confusion), confusion.sum(axis=2))


def _specificity(confusion: Float64Array) -> Float64Array:
    total = confusion.sum(axis=(1, 2))[:, None]
    negatives = total - confusion.sum(axis=2)
    false_positives = confusion.sum(axis=1) - _hits(confusion)
    return _divide(negatives - false_positives, negatives)


def _precision(confusion: Float64Array) -> Float64Array:
    return _divide(_hits(confusion), confusion.sum(axis=1))


def _f1(confusion: Float64Array) -> Float64Array:
    """2 hits / (films of the class + films called so); undefined without a film of the class."""
    films = confusion.sum(axis=2)
    value = _divide(2 * _hits(confusion), films + confusion.sum(axis=1))
    return np.where(films > 0, value, np.nan)


def _mean_over_classes(values: Float64Array) -> Float64Array:
    defined = np.isfinite(values)
    return _divide(np.where(defined, values, 0.0).sum(axis=1), defined.sum(axis=1).astype(float))


def _aucs(
    positive: NDArray[np.bool_], values: NDArray[np.floating[Any]], weights: Float64Array
) -> Float64Array:
    """Area under the ROC curve per replicate: P(positive above negative) + half the ties."""
    _, rank = np.unique(values, return_inverse=True)
    order = np.argsort(rank, kind="stable")
    starts = np.flatnonzero(np.diff(rank[order], prepend=-1))
    w, is_positive = weights[:, order], positive[order]
    above = np.add.reduceat(w * is_positive, starts, axis=1)
    below = np.add.reduceat(w * ~is_positive, starts, axis=1)
    lower = np.cumsum(below, axis=1) - below
    area = (above * (lower + below / 2)).sum(axis=1)
    return _divide(area, above.sum(axis=1) * below.sum(axis=1))
