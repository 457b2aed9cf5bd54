"""Calibrated probabilities: one factor and a shift for each class, fitted after training.

A network trained on changed and weighted films favours some classes on films as they are, and its
probabilities there are less extreme than they should be. Both are fitted to validation films by
maximum likelihood and put into the head (bias-corrected temperature scaling: Alexandari et al.
2020, https://arxiv.org/abs/1901.06852; Guo et al. 2017, https://arxiv.org/abs/1706.04599). What the
network responds to stays the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import Float64Array

if TYPE_CHECKING:
    import keras

HEAD = "logits"
_LEAST = 1e-7


@dataclass(frozen=True)
class Calibration:
    """What becomes of logits: `factor * logits + shifts`.

    Attributes:
        factor: above 1 makes probabilities more extreme.
        shifts: one per class, with sum 0.
        n: validation films that it was fitted to.
    """

    factor: float
    shifts: tuple[float, ...]
    n: int

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Self:
        """From what `asdict` gave.

        Raises:
            KeyError, TypeError, ValueError: it holds something else.
        """
        shifts = tuple(float(shift) for shift in content["shifts"])
        found = cls(float(content["factor"]), shifts, int(content["n"]))
        if not np.isfinite((found.factor, *shifts)).all() or found.factor <= 0:
            raise ValueError("not a calibration")
        return found

    def put_into(self, model: "keras.Model") -> None:
        """Change the head of a network so that it outputs calibrated logits.

        Raises:
            ValueError: the head has a different number of classes.
        """
        kernel, bias = model.get_layer(HEAD).get_weights()
        if len(bias) != len(self.shifts):
            raise ValueError(f"{len(self.shifts)} shifts for {len(bias)} classes")
        model.get_layer(HEAD).set_weights(
            [self.factor * kernel, self.factor * bias + np.array(self.shifts, bias.dtype)]
        )

    def undo(self, probabilities: NDArray[Any]) -> Float64Array:
        """The probabilities (films, classes) that the network gave before it was calibrated."""
        logits = np.log(np.clip(np.asarray(probabilities, np.float64), _LEAST, 1))
        before = np.exp((logits - np.array(self.shifts)) / self.factor)
        shares: Float64Array = before / before.sum(axis=1, keepdims=True)
        return shares


def fit_calibration(probabilities: NDArray[Any], labels: NDArray[Any]) -> Calibration:
    """The most likely factor and shifts, with a prior centred on 1 and 0.

    With a standard normal prior on the logarithm of the factor and on each shift, a handful of
    films changes little.

    Args:
        probabilities: (films, classes), of films that were not trained on.
        labels: int (films,), column of the true class.
    """
    from scipy.optimize import minimize

    logits = np.log(np.clip(np.asarray(probabilities, np.float64), _LEAST, 1))
    truth = np.eye(logits.shape[1])[labels]

    def loss(values: Float64Array) -> tuple[float, Float64Array]:
        factor = np.exp(values[0])
        changed = factor * logits + values[1:]
        changed -= changed.max(axis=1, keepdims=True)
        shares = np.exp(changed)
        total = shares.sum(axis=1, keepdims=True)
        residual = shares / total - truth
        slope = np.array([factor * (residual * logits).sum(), *residual.sum(axis=0)])
        likelihood = (truth * (changed - np.log(total))).sum()
        return float(values @ values / 2 - likelihood), slope + values

    best = minimize(loss, np.zeros(1 + logits.shape[1]), jac=True, method="L-BFGS-B").x
    shifts = best[1:] - best[1:].mean()
    return Calibration(
        round(float(np.exp(best[0])), 5),
        tuple(round(float(shift), 5) for shift in shifts),
        len(logits),
    )
