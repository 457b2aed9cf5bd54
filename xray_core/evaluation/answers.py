"""What models answered, read from a table of predictions: its `p_<class>` columns as arrays."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xray_core.arrays import Float64Array

_PREFIX = "p_"


def probabilities_in(table: pd.DataFrame, classes: Sequence[str] | None = None) -> Float64Array:
    """The probabilities of all films.

    Args:
        table: one row per film, with `p_<class>`.
        classes: whose columns are read, in this order; None reads all that the table has.

    Returns:
        (films, classes), as the table has them: those of some of its classes need not sum to 1.
    """
    names = _classes_in(table) if classes is None else classes
    found: Float64Array = table[[_PREFIX + name for name in names]].to_numpy(np.float64)
    return found


def answers_in(table: pd.DataFrame, classes: Sequence[str] | None = None) -> NDArray[np.str_]:
    """The likeliest class of each film, (films,); of equals the first.

    Args:
        table: as for `probabilities_in`.
        classes: that can be answered; None takes all that the table has.
    """
    names = np.array(_classes_in(table) if classes is None else classes, dtype=str)
    answers: NDArray[np.str_] = names[probabilities_in(table, names.tolist()).argmax(axis=1)]
    return answers


def _classes_in(table: pd.DataFrame) -> list[str]:
    return [str(name)[len(_PREFIX) :] for name in table.columns if str(name).startswith(_PREFIX)]
