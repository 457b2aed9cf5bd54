"""What the thresholds of the gate let through and find, on validation films."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from xray_core.arrays import UInt8Array
from xray_core.opinion.gate import checking, variations
from xray_core.opinion.gate.material import lungs_on
from xray_core.opinion.gate.network import Seen, look, shrink

MOST_FILMS = 1000
LEAST_LOST = 0.25
"""Share of its lungs that a film has lost for the gate to find it cut off."""

Plant = Callable[[UInt8Array, np.random.Generator], UInt8Array]

_RULES: dict[str, tuple[float, Plant]] = {
    "inverted": (checking.LEAST_INVERTED, lambda film, rng: 255 - film),
    "mirrored": (checking.LEAST_MIRRORED, lambda film, rng: film[:, ::-1]),
    "photographed": (checking.LEAST_PHOTOGRAPHED, variations.photograph),
}


def measure_thresholds(films: UInt8Array, folder: Path, seed: int = 0) -> list[dict[str, Any]]:
    """Shares of validation films that each threshold of `checking` catches as they are, and with
    the fault planted.

    Args:
        films: uint8 (n, 128, 128); the first 1000 of them count.
        folder: what `fit_gate` wrote.
        seed: of the faults.

    Returns:
        Rows with `rule`, `threshold`, `n`, `of_films` and `of_planted`; of `frontal` the share that
        is let through, and None for what was planted.

    Raises:
        WeightsError: the weights of the network that finds lungs are missing or damaged.
    """
    rng = np.random.default_rng(seed)
    films = films[:MOST_FILMS]
    plain = _look(list(films), folder)
    frontal = float(np.mean([seen.shows["frontal"] >= checking.LEAST_FRONTAL for seen in plain]))
    rows = [_row("frontal", checking.LEAST_FRONTAL, len(films), frontal, None)]
    turned = _look([variations.turn(film, 90) for film in films], folder)
    least = checking.LEAST_TURNED
    sideways = float(np.mean([1 - seen.turn[0] >= least for seen in plain]))
    rows.append(
        _row(
            "turned",
            least,
            len(films),
            sideways,
            _mean([seen.turn[90] >= least for seen in turned]),
        )
    )
    planted = {
        rule: (least, [np.ascontiguousarray(plant(film, rng)) for film in films])
        for rule, (least, plant) in _RULES.items()
    }
    planted["cut"] = (checking.LEAST_CUT, cut_films(films, rng))
    for rule, (least, pictures) in planted.items():
        found = [seen.share[rule] >= least for seen in _look(pictures, folder)]
        alone = _mean([seen.share[rule] >= least for seen in plain])
        rows.append(_row(rule, least, len(films), alone, _mean(found)))
    return rows


def cut_films(films: UInt8Array, rng: np.random.Generator) -> list[UInt8Array]:
    """Films cropped on one side so that at least a quarter of their lungs is gone."""
    cut = []
    for film, lungs in zip(films, lungs_on(films), strict=True):
        for _ in range(20):
            left, lost = variations.cut_off(film, lungs, rng)
            if lost >= LEAST_LOST:
                cut.append(left)
                break
    return cut


def _look(pictures: list[UInt8Array], folder: Path) -> list[Seen]:
    if not pictures:
        return []
    return look(np.stack([shrink(np.ascontiguousarray(one)) for one in pictures]), folder)


def _mean(found: list[bool]) -> float | None:
    return float(np.mean(found)) if found else None


def _row(
    rule: str, threshold: float, n: int, of_films: float | None, of_planted: float | None
) -> dict[str, Any]:
    return {
        "rule": rule,
        "threshold": threshold,
        "n": n,
        "of_films": of_films,
        "of_planted": of_planted,
    }
