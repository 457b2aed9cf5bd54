"""What a linear model reads off the features of films besides the class."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float32Array, Int64Array
from xray_core.audit.linear import FOLDS, balanced_accuracy, out_of_fold
from xray_core.evaluation.intervals import bootstrap_weights

PROBED = {"source": "The source", "age_group": "The age group", "view": "The view"}
"""Facts of a record that are asked for, with their names."""

LEAST_FOR_PROBE = 20
"""Groups of films of a value that a probe needs."""

_N_REPLICATES = 200


@dataclass(frozen=True)
class ReadOff:
    """How well a fact can be read off films.

    Attributes:
        value: balanced accuracy of films that the model was not fitted on.
        low, high: 95 % interval, by group.
        chance: of guessing.
        n: films.
        within: place of the class whose films alone were asked; None for films of all classes.
    """

    value: float
    low: float
    high: float
    chance: float
    n: int
    within: int | None

    def as_json(self) -> dict[str, Any]:
        """As plain numbers, without the class."""
        names = ("value", "low", "high", "chance")
        return {name: round(getattr(self, name), 4) for name in names} | {"n": self.n}


def read_off(
    features: Float32Array, values: NDArray[np.str_], groups: Sequence[str], labels: Int64Array
) -> ReadOff | None:
    """Read a fact off films, within the commonest class that has two values of it.

    Args:
        features: (films, numbers).
        values: (films,), of the fact; "" where it is not known.
        groups: films of one group are in one fold.
        labels: (films,), 0 to classes - 1.

    Returns:
        Of films of all classes where no class has two values; None where there are too few films.
    """
    for label in np.argsort(-np.bincount(labels)):
        if found := _among(features, values, groups, labels == label, int(label)):
            return found
    return _among(features, values, groups, np.ones(len(labels), bool), None)


def _among(
    features: Float32Array,
    values: NDArray[np.str_],
    groups: Sequence[str],
    among: BoolArray,
    within: int | None,
) -> ReadOff | None:
    named = np.asarray(groups)
    usual = [
        value
        for value in np.unique(values[among & (values != "")])
        if len(set(named[among & (values == value)])) >= max(LEAST_FOR_PROBE, FOLDS)
    ]
    if len(usual) < 2:
        return None
    rows = np.flatnonzero(among & np.isin(values, usual))
    codes = np.searchsorted(usual, values[rows]).astype(np.int64)
    keys = named[rows].tolist()
    guesses = out_of_fold(np.asarray(features[rows]), codes, keys).argmax(axis=1).astype(np.int64)
    drawn = balanced_accuracy(codes, guesses, bootstrap_weights(keys, _N_REPLICATES))
    low, high = np.percentile(drawn[1:], (2.5, 97.5))
    return ReadOff(float(drawn[0]), float(low), float(high), 1 / len(usual), len(rows), within)
