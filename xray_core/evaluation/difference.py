"""How far two models differ in one number, and whether chance may be the cause."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from xray_core.arrays import Float64Array
from xray_core.evaluation.intervals import Score, Z
from xray_core.evaluation.paired import ALPHA, smallest_difference


@dataclass(frozen=True)
class Difference:
    """How far two models differ in one score.

    Attributes:
        first, second: names of the models; the value is that of the first minus the second.
        value: the difference; None where the score cannot be computed.
        low, high: 95 % interval; None where no draw of patients differs.
        p: two-sided, of this comparison alone.
        holm: the same corrected for all comparisons of its kind.
        smallest: difference that these films would show in 80 % of cases.
        n: films.
    """

    first: str
    second: str
    value: float | None
    low: float | None
    high: float | None
    p: float
    holm: float
    smallest: float
    n: int

    @property
    def distinguishable(self) -> bool:
        """Whether chance alone is an unlikely cause, all comparisons counted."""
        return self.holm < ALPHA

    @property
    def turned(self) -> "Difference":
        """The same seen from the second model."""
        ends = [None if end is None else -end for end in (self.value, self.high, self.low)]
        value, low, high = ends
        return replace(self, first=self.second, second=self.first, value=value, low=low, high=high)

    def as_json(self) -> dict[str, Any]:
        """As plain numbers."""
        return asdict(self) | {"distinguishable": self.distinguishable}


def drawn_difference(
    names: tuple[str, str], gains: Float64Array, p: float, corrected: float, n: int
) -> Difference:
    """From the difference of the sample and of each draw of patients, with its p."""
    found = signed_score(gains, n)
    drawn = gains[1:][np.isfinite(gains[1:])]
    error = float(np.std(drawn)) if len(drawn) else 0.0
    return Difference(
        *names,
        found["value"],
        found["low"],
        found["high"],
        _short(p),
        _short(corrected),
        round(smallest_difference(error), 4),
        n,
    )


def independent_difference(first: Score, second: Score) -> Score:
    """The first score minus the second, of different films, by their intervals (MOVER).

    Args:
        first, second: without an interval of its own, either leaves the difference without one.

    Reference:
        Zou & Donner 2008, https://doi.org/10.1002/sim.3095.
    """
    entry = {"value": None, "low": None, "high": None, "n": first["n"], "interval": None}
    if first["value"] is None or second["value"] is None:
        return entry
    entry["value"] = round(first["value"] - second["value"], 4)
    if None in (first["low"], second["low"]):
        return entry
    down = np.hypot(first["value"] - first["low"], second["high"] - second["value"])
    up = np.hypot(first["high"] - first["value"], second["value"] - second["low"])
    low, high = round(entry["value"] - float(down), 4), round(entry["value"] + float(up), 4)
    return entry | {"low": low, "high": high, "interval": "mover"}


def signed_score(replicates: Float64Array, n: int) -> Score:
    """A number that may be negative, with the middle 95 % of its draws."""
    drawn = replicates[1:][np.isfinite(replicates[1:])]
    varies = len(drawn) > 0 and float(np.ptp(drawn)) > 1e-12
    low, high = np.percentile(drawn, (2.5, 97.5)) if varies else (None, None)
    return {
        "value": round(float(replicates[0]), 4) if np.isfinite(replicates[0]) else None,
        "low": None if low is None else round(float(low), 4),
        "high": None if high is None else round(float(high), 4),
        "n": n,
        "interval": "bootstrap" if varies else None,
    }


def normal_difference(
    names: tuple[str, str], gain: tuple[float, float], p: float, corrected: float, n: int
) -> Difference:
    """From a difference and its standard error, with its p."""
    value, error = gain
    return Difference(
        *names,
        round(value, 4),
        round(value - Z * error, 4) if error else None,
        round(value + Z * error, 4) if error else None,
        _short(p),
        _short(corrected),
        round(smallest_difference(error), 4),
        n,
    )


def _short(p: float) -> float:
    """A p of four digits after the comma, or more where it is tiny."""
    return round(p, 4) if p >= 0.001 else float(f"{p:.2g}")
