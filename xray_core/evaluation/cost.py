"""What a model costs, and which models give nothing away: no other is better for less."""

import time
from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from xray_core.networks.compiled import compile_forward
from xray_core.runs.store import Run

if TYPE_CHECKING:
    import keras

ROUNDS = 9


def weights_megabytes(run: Run) -> float | None:
    """Size of the file of its weights in megabytes; None where it is not there."""
    path = run.weights_path
    return path.stat().st_size / 1e6 if path.is_file() else None


def film_milliseconds(model: "keras.Model", side_px: int, rounds: int = ROUNDS) -> float:
    """Time that one pass of one film takes on this machine; the median of some, after a first.

    Args:
        model: `keras.Model`, logits out.
        side_px: of the film.
        rounds: passes.
    """
    forward = compile_forward(model)
    film = np.zeros((1, side_px, side_px, 1), np.float32)
    forward(film)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        forward(film)
        seconds.append(time.perf_counter() - start)
    return 1000 * median(seconds)


def pareto_front(points: Mapping[str, tuple[float, float]]) -> tuple[str, ...]:
    """Names of which no other costs as little or less and is better, or costs less and is as good.

    >>> pareto_front({"small": (1, 0.7), "large": (9, 0.9), "poor": (5, 0.6)})
    ('small', 'large')

    Args:
        points: name -> cost and score.

    Returns:
        The cheapest first.
    """
    front = []
    best = -np.inf
    for name, (_, score) in sorted(points.items(), key=lambda item: (item[1][0], -item[1][1])):
        if score > best:
            front.append(name)
            best = score
    return tuple(front)
