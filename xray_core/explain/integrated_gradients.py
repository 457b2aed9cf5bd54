"""Integrated Gradients: the logit's way from a film without content to the film, pixel by pixel.

Paper: Sundararajan et al. 2017, https://arxiv.org/abs/1703.01365. The gradient is summed along
the straight line from a baseline to the film, times their difference. The map sums to the
difference of the two logits (completeness); what is missing is reported as the error.

Unit: logit units, signed.

Our networks bring every film to mean 0 and variance 1. Along the line from an even baseline
nearly all of the logit's change then lies in the first few per cent, which evenly spaced steps
miss. We take Gauss-Legendre steps on the cube root of the way, which are dense near the baseline.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.ndimage import gaussian_filter

from xray_core.arrays import Float32Array
from xray_core.errors import ExplainError
from xray_core.explain.closed_form import Explained
from xray_core.explain.passes import film_gradients, forward

if TYPE_CHECKING:
    import keras

Baseline = Literal["black", "white", "blurred"]

N_STEPS = 32
"""Films on the line from the baseline."""


@dataclass(frozen=True)
class Integral:
    """Integrated Gradients of one class.

    Attributes:
        logits: float32 (batch, class) of the films.
        maps: float32 (batch, size, size), in logit units, signed.
        completeness_error: float32 (batch,), sum of the map less the difference of the class logit
            between film and baseline, in logit units; 0 where the steps are fine enough.
    """

    logits: Float32Array
    maps: Float32Array
    completeness_error: Float32Array


def integrate_gradients(
    model: "keras.Model",
    films: Float32Array,
    column: int,
    *,
    baseline: Baseline = "black",
    n_steps: int = N_STEPS,
) -> Integral:
    """Integrated Gradients with the error of its steps.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1].
        column: of the logit.
        baseline: black (air everywhere), white (bone everywhere), or the film blurred until only
            its large shapes are left.
        n_steps: films on the line, at least 1.

    Raises:
        ExplainError: unknown baseline, or the weights are NaN or infinite.
    """
    points, weights = _steps(n_steps)
    logits, maps, errors = [], [], []
    for film in films:
        start = baseline_of(film, baseline)
        line = start + points[:, None, None, None] * (film - start)
        slopes = film_gradients(model, line, column)[1]
        mean = np.einsum("s,shw->hw", weights, slopes)
        found = ((film - start)[..., 0] * mean).astype(np.float32)
        values = forward(model, np.stack([start, film]))[0]
        change = values[1, column] - values[0, column]
        logits.append(values[1])
        maps.append(found)
        errors.append(found.sum(dtype=np.float64) - change)
    return Integral(np.stack(logits), np.stack(maps), np.array(errors, np.float32))


def integrated_gradients(model: "keras.Model", films: Float32Array, column: int) -> Explained:
    """Logits (batch, class) and maps (batch, size, size) from a black film; see above."""
    found = integrate_gradients(model, films, column)
    return found.logits, found.maps


def baseline_of(film: Float32Array, baseline: Baseline) -> Float32Array:
    """The film without content, of the same shape (size, size, 1).

    Raises:
        ExplainError: lists the baselines that exist.
    """
    if baseline == "black":
        return np.zeros_like(film)
    if baseline == "white":
        return np.ones_like(film)
    if baseline == "blurred":
        sigma = film.shape[0] / 10
        blurred: Float32Array = gaussian_filter(film, (sigma, sigma, 0), mode="nearest")
        return blurred
    raise ExplainError(
        f"There is no baseline '{baseline}'.",
        fix=f"Choose one of: {', '.join(get_args(Baseline))}.",
    )


def _steps(n_steps: int) -> tuple[Float32Array, Float32Array]:
    """Points on the way from 0 to 1 and their weights, which sum to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(n_steps)
    root = (nodes + 1) / 2
    return (root**3).astype(np.float32), (weights / 2 * 3 * root**2).astype(np.float32)
