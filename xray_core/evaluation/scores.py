"""Scores of a classifier, each with n and a 95 % interval.

Intervals are percentiles of a bootstrap by patient: patients are drawn with replacement and bring
all their films, since films of one patient are no independent evidence (Efron & Tibshirani 1993,
ch. 8). All replicates are computed at once, as weighted counts.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
N_BOOTSTRAP = 1000


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
        patients: one key a film; films with the same key are drawn together.
        classes: names of the columns.
        n_bootstrap: replicates for the intervals.
        seed: of the bootstrap.

    Returns:
        `accuracy`, `balanced_accuracy`, `macro_f1`, `auc_macro`, `per_class` (a mapping of class to
        `sensitivity`, `specificity`, `precision`, `f1`, `auc`), each
        `{"value", "low", "high", "n"}`; `confusion` (true class by predicted class, counts),
        `classes`, `n`, `n_patients`. Classes without a film count in no mean, and a score that
        cannot be computed is None.
    """
    truth = np.asarray(labels, dtype=np.int64)
    weights = _bootstrap_weights(patients, n_bootstrap, seed)
    confusion = _confusions(truth, probabilities.argmax(axis=1), len(classes), weights)
    aucs = np.stack(
        [
            _aucs(truth == column, probabilities[:, column], weights)
            for column in range(len(classes))
        ],
        axis=1,
    )
    counts = confusion[0].sum(axis=1)
    n = len(truth)

    per_class_values = {name: rule(confusion) for name, rule in _PER_CLASS.items()} | {"auc": aucs}
    return {
        "n": n,
        "n_patients": len(set(patients)),
        "classes": list(classes),
        "accuracy": _interval(_accuracy(confusion), n),
        "balanced_accuracy": _interval(_mean_over_classes(_sensitivity(confusion)), n),
        "macro_f1": _interval(_mean_over_classes(_f1(confusion)), n),
        "auc_macro": _interval(_mean_over_classes(aucs), n),
        "per_class": {
            label: {
                name: _interval(
                    values[:, column],
                    n - counts[column] if name == "specificity" else counts[column],
                )
                for name, values in per_class_values.items()
            }
            for column, label in enumerate(classes)
        },
        "confusion": confusion[0].astype(int).tolist(),
    }


def score_predictions(
    predictions: pd.DataFrame, classes: Sequence[str], *, n_bootstrap: int = N_BOOTSTRAP
) -> dict[str, Any]:
    """Scores of a table of predictions, over all films and per source.

    Args:
        predictions: columns `label`, `patient`, `source` and `p_<class>`; films whose label is no
            class of the model are left out and counted in `n_other_labels`.
        classes: the model's classes.
        n_bootstrap: replicates for the intervals.

    Returns:
        As `score`, with `per_source` (a mapping of source to such scores), `pairs` and
        `n_other_labels`. Each of `pairs` has two `classes` and the `accuracy`, `balanced_accuracy`
        and `auc` with which their films are told from each other, as if there were no other class.
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

    def told_apart(pair: tuple[str, str]) -> dict[str, Any]:
        scores = table(known[known["label"].isin(pair)], pair)
        names = ("accuracy", "balanced_accuracy")
        return {"classes": list(pair), "auc": scores["auc_macro"]} | {
            name: scores[name] for name in names
        }

    sources = sorted(set(known["source"]))
    present = [label for label in classes if (known["label"] == label).any()]
    return table(known, classes) | {
        "n_other_labels": len(predictions) - len(known),
        "pairs": list(map(told_apart, itertools.combinations(present, 2))),
        "per_source": {name: table(known[known["source"] == name], classes) for name in sources},
    }


def mean_interval(
    values: NDArray[np.floating[Any]],
    patients: Sequence[str],
    *,
    n_bootstrap: int = N_BOOTSTRAP,
    seed: int = 0,
) -> dict[str, Any]:
    """The mean of a number that every film has.

    Args:
        values: (films,); NaN where a film has none, which then counts nowhere.
        patients: one key a film; films with the same key are drawn together.
        n_bootstrap: replicates for the interval.
        seed: of the bootstrap.

    Returns:
        `{"value", "low", "high", "n"}`; the first three are None where no film has a number.
    """
    known = np.isfinite(values)
    if not known.any():
        return {"value": None, "low": None, "high": None, "n": 0}
    kept = [patient for patient, own in zip(patients, known, strict=True) if own]
    weights = _bootstrap_weights(kept, n_bootstrap, seed)
    numbers = np.asarray(values, np.float64)[known]
    return _interval(_divide(weights @ numbers, weights.sum(axis=1)), len(numbers))


def roc_curve(
    labels: NDArray[np.bool_], values: NDArray[np.floating[Any]]
) -> tuple[FloatArray, FloatArray]:
    """False and true positive rates over all thresholds (`sklearn.metrics.roc_curve`)."""
    from sklearn import metrics

    false_positive, true_positive, _ = metrics.roc_curve(labels, values)
    return false_positive, true_positive


def _interval(values: FloatArray, count: float) -> dict[str, Any]:
    """The first value, with the middle 95 % of the others."""
    replicates = values[1:][np.isfinite(values[1:])]
    if not np.isfinite(values[0]) or not len(replicates):
        return {"value": None, "low": None, "high": None, "n": int(count)}
    low, high = np.percentile(replicates, (2.5, 97.5))
    return {
        "value": round(float(values[0]), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "n": int(count),
    }


def _bootstrap_weights(patients: Sequence[str], n_bootstrap: int, seed: int) -> FloatArray:
    """(1 + n_bootstrap, films): how often each film counts; the first row is the sample itself."""
    _, group = np.unique(np.asarray(patients, dtype=str), return_inverse=True)
    n_groups = int(group.max()) + 1
    draws = np.random.default_rng(seed).multinomial(
        n_groups, np.full(n_groups, 1 / n_groups), size=n_bootstrap
    )
    return np.vstack([np.ones(len(group)), draws[:, group]])


def _confusions(
    labels: IntArray, guesses: IntArray, n_classes: int, weights: FloatArray
) -> FloatArray:
    """(replicates, true class, predicted class)."""
    cells = np.eye(n_classes * n_classes)[labels * n_classes + guesses]
    counts: FloatArray = (weights @ cells).reshape(-1, n_classes, n_classes)
    return counts


def _divide(over: FloatArray, under: FloatArray) -> FloatArray:
    return np.divide(over, under, out=np.full_like(over, np.nan), where=under > 0)


def _hits(confusion: FloatArray) -> FloatArray:
    return np.diagonal(confusion, axis1=1, axis2=2)


def _accuracy(confusion: FloatArray) -> FloatArray:
    return _divide(_hits(confusion).sum(axis=1), confusion.sum(axis=(1, 2)))


def _sensitivity(confusion: FloatArray) -> FloatArray:
    return _divide(_hits(confusion), confusion.sum(axis=2))


def _specificity(confusion: FloatArray) -> FloatArray:
    total = confusion.sum(axis=(1, 2))[:, None]
    negatives = total - confusion.sum(axis=2)
    false_positives = confusion.sum(axis=1) - _hits(confusion)
    return _divide(negatives - false_positives, negatives)


def _precision(confusion: FloatArray) -> FloatArray:
    return _divide(_hits(confusion), confusion.sum(axis=1))


def _f1(confusion: FloatArray) -> FloatArray:
    """2 hits / (films of the class + films called so); undefined without a film of the class."""
    films = confusion.sum(axis=2)
    value = _divide(2 * _hits(confusion), films + confusion.sum(axis=1))
    return np.where(films > 0, value, np.nan)


def _mean_over_classes(values: FloatArray) -> FloatArray:
    defined = np.isfinite(values)
    return _divide(np.where(defined, values, 0.0).sum(axis=1), defined.sum(axis=1).astype(float))


def _aucs(
    positive: NDArray[np.bool_], values: NDArray[np.floating[Any]], weights: FloatArray
) -> FloatArray:
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


_PER_CLASS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "sensitivity": _sensitivity,
    "specificity": _specificity,
    "precision": _precision,
    "f1": _f1,
}
