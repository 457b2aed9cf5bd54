"""Counts and shares in every replicate of a bootstrap at once.

`weights` is (replicates, films), as `bootstrap_weights` returns; `confusion` is (replicates, true
class, predicted class).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float64Array, Int64Array


@dataclass(frozen=True)
class Replicates:
    """What one model does in every draw of patients.

    Attributes:
        confusion: (replicates, true class, predicted class), counts.
        areas: (replicates, classes), areas under the ROC curves of each class against the rest.
    """

    confusion: Float64Array
    areas: Float64Array

    @classmethod
    def of(
        cls, labels: Int64Array, probabilities: NDArray[np.floating[Any]], weights: Float64Array
    ) -> "Replicates":
        """Of films with these labels and probabilities (films, classes)."""
        n_classes = probabilities.shape[1]
        areas = [
            aucs(labels == place, probabilities[:, place], weights) for place in range(n_classes)
        ]
        return cls(
            confusions(labels, probabilities.argmax(axis=1), n_classes, weights),
            np.stack(areas, axis=1),
        )

    @property
    def means(self) -> dict[str, Float64Array]:
        """The four scores over all classes, each (replicates,)."""
        return {
            "accuracy": accuracy(self.confusion),
            "balanced_accuracy": mean_over_classes(sensitivity(self.confusion)),
            "macro_f1": mean_over_classes(f1(self.confusion)),
            "auc_macro": mean_over_classes(self.areas),
        }


def confusions(
    labels: Int64Array, guesses: Int64Array, n_classes: int, weights: Float64Array
) -> Float64Array:
    """(replicates, true class, predicted class)."""
    cells = np.eye(n_classes * n_classes)[labels * n_classes + guesses]
    counts: Float64Array = (weights @ cells).reshape(-1, n_classes, n_classes)
    return counts


def divide(over: Float64Array, under: Float64Array) -> Float64Array:
    """NaN where there is nothing to divide by."""
    return np.divide(over, under, out=np.full_like(over, np.nan), where=under > 0)


def hits(confusion: Float64Array) -> Float64Array:
    """Films called by their class: (replicates, classes)."""
    return np.diagonal(confusion, axis1=1, axis2=2)


def accuracy(confusion: Float64Array) -> Float64Array:
    """Share of all films that are called by their class: (replicates,)."""
    return divide(hits(confusion).sum(axis=1), confusion.sum(axis=(1, 2)))


def sensitivity(confusion: Float64Array) -> Float64Array:
    """Of the films of each class, the share called so: (replicates, classes)."""
    return divide(hits(confusion), confusion.sum(axis=2))


def specificity(confusion: Float64Array) -> Float64Array:
    """Of all others, the share not called so: (replicates, classes)."""
    total = confusion.sum(axis=(1, 2))[:, None]
    negatives = total - confusion.sum(axis=2)
    false_positives = confusion.sum(axis=1) - hits(confusion)
    return divide(negatives - false_positives, negatives)


def precision(confusion: Float64Array) -> Float64Array:
    """Of the films called so, the share of the class: (replicates, classes)."""
    return divide(hits(confusion), confusion.sum(axis=1))


def f1(confusion: Float64Array) -> Float64Array:
    """2 hits / (films of the class + films called so); undefined without a film of the class."""
    films = confusion.sum(axis=2)
    value = divide(2 * hits(confusion), films + confusion.sum(axis=1))
    return np.where(films > 0, value, np.nan)


def mean_over_classes(values: Float64Array) -> Float64Array:
    """The mean over the classes that have a value: (replicates,)."""
    defined = np.isfinite(values)
    return divide(np.where(defined, values, 0.0).sum(axis=1), defined.sum(axis=1).astype(float))


def aucs(
    positive: BoolArray, values: NDArray[np.floating[Any]], weights: Float64Array
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
    return divide(area, above.sum(axis=1) * below.sum(axis=1))
