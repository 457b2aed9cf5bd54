"""The mean of a figure over films, with its 95 % interval."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

_Z = 1.96


@dataclass(frozen=True)
class Mean:
    """A mean over films.

    Attributes:
        value: NaN where there is no film.
        low, high: of the 95 % interval, the mean less and plus 1.96 standard errors; NaN for
            fewer than two films.
        n: films.
    """

    value: float
    low: float
    high: float
    n: int


def mean_of(values: Iterable[float]) -> Mean:
    """The mean of those values that are numbers."""
    known = np.array([value for value in values if np.isfinite(value)], np.float64)
    nan = float("nan")
    if not len(known):
        return Mean(nan, nan, nan, 0)
    value = float(known.mean())
    if len(known) < 2:
        return Mean(value, nan, nan, 1)
    reach = _Z * float(known.std(ddof=1)) / len(known) ** 0.5
    return Mean(value, value - reach, value + reach, len(known))
