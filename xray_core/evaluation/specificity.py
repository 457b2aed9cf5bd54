"""Specificity at a given sensitivity: of the healthy films, how many are called so.

Of the films with the finding few are missed then.

Two models are compared at the same sensitivity, since a threshold trades one for the other.
"""

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float64Array
from xray_core.evaluation.intervals import Score, auc_score, bootstrap_weights

SENSITIVITY = 0.9
"""Share of the films with a finding that must be found."""


def specificity_at(
    positive: BoolArray,
    values: Float64Array,
    patients: NDArray[np.str_],
    n_bootstrap: int,
) -> Score:
    """Specificity at the highest threshold that finds `SENSITIVITY` of the positive films.

    The threshold is chosen anew for every draw of patients, so that the interval holds its
    uncertainty as well.

    Args:
        positive: (films,), whether a film has the finding.
        values: (films,), higher where the finding is likelier.
        patients: one key per film; films with the same key are drawn together.
        n_bootstrap: replicates for the interval.

    Returns:
        Share of the negative films below the threshold; without an interval where there are too
        few patients on a side, as for an AUC.
    """
    weights = bootstrap_weights(patients.tolist(), n_bootstrap)
    return auc_score(
        specificities_at(positive, values, weights),
        (~positive).sum(),
        len(np.unique(patients[positive])),
        len(np.unique(patients[~positive])),
    )


def specificities_at(
    positive: BoolArray, values: Float64Array, weights: Float64Array
) -> Float64Array:
    """That share in each row of `weights` (see `bootstrap_weights`); NaN without both sides."""
    order = np.argsort(-values, kind="stable")
    starts = np.flatnonzero(np.diff(values[order], prepend=np.inf))  # films of one value together
    w, is_positive = weights[:, order], positive[order]
    found = np.cumsum(np.add.reduceat(w * is_positive, starts, axis=1), axis=1)
    called = np.cumsum(np.add.reduceat(w * ~is_positive, starts, axis=1), axis=1)
    enough = found >= SENSITIVITY * found[:, -1:] - 1e-9
    wrongly = called[np.arange(len(called)), enough.argmax(axis=1)]
    negatives = np.where(found[:, -1] > 0, called[:, -1], 0.0)
    rates: Float64Array = np.full_like(negatives, np.nan)
    np.divide(negatives - wrongly, negatives, out=rates, where=negatives > 0)
    return rates
