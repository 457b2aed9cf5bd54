"""Two models on the same films: tests of a difference, by patient.

Films of one patient are not independent evidence. Where each patient has one film, the tests here
are those of the textbook: McNemar's exact test (McNemar 1947,
https://doi.org/10.1007/BF02295996) and DeLong's (DeLong et al. 1988,
https://doi.org/10.2307/2531595). Where patients have several, the answers of a patient are
exchanged together, and the components of an area are summed by patient (Obuchowski 1997,
https://doi.org/10.2307/2533958).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float64Array
from xray_core.evaluation.intervals import Z

ALPHA = 0.05
POWER = 0.8
"""With which the smallest difference that films could show would be seen."""

_SEEN = Z + NormalDist().inv_cdf(POWER)


@dataclass(frozen=True)
class McNemar:
    """Films on which one of two models is right and the other is wrong.

    Attributes:
        only_first: films that only the first gets right.
        only_second: films that only the second gets right.
        p: of McNemar's exact test, as if every film were of its own patient.
        p_by_patient: of the same test with the answers of a patient exchanged together.
    """

    only_first: int
    only_second: int
    p: float
    p_by_patient: float


def mcnemar(first: BoolArray, second: BoolArray, patients: Sequence[str]) -> McNemar:
    """Whether two models are right equally often.

    Args:
        first: (films,), whether the first model is right.
        second: the same of the second.
        patients: one key per film.
    """
    from scipy.stats import binom  # half a second that no page waits for at its start

    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    apart = only_first + only_second
    tail = float(2 * binom.cdf(min(only_first, only_second), apart, 0.5))
    _, group = np.unique(np.asarray(patients, str), return_inverse=True)
    gains: Float64Array = np.bincount(group, first.astype(np.float64) - second).astype(np.float64)
    return McNemar(only_first, only_second, min(1.0, tail), _p_of_signs(gains))


def _p_of_signs(gains: Float64Array) -> float:
    """Two-sided p of a sum of whole numbers if each could as well have the other sign; exact."""
    sizes = np.abs(gains[gains != 0]).astype(int)
    chances = np.ones(1)  # of the sums -total, -total + 1, ... total
    for size in sizes:
        wider = np.zeros(len(chances) + 2 * size)
        wider[: len(chances)] += chances / 2
        wider[2 * size :] += chances / 2
        chances = wider
    total = int(sizes.sum())
    reached = np.abs(np.arange(-total, total + 1)) >= abs(round(float(gains.sum())))
    return min(1.0, float(chances[reached].sum()))


@dataclass(frozen=True)
class Areas:
    """Areas under the ROC curves of several models on the same films.

    Attributes:
        values: (models,).
        covariance: (models, models), of the areas.
    """

    values: Float64Array
    covariance: Float64Array

    def difference(self, first: int, second: int) -> tuple[float, float]:
        """Difference of two areas and its standard error."""
        part = self.covariance[np.ix_([first, second], [first, second])]
        variance = part[0, 0] + part[1, 1] - 2 * part[0, 1]
        return float(self.values[first] - self.values[second]), float(np.sqrt(max(variance, 0.0)))


def delong(
    positive: BoolArray, values: NDArray[np.floating[Any]], patients: Sequence[str]
) -> Areas:
    """Areas under correlated ROC curves, with their covariance by patient.

    Ranks give DeLong's components at once (Sun & Xu 2014,
    https://doi.org/10.1109/LSP.2014.2337313).

    Args:
        positive: (films,), whether a film has the class; both kinds are there, of two patients or
            more each.
        values: (models, films), higher where the class is likelier.
        patients: one key per film.
    """
    from scipy.stats import rankdata

    scores = np.asarray(values, np.float64)
    n_pos, n_neg = int(positive.sum()), int((~positive).sum())
    ranks = rankdata(scores, axis=1)
    above = (ranks[:, positive] - rankdata(scores[:, positive], axis=1)) / n_neg
    below = 1 - (ranks[:, ~positive] - rankdata(scores[:, ~positive], axis=1)) / n_pos
    areas: Float64Array = above.mean(axis=1)
    apart = np.zeros(scores.shape)
    apart[:, positive] = above - areas[:, None]
    apart[:, ~positive] = below - areas[:, None]

    keys, group = np.unique(np.asarray(patients, str), return_inverse=True)

    def by_patient(films: BoolArray) -> Float64Array:
        return np.stack(
            [np.bincount(group[films], row[films], minlength=len(keys)) for row in apart]
        )

    sick, healthy = by_patient(positive), by_patient(~positive)
    n_sick, n_healthy = (len(np.unique(group[films])) for films in (positive, ~positive))
    both = sick @ healthy.T
    covariance = (
        n_sick / (n_sick - 1) * (sick @ sick.T) / n_pos**2
        + n_healthy / (n_healthy - 1) * (healthy @ healthy.T) / n_neg**2
        + len(keys) / (len(keys) - 1) * (both + both.T) / (n_pos * n_neg)
    )
    return Areas(areas, covariance)


def normal_p(difference: float, error: float) -> float:
    """Two-sided p of a difference with that standard error; 1 where neither differs from 0."""
    if error <= 0:
        return 1.0 if difference == 0 else 0.0
    return math.erfc(abs(difference) / error / math.sqrt(2))


def bootstrap_p(differences: Float64Array) -> float:
    """Two-sided p of a difference: twice the share of draws on the other side of 0.

    Args:
        differences: of the sample, then of each draw of patients; NaN where it is undefined.
    """
    drawn = differences[1:][np.isfinite(differences[1:])]
    if not len(drawn):
        return 1.0
    sides = [
        (1 + (drawn <= 0).sum()) / (1 + len(drawn)),
        (1 + (drawn >= 0).sum()) / (1 + len(drawn)),
    ]
    return min(1.0, 2 * float(min(sides)))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p of each of several tests, so that all of them together err in 5 % (Holm 1979).

    >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    steps = np.asarray(p_values, np.float64)[order] * np.arange(len(order), 0, -1)
    found = np.empty(len(order))
    found[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(value) for value in found]


def smallest_difference(error: float) -> float:
    """The true difference that films with that standard error would show in 80 % of cases.

    At a two-sided 5 %: (1.96 + 0.84) standard errors (Altman 1991, ch. 15).
    """
    return _SEEN * error


def kappa(answers: Float64Array) -> Float64Array:
    """Cohen's kappa of two models' answers (Cohen 1960).

    Args:
        answers: (replicates, answer of one, answer of the other), counts.

    Returns:
        (replicates,); NaN where chance alone would make them agree.
    """
    total = answers.sum(axis=(1, 2))
    same = np.trace(answers, axis1=1, axis2=2) / total
    chance = (answers.sum(axis=2) * answers.sum(axis=1)).sum(axis=1) / total**2
    found: Float64Array = np.full_like(same, np.nan)
    np.divide(same - chance, 1 - chance, out=found, where=chance < 1)
    return found
