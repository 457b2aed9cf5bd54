"""ROC and precision-recall curves of a class against the rest, with 95 % bands by patient."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float64Array
from xray_core.evaluation.intervals import LEAST_FOR_AUC, Score, auc_score, bootstrap_weights
from xray_core.evaluation.replicates import aucs, divide

N_DRAWS = 400
GRID = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class Curve:
    """A curve over `GRID`, with its band.

    Attributes:
        x: 0 to 1.
        y: of the sample.
        low, high: of each y on its own, 95 %; NaN where too few patients are on one side.
        area: under the ROC curve; of a precision-recall curve the average precision.
    """

    x: Float64Array
    y: Float64Array
    low: Float64Array
    high: Float64Array
    area: Score


@dataclass(frozen=True)
class Curves:
    """Both curves of one class, and how often the class is met: the precision of a guess."""

    roc: Curve
    precision_recall: Curve
    share: float


def curves_of(
    own: BoolArray, values: NDArray[np.floating], patients: Sequence[str], n_draws: int = N_DRAWS
) -> Curves:
    """The two curves of a class.

    Sensitivity is drawn over 1 - specificity. Precision is drawn over recall: that of the highest
    threshold which finds so many films, nothing interpolated between thresholds (Davis & Goadrich
    2006, https://doi.org/10.1145/1143844.1143874). Films of one patient are drawn together.

    Args:
        own: (films,), whether a film is of the class; some are, and some are not.
        values: (films,), higher for the class.
        patients: one key per film.
        n_draws: of patients.
    """
    weights = bootstrap_weights(patients, n_draws)
    keys = np.asarray(patients, dtype=str)
    sides = [len(np.unique(keys[side])) for side in (own, ~own)]
    true, false = _counts(own, values, weights)
    n_own, n_others = true[:, -1:], false[:, -1:]
    recall = divide(true, np.broadcast_to(n_own, true.shape))
    alarms = divide(false, np.broadcast_to(n_others, false.shape))
    precision = divide(true, true + false)
    steps = np.diff(recall, axis=1, prepend=0.0)
    average = np.where(steps > 0, steps * np.nan_to_num(precision), 0.0).sum(axis=1)
    average[(n_own[:, 0] == 0) | (n_others[:, 0] == 0)] = np.nan
    n_films = int(own.sum())
    roc_area = auc_score(aucs(own, np.asarray(values), weights), n_films, *sides)
    few = min(sides) < LEAST_FOR_AUC
    roc = np.stack([_over(x, y) for x, y in zip(alarms, recall, strict=True)])
    found = np.stack([_at_recall(x, y) for x, y in zip(recall, precision, strict=True)])
    return Curves(
        _banded(roc, roc_area, few=few),
        _banded(found, auc_score(average, n_films, *sides), few=few),
        float(own.mean()),
    )


def curves_of_class(table: pd.DataFrame, label: str, n_draws: int = N_DRAWS) -> Curves | None:
    """The two curves of a class on films that a model predicted.

    Args:
        table: `label`, `patient` and `p_<class>`, one row per film.
        label: of the class.
        n_draws: of patients.

    Returns:
        None where the model does not know the class, or all films or none are of it.
    """
    own = (table["label"] == label).to_numpy(bool)
    if f"p_{label}" not in table or own.all() or not own.any():
        return None
    values = table[f"p_{label}"].to_numpy(np.float64)
    return curves_of(own, values, table["patient"].tolist(), n_draws)


def _counts(
    own: BoolArray, values: NDArray[np.floating], weights: Float64Array
) -> tuple[Float64Array, Float64Array]:
    """Films of the class and others at or above each threshold, (draws, thresholds)."""
    order = np.argsort(-values, kind="stable")
    ends = np.flatnonzero(np.diff(values[order], append=np.nan) != 0)
    drawn, is_own = weights[:, order], own[order]
    true = np.cumsum(drawn * is_own, axis=1)[:, ends]
    return true, np.cumsum(drawn * ~is_own, axis=1)[:, ends]


def _over(alarms: Float64Array, recall: Float64Array) -> Float64Array:
    found: Float64Array = np.interp(
        GRID, np.concatenate([[0.0], alarms]), np.concatenate([[0.0], recall])
    )
    return found


def _at_recall(recall: Float64Array, precision: Float64Array) -> Float64Array:
    """Precision at the highest threshold that finds so many; at 0 that of the first film found."""
    if not np.isfinite(recall).all():
        return np.full(len(GRID), np.nan)
    wanted = np.maximum(GRID - 1e-12, 1e-12)
    found: Float64Array = precision[np.searchsorted(recall, wanted)]
    return found


def _banded(drawn: Float64Array, area: Score, *, few: bool) -> Curve:
    """The first row with the middle 95 % of the others."""
    none = np.full(len(GRID), np.nan)
    low, high = (none, none) if few else np.nanpercentile(drawn[1:], (2.5, 97.5), axis=0)
    return Curve(GRID, drawn[0], low, high, area)
