"""Sets of classes that hold the right one in at least 90 % of films, class by class.

Split conformal prediction with the least ambiguous sets (Sadinle, Lei and Wasserman 2019,
https://doi.org/10.1080/01621459.2017.1395341): a class is in the set where its probability reaches
a threshold, which is an order statistic of the probabilities that validation films of this class
got. Fitted per class (Mondrian), the guarantee holds for the sick as for the healthy. Two things
are added, and both can only enlarge a set:

- the threshold of a class is the lowest among all films of the class and those of each source with
  enough of them, since it is not known where a new film comes from: the guarantee holds within each
  of these sources, not on their average alone;
- *normal* stands alone only where each other class was ruled out at 95 %.

Both rest on films like those it was fitted on. Nothing is guaranteed for another hospital.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xray_core.arrays import Float64Array
from xray_core.data.labels import NORMAL

LEVEL = 0.90
"""Share of the films of each class whose set holds the class, at least."""

LEVEL_BESIDE_NORMAL = 0.95
"""The same of a sick class where the set would be *normal* alone."""

LEAST_OF_SOURCE = 19
"""Validation films of a class from which its source has a threshold of its own: with fewer, 95 %
cannot be had from them."""


@dataclass(frozen=True)
class ConformalSets:
    """The thresholds of one model, or of the mean of several, for one age group.

    Attributes:
        thresholds: class -> lowest restricted probability with which it is in a set; 0 where too
            few validation films are known: then the class is in every set.
        beside_normal: the same at 95 %, for a set that would be *normal* alone.
        n: class -> validation films.
        sources: sources whose films were counted by themselves.
    """

    thresholds: Mapping[str, float]
    beside_normal: Mapping[str, float]
    n: Mapping[str, int]
    sources: tuple[str, ...] = ()

    def set_of(self, probabilities: Mapping[str, float]) -> tuple[str, ...]:
        """The classes that cannot be ruled out.

        Args:
            probabilities: of exactly these classes, restricted to them; they sum to 1.

        Returns:
            Classes in their order. None at all for a film between the classes: that is "not sure".
        """
        kept = [label for label, least in self.thresholds.items() if probabilities[label] >= least]
        if kept == [NORMAL]:
            kept += [
                label
                for label, least in self.beside_normal.items()
                if label != NORMAL and probabilities[label] >= least
            ]
        return tuple(kept)


def threshold(probabilities: Float64Array, level: float) -> float:
    """The lowest probability that keeps `level` of films like these.

    >>> threshold(np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]), 0.9)
    0.1

    Args:
        probabilities: that films of a class got for their class.
        level: share of further films whose probability is to reach the threshold.

    Returns:
        The k-th largest, k = ceil((n + 1) level); 0 where there are fewer than k films.
    """
    rank = math.ceil(round((len(probabilities) + 1) * level, 9))
    if rank > len(probabilities):
        return 0.0
    return float(np.sort(probabilities)[::-1][rank - 1])


def fit(table: pd.DataFrame, classes: Sequence[str]) -> ConformalSets:
    """Fit the thresholds on validation films.

    Args:
        table: one row per film: `label` (one of the classes), `source`, and `p_<class>` restricted
            to the classes.
        classes: that can be answered.
    """
    low: dict[str, float] = {}
    beside: dict[str, float] = {}
    counted: dict[str, None] = {}
    for label in classes:
        films = table[table["label"] == label]
        groups = [films]
        for source, part in films.groupby("source"):
            if len(part) >= LEAST_OF_SOURCE:
                groups.append(part)
                counted[str(source)] = None
        values = [group[f"p_{label}"].to_numpy(float) for group in groups]
        low[label] = min(threshold(item, LEVEL) for item in values)
        beside[label] = min(threshold(item, LEVEL_BESIDE_NORMAL) for item in values)
    counts = {label: int((table["label"] == label).sum()) for label in classes}
    return ConformalSets(low, beside, counts, tuple(counted))
