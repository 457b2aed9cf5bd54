"""Whether a model that gives a probability of 80 % is right in 80 % of the films."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xray_core.evaluation.answers import probabilities_in

N_BINS = 10


def reliability(
    probabilities: NDArray[Any], labels: NDArray[Any], n_bins: int = N_BINS
) -> pd.DataFrame:
    """Probability of the first answer against how often it is right (a reliability diagram).

    Args:
        probabilities: (films, classes).
        labels: int (films,), column of the true class.
        n_bins: bins of equal width, from 0 to 1.

    Returns:
        A row for each bin that has films: `probability` (mean of the first answer), `right` (share
        of films where it is the label), `n`.
    """
    likeliest = np.asarray(probabilities).max(axis=1)
    right = np.asarray(probabilities).argmax(axis=1) == labels
    bins = np.minimum((likeliest * n_bins).astype(int), n_bins - 1)
    groups = pd.DataFrame({"bin": bins, "probability": likeliest, "right": right}).groupby("bin")
    return groups.agg(
        probability=("probability", "mean"), right=("right", "mean"), n=("right", "size")
    )


def reliability_of(table: pd.DataFrame, classes: Sequence[str]) -> pd.DataFrame:
    """The same, of a table of predictions.

    Args:
        table: `label`, `p_<class>`; films of other labels are left out.
        classes: of the model.
    """
    known = table[table["label"].isin(classes)]
    labels = known["label"].map(list(classes).index).to_numpy(np.int64)
    return reliability(probabilities_in(known, classes), labels)
