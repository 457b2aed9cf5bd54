"""SmoothGrad: the mean saliency of noisy copies of the film.

Paper: Smilkov et al. 2017, https://arxiv.org/abs/1706.03825. The gradient of a deep network
jumps from pixel to pixel; its mean over copies with a little noise shows what they have in common.
As in tf-keras-vis, the mean is over absolute gradients, and the noise has a standard deviation of
a fifth of the film's range.

Unit: logit units per unit of brightness, >= 0.

The copies of a film go through the network in batches, in one compiled function. The noise is
drawn from a fixed seed and the same for every film, so that a map can be reproduced.
"""

import functools
from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.explain.closed_form import Explained
from xray_core.explain.passes import film_gradients, forward

if TYPE_CHECKING:
    import keras

N_COPIES = 20
"""Noisy copies per film."""

NOISE_LEVEL = 0.2
"""Standard deviation of the noise, as a share of the film's range."""


def smooth_grad(
    model: "keras.Model", films: Float32Array, column: int, noise: Float32Array | None = None
) -> Explained:
    """SmoothGrad of one class.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1].
        column: of the logit.
        noise: (copies, size, size, 1) of standard deviation 1; None draws `N_COPIES` from seed 0.

    Returns:
        Logits (batch, class) and maps (batch, size, size), >= 0.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    if noise is None:
        noise = _draw_noise((N_COPIES, *films.shape[1:]))
    maps = []
    for film in films:
        copies = film + noise * (NOISE_LEVEL * np.ptp(film))
        maps.append(np.abs(film_gradients(model, copies, column)[1]).mean(axis=0))
    return forward(model, films)[0], np.stack(maps)


@functools.lru_cache(maxsize=1)
def _draw_noise(shape: tuple[int, ...]) -> Float32Array:
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
