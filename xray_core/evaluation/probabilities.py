"""How far probabilities mean what they say: calibration error and Brier score, with intervals.

The calibration error has bins of equally many films (Nixon et al. 2019,
https://arxiv.org/abs/1904.01685; Naeini et al. 2015). Few films make it larger than it is, in the
sample and again in each draw of it: the interval is the reverse percentile one (Davison & Hinkley
1997, ch. 5.2), which takes that away, and beside it stands what right probabilities would show on
as many films. The Brier score is the mean squared distance from the truth (Brier 1950), summed over
the classes where all are taken together, so that it lies in [0, 2].
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from xray_core.arrays import BoolArray, Float64Array, Int64Array
from xray_core.evaluation.answers import probabilities_in
from xray_core.evaluation.intervals import N_BOOTSTRAP, Score, bootstrap_weights
from xray_core.evaluation.replicates import divide
from xray_core.networks.calibration import Calibration

N_BINS = 10
LEAST_OF_A_BIN = 10
"""Films of a bin; where there are fewer, there are fewer bins."""

ALL = "all"
"""In place of a class or a source: all of them."""

_N_TRUE = 200


def probability_rows(
    table: pd.DataFrame,
    classes: Sequence[str],
    calibration: Calibration | None = None,
    n_bootstrap: int = N_BOOTSTRAP,
) -> list[dict[str, Any]]:
    """Calibration error and Brier score of all films, per class and per source.

    Args:
        table: `label`, `patient`, `source`, `p_<class>`; films of other labels are left out.
        classes: of the model.
        calibration: what its probabilities were calibrated with; taken away again, it says what
            they were before.
        n_bootstrap: draws of patients.

    Returns:
        Rows with `class` and `source` (`all` for all), `n`, `calibration_error` and `brier` (each
        an `intervals.Score`), `by_chance` (calibration error that right probabilities would stay
        below in 95 % of cases), and with a calibration `calibration_error_before`, `brier_before`.
    """
    known = table[table["label"].isin(classes)]
    if known.empty:
        return []
    now = probabilities_in(known, classes)
    before = calibration.undo(now) if calibration else None
    truth = known["label"].map(list(classes).index).to_numpy(np.int64)
    weights = bootstrap_weights(known["patient"].tolist(), n_bootstrap)
    rows = []
    for label, source, films, column in _groups(known, classes):
        row: dict[str, Any] = {"class": label, "source": source, "n": int(films.sum())}
        row |= trust_in(now[films], truth[films], weights[:, films], column)
        if before is not None:
            found = trust_in(before[films], truth[films], weights[:, films], column)
            row |= {f"{name}_before": found[name] for name in ("calibration_error", "brier")}
        rows.append(row)
    return rows


def trust_in(
    values: Float64Array,
    truth: Int64Array,
    weights: Float64Array,
    column: int | None = None,
) -> dict[str, Any]:
    """Calibration error, what chance would show of it, and Brier score.

    Args:
        values: (films, classes), probabilities.
        truth: (films,), column of the true class.
        weights: (replicates, films), as `bootstrap_weights` returns.
        column: class that is looked at; None for the first answer, and all classes.

    Returns:
        `calibration_error`, `by_chance`, `brier`, as `probability_rows`.
    """
    said = values.max(axis=1) if column is None else values[:, column]
    right = values.argmax(axis=1) == truth if column is None else truth == column
    squares = (values - np.eye(values.shape[1])[truth]) ** 2
    each = squares.sum(axis=1) if column is None else squares[:, column]
    return {
        "calibration_error": calibration_score(said, right, weights),
        "by_chance": error_by_chance(said),
        "brier": _mean_score(each, weights),
    }


def _groups(
    films: pd.DataFrame, classes: Sequence[str]
) -> Iterator[tuple[str, str, BoolArray, int | None]]:
    """Class, source, the films, and the column that is looked at (None: the first answer)."""
    everything = np.ones(len(films), bool)
    yield ALL, ALL, everything, None
    for column, label in enumerate(classes):
        if (films["label"] == label).any():
            yield label, ALL, everything, column
    sources = sorted(set(films["source"]))
    for source in sources if len(sources) > 1 else ():
        yield ALL, str(source), (films["source"] == source).to_numpy(), None


def equal_mass_bins(values: Float64Array) -> Int64Array:
    """Bin of each film: bins of about equally many films, those of one value together.

    Edges are those of `sklearn.calibration.calibration_curve` with quantiles.
    """
    n_bins = min(N_BINS, max(1, len(values) // LEAST_OF_A_BIN))
    edges = np.quantile(values, np.linspace(0, 1, n_bins + 1))
    return np.searchsorted(edges[1:-1], values).astype(np.int64)


def calibration_score(values: Float64Array, right: BoolArray, weights: Float64Array) -> Score:
    """Mean distance of probability and share of right films over the bins.

    Args:
        values: (films,), probabilities.
        right: (films,), whether what they speak of is so.
        weights: (replicates, films), as `bootstrap_weights` returns.
    """
    members = np.eye(N_BINS)[equal_mass_bins(values)]
    gaps = weights @ (members * (values - right)[:, None])
    drawn = divide(np.abs(gaps).sum(axis=1), weights.sum(axis=1))
    return _reversed(drawn[np.isfinite(drawn)], len(values))


def error_by_chance(values: Float64Array, seed: int = 0) -> float:
    """The calibration error that right probabilities stay below in 95 % of cases.

    What happens is drawn from the probabilities themselves (Bröcker & Smith 2007,
    https://doi.org/10.1175/WAF993.1).
    """
    members = np.eye(N_BINS)[equal_mass_bins(values)]
    happened = np.random.default_rng(seed).random((_N_TRUE, len(values))) < values
    errors = np.abs((values - happened) @ members).sum(axis=1) / len(values)
    return round(float(np.quantile(errors, 0.95)), 4)


def _mean_score(each: Float64Array, weights: Float64Array) -> Score:
    drawn = divide(weights @ each, weights.sum(axis=1))
    kept = drawn[np.isfinite(drawn)]
    varies = np.ptp(kept) > 1e-12
    low, high = np.percentile(kept[1:], (2.5, 97.5)) if varies else (None, None)
    return _entry(float(drawn[0]), low, high, len(each))


def _reversed(drawn: Float64Array, n: int) -> Score:
    """The value with its reverse percentile interval, in [0, 1] and around the value."""
    value = float(drawn[0])
    if np.ptp(drawn) <= 1e-12:
        return _entry(value, None, None, n)
    low, high = 2 * value - np.percentile(drawn[1:], (97.5, 2.5))
    return _entry(value, max(0.0, min(low, value)), min(1.0, max(high, value)), n)


def _entry(value: float, low: float | None, high: float | None, n: int) -> Score:
    ends = {"low": low, "high": high}
    return {
        "value": round(value, 4),
        **{name: None if end is None else round(float(end), 4) for name, end in ends.items()},
        "n": n,
        "interval": None if low is None else "bootstrap",
    }
