"""Saliency and gradient x input: how the logit responds to each pixel.

Papers: Simonyan et al. 2014, section 3, https://arxiv.org/abs/1312.6034 (saliency); Shrikumar et
al. 2017, section 2, https://arxiv.org/abs/1605.01713 (gradient x input). The gradient is that of
the class logit.

Unit: saliency in logit units per unit of brightness, >= 0; it says how much a pixel matters, not
which way. Gradient x input in logit units, signed: what the logit would lose, to first order, if
the pixel were black.
"""

from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.explain.closed_form import Explained
from xray_core.explain.passes import film_gradients

if TYPE_CHECKING:
    import keras


def saliency(model: "keras.Model", films: Float32Array, column: int) -> Explained:
    """The size of the gradient at every pixel.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1].
        column: of the logit.

    Returns:
        Logits (batch, class) and maps (batch, size, size), >= 0.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    logits, gradients = film_gradients(model, films, column)
    return logits, np.abs(gradients)


def gradient_x_input(model: "keras.Model", films: Float32Array, column: int) -> Explained:
    """The gradient times the film, pixel by pixel.

    Args:
        model: as for `saliency`.
        films: as for `saliency`.
        column: as for `saliency`.

    Returns:
        Logits (batch, class) and maps (batch, size, size), signed.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    logits, gradients = film_gradients(model, films, column)
    return logits, gradients * films[..., 0]
