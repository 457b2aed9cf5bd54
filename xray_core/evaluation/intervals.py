"""95 % intervals that never claim more than the data support.

Percentiles of a bootstrap by patient: patients are drawn with replacement and bring all their
films, since films of one patient are not independent evidence (Efron & Tibshirani 1993, ch. 8). A
bootstrap has nothing to vary where every film is right, every film is wrong, or all are of one
patient; there the Wilson interval over patients takes its place (Wilson 1927, eq. 2.4 of Brown et
al. 2001, https://doi.org/10.1214/ss/1009213286), and what no interval can be given for has none and
says why.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import Float64Array

N_BOOTSTRAP = 1000
Z = 1.959964
"""Standard normal quantile of 95 %, two-sided."""

LEAST_FOR_AUC = 10
"""Patients with, and patients without a class that the interval of an AUC needs."""

TOO_FEW_FOR_AUC = f"fewer than {LEAST_FOR_AUC} patients with the class, or without it"

Score = dict[str, Any]
"""`value`, `low`, `high` (rounded to 4 digits; None where they cannot be computed), `n` (films),
`interval` (`bootstrap`, `wilson`, `mover` or None), and `why` where a value has no interval."""


def bootstrap_weights(
    patients: Sequence[str], n_bootstrap: int = N_BOOTSTRAP, seed: int = 0
) -> Float64Array:
    """How often each film counts in each replicate.

    Args:
        patients: one key per film; films with the same key are drawn together.
        n_bootstrap: replicates.
        seed: of the draws.

    Returns:
        (1 + n_bootstrap, films); the first row is the sample itself.
    """
    _, group = np.unique(np.asarray(patients, dtype=str), return_inverse=True)
    n_groups = int(group.max()) + 1
    draws = np.random.default_rng(seed).multinomial(
        n_groups, np.full(n_groups, 1 / n_groups), size=n_bootstrap
    )
    return np.vstack([np.ones(len(group)), draws[:, group]])


def wilson(rate: float, n: int) -> tuple[float, float]:
    """The Wilson interval of a proportion.

    >>> low, high = wilson(1.0, 5)
    >>> round(low, 2), high
    (0.57, 1.0)

    Args:
        rate: in [0, 1].
        n: independent observations, one or more.
    """
    centre = rate + Z * Z / (2 * n)
    reach = Z * float(np.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n)))
    low, high = (centre - reach) / (1 + Z * Z / n), (centre + reach) / (1 + Z * Z / n)
    return (0.0 if rate == 0 else max(low, 0.0)), (1.0 if rate == 1 else min(high, 1.0))


def share_score(replicates: Float64Array, n_films: float, n_patients: int) -> Score:
    """A share of films: bootstrap, or Wilson over patients where no draw differs.

    Args:
        replicates: the value of the sample, then of each replicate; NaN where it is undefined.
        n_films: films that the share is of.
        n_patients: patients that these films are of.
    """
    if not np.isfinite(replicates[0]) or not n_patients:
        return _entry(np.nan, None, n_films, None)
    if _varies(replicates):
        return _bootstrap(replicates, n_films)
    value = float(replicates[0])
    return _entry(value, wilson(min(max(value, 0.0), 1.0), n_patients), n_films, "wilson")


def auc_score(replicates: Float64Array, n_films: float, n_with: int, n_without: int) -> Score:
    """An area under the ROC curve; no interval where too few patients are on one side.

    Where every draw gives the same area, as with a perfect order, Wilson over the disjoint pairs of
    a patient with and one without the class: the area is the share of pairs in the right order.

    Args:
        replicates: as in `share_score`.
        n_films: films with the class.
        n_with: patients with the class.
        n_without: patients without it.
    """
    if not np.isfinite(replicates[0]):
        return _entry(np.nan, None, n_films, None)
    if min(n_with, n_without) < LEAST_FOR_AUC:
        return _entry(float(replicates[0]), None, n_films, None, TOO_FEW_FOR_AUC)
    return share_score(replicates, n_films, min(n_with, n_without))


def mean_of_classes(replicates: Float64Array, parts: Sequence[Score], n_films: float) -> Score:
    """The mean of one score over the classes.

    A bootstrap cannot vary a class whose films are all right. Where there is one, the intervals of
    the classes are put together by MOVER (Zou & Donner 2008, https://doi.org/10.1002/sim.3095),
    which takes the classes to be independent.

    Args:
        replicates: as in `share_score`, of the mean.
        parts: the score of each class; those without a value count in no mean.
        n_films: films in all.
    """
    known = [part for part in parts if part["value"] is not None]
    if not known:
        return _entry(np.nan, None, n_films, None)
    value = float(replicates[0])
    why = next((part["why"] for part in known if "why" in part), None)
    if why:
        return _entry(value, None, n_films, None, f"a class has {why}")
    if all(part["interval"] == "bootstrap" for part in known):
        return _bootstrap(replicates, n_films)
    down, up = (
        float(np.sqrt(sum((part[end] - part["value"]) ** 2 for part in known))) / len(known)
        for end in ("low", "high")
    )
    span = (max(value - down, 0.0), min(value + up, 1.0))
    return _entry(value, span, n_films, "mover")


def mean_interval(
    values: NDArray[np.floating[Any]],
    patients: Sequence[str],
    *,
    n_bootstrap: int = N_BOOTSTRAP,
    seed: int = 0,
) -> Score:
    """The mean of a number that every film has.

    Args:
        values: (films,); NaN where a film has none, which then counts nowhere.
        patients: one key per film; films with the same key are drawn together.
        n_bootstrap: replicates for the interval.
        seed: of the bootstrap.
    """
    return mean_intervals(
        np.asarray(values, np.float64)[:, None], patients, n_bootstrap=n_bootstrap, seed=seed
    )[0]


def mean_intervals(
    table: NDArray[np.floating[Any]],
    patients: Sequence[str],
    *,
    n_bootstrap: int = N_BOOTSTRAP,
    seed: int = 0,
) -> list[Score]:
    """The means of several numbers that every film has, over the same draws of patients.

    Args:
        table: (films, numbers); NaN where a film has none, which then counts nowhere.
        patients, n_bootstrap, seed: as in `mean_interval`.

    Returns:
        A score per column. Where all films have 0, or all have 1, its interval is Wilson's over
        patients; where all have another value, or all are of one patient, there is none.
    """
    known = np.isfinite(table)
    if not known.any():
        return [_entry(np.nan, None, 0, None)] * table.shape[1]
    weights = bootstrap_weights(patients, n_bootstrap, seed)
    sums, counts = weights @ np.where(known, table, 0.0), weights @ known.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(counts > 0, sums / counts, np.nan)
    keys = np.asarray(patients, dtype=str)
    return [
        _mean_score(means[:, column], table[own, column], keys[own])
        for column, own in enumerate(known.T)
    ]


def has_interval(score: Mapping[str, Any]) -> bool:
    """Whether a score has an interval; one of width 0, as older versions wrote, does not count."""
    low, high = score.get("low"), score.get("high")
    return low is not None and high is not None and (low < high or "interval" in score)


def words_for(
    score: Mapping[str, Any] | None,
    number: Callable[[float], str] = "{:.3f}".format,
    *,
    dash: str = "-",
    nothing: str = "-",
    reason: bool = True,
) -> str:
    """A score with its interval, as words.

    >>> words_for({"value": 0.5, "low": 0.25, "high": 0.75, "n": 9})
    '0.500 (0.250-0.750)'

    Args:
        score: as `Score`; those of older versions have neither `interval` nor `why`.
        number: formats one number.
        dash: between the ends of the interval.
        nothing: in place of a score that could not be computed.
        reason: whether to say why there is no interval.
    """
    if score is None or score["value"] is None:
        return nothing
    if not has_interval(score):
        why = f": {score['why']}" if reason and "why" in score else ""
        return f"{number(score['value'])} (no interval{why})"
    return f"{number(score['value'])} ({number(score['low'])}{dash}{number(score['high'])})"


def _mean_score(means: Float64Array, values: Float64Array, patients: NDArray[np.str_]) -> Score:
    n_films = len(values)
    if not n_films:
        return _entry(np.nan, None, 0, None)
    n_patients = len(np.unique(patients))
    value = float(means[0])
    if np.ptp(values) == 0 and value in (0.0, 1.0):
        return _entry(value, wilson(value, n_patients), n_films, "wilson")
    if n_patients < 2:
        return _entry(value, None, n_films, None, "all films are of one patient")
    if not _varies(means):
        return _entry(value, None, n_films, None, "every draw of patients gives the same mean")
    return _bootstrap(means, n_films)


def _varies(replicates: Float64Array) -> bool:
    finite = replicates[np.isfinite(replicates)]
    return bool(np.ptp(finite) > 1e-12)


def _bootstrap(replicates: Float64Array, n_films: float) -> Score:
    """The first value, with the middle 95 % of the others."""
    drawn = replicates[1:][np.isfinite(replicates[1:])]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return _entry(float(replicates[0]), (float(low), float(high)), n_films, "bootstrap")


def _entry(
    value: float,
    span: tuple[float, float] | None,
    n_films: float,
    interval: str | None,
    why: str = "",
) -> Score:
    low, high = span or (None, None)
    return {
        "value": _rounded(value),
        "low": _rounded(low),
        "high": _rounded(high),
        "n": int(n_films),
        "interval": interval,
    } | ({"why": why} if why else {})


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(value, 4)
