"""Thresholds by a wanted sensitivity or specificity, chosen on validation films.

A threshold that is chosen on the films it is then judged on looks better than it is. Here the two
sets share no patient, and what is reached on the second is what counts.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float64Array
from xray_core.evaluation.intervals import N_BOOTSTRAP, bootstrap_weights, share_score
from xray_core.evaluation.replicates import divide

SENSITIVITY, SPECIFICITY = "sensitivity", "specificity"
WANTED = ((SENSITIVITY, 0.9), (SPECIFICITY, 0.9))
LEAST_VALIDATION = 20
"""Validation films with the class, and without it, that a threshold needs."""


def operating_points(
    validation: pd.DataFrame,
    test: pd.DataFrame,
    classes: Sequence[str],
    wanted: Sequence[tuple[str, float]] = WANTED,
    n_bootstrap: int = N_BOOTSTRAP,
) -> list[dict[str, Any]]:
    """What a threshold for each class reaches on films that it was not chosen on.

    Args:
        validation: `label` and `p_<class>`; films of other labels count as those of other classes.
        test: the same with `patient`.
        classes: that are looked for, each against all others.
        wanted: `sensitivity` or `specificity`, and how much of it.
        n_bootstrap: draws of patients for the intervals.

    Returns:
        Rows with `class`, `wanted` (which), `least` (how much), `threshold` (a film is called so
        from this probability on), `n_val`, and `sensitivity` and `specificity` on the test films,
        each an `intervals.Score`. Classes with too few films have no row.
    """
    patients = test["patient"].to_numpy(str)
    weights = bootstrap_weights(patients.tolist(), n_bootstrap) if len(test) else np.empty((0, 0))
    rows = []
    for label in classes:
        has, said = (validation["label"] == label).to_numpy(), validation[f"p_{label}"].to_numpy()
        own, values = (test["label"] == label).to_numpy(), test[f"p_{label}"].to_numpy()
        if min(has.sum(), (~has).sum()) < LEAST_VALIDATION or own.all() or not own.any():
            continue
        for name, least in wanted:
            chosen = threshold_for(name, least, said[has], said[~has])
            called = values >= chosen
            rows.append(
                {
                    "class": label,
                    "wanted": name,
                    "least": least,
                    "threshold": round(chosen, 5),
                    "n_val": len(has),
                    SENSITIVITY: _share(called, own, patients, weights),
                    SPECIFICITY: _share(~called, ~own, patients, weights),
                }
            )
    return rows


def threshold_for(name: str, least: float, ill: Float64Array, others: Float64Array) -> float:
    """The threshold that reaches a share and gives the other up least.

    >>> threshold_for("sensitivity", 0.5, np.array([0.2, 0.6, 0.8, 0.9]), np.array([0.1]))
    0.8

    Args:
        name: `sensitivity`: the highest threshold that finds so many of the films with the class;
            `specificity`: the lowest that leaves so many of the others out.
        least: the share, in [0, 1].
        ill: probabilities of films with the class.
        others: probabilities of those without it.
    """
    if name == SENSITIVITY:
        ranked = np.sort(ill)[::-1]
        return float(ranked[max(0, int(np.ceil(round(least * len(ranked), 9))) - 1)])
    ranked = np.sort(others)
    left_out = int(np.ceil(round(least * len(ranked), 9)))
    if left_out == 0:
        return 0.0
    return float(np.nextafter(ranked[left_out - 1], np.inf))


def _share(
    hits: BoolArray,
    among: BoolArray,
    patients: NDArray[np.str_],
    weights: Float64Array,
) -> dict[str, Any]:
    found = weights @ (hits & among).astype(np.float64)
    shares = divide(found, weights @ among.astype(np.float64))
    return share_score(shares, int(among.sum()), len(np.unique(patients[among])))
