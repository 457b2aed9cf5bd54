"""The mean of a figure over films, with its 95 % interval by patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.evaluation.intervals import mean_intervals


@dataclass(frozen=True)
class Mean:
    """A mean over films.

    Attributes:
        value: NaN where there are no films.
        low, high: of the 95 % interval, as `mean_intervals` finds it; NaN where there is none.
        n: films.
    """

    value: float
    low: float
    high: float
    n: int


def means_of(table: NDArray[np.floating[Any]], patients: Sequence[str]) -> list[Mean]:
    """The mean of each column over the films that have a value there.

    Args:
        table: (films, columns); NaN where a film has no value.
        patients: one key per film.
    """
    return [
        Mean(_number(score["value"]), _number(score["low"]), _number(score["high"]), score["n"])
        for score in mean_intervals(table, patients)
    ]


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
