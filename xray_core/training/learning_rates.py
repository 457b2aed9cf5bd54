"""The learning rate over the steps of a phase.

The rate is set before every step, from outside: a schedule inside the optimiser becomes part of the
network's graph once for every variable that decays, which takes ResNet50 most of a minute.
"""

import math
from collections.abc import Callable, Sequence

Rate = Callable[[int, Sequence[float]], float]
"""(step of the phase, from 0; validation losses of its epochs so far) -> learning rate."""

WARM_UP_STEPS = 100
LEAST_SHARE = 0.01
PLATEAU_EPOCHS = 2
PLATEAU_FACTOR = 0.25


def cosine(rate: float, total_steps: int) -> Rate:
    """Up to the rate in the first steps, then down to a hundredth of it along a cosine.

    Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983, equation 5, without restarts.

    >>> falling = cosine(1.0, 1100)
    >>> [round(falling(step, []), 3) for step in (0, 50, 100, 600, 1100)]
    [0.05, 0.525, 1.0, 0.505, 0.01]
    """
    warm_up = min(WARM_UP_STEPS, total_steps // 3)
    decay_steps = max(1, total_steps - warm_up)

    def at(step: int, losses: Sequence[float]) -> float:
        if step < warm_up:
            return rate * (0.05 + 0.95 * step / warm_up)
        share = min(1.0, (step - warm_up) / decay_steps)
        return rate * (LEAST_SHARE + (1 - LEAST_SHARE) * (1 + math.cos(math.pi * share)) / 2)

    return at


def plateau(rate: float) -> Rate:
    """Divided by four whenever the validation loss has not fallen for two epochs.

    >>> plateau(0.4)(0, [0.9, 0.5, 0.6, 0.7, 0.8])
    0.1
    """

    def at(step: int, losses: Sequence[float]) -> float:
        now, best, waited = rate, math.inf, 0
        for loss in losses:
            best, waited = (loss, 0) if loss < best else (best, waited + 1)
            if waited == PLATEAU_EPOCHS:
                now, waited = now * PLATEAU_FACTOR, 0
        return now

    return at
