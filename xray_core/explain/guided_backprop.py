"""Guided backpropagation: a COUNTER-EXAMPLE. Its maps look sharp and do not explain the network.

Paper: Springenberg et al. 2015, https://arxiv.org/abs/1412.6806. On its way back through every
ReLU only the positive part of the gradient passes. Adebayo et al. 2018
(https://arxiv.org/abs/1810.03292) showed that such maps hardly change when the weights are
re-drawn: they show the edges of the film, whatever the network has learnt. It is here so that this
can be seen beside methods that pass the check, and is marked `passes_randomisation=False`.

Unit: none with a meaning; a magnitude, >= 0.

Restriction: where a network has no ReLU (EfficientNetV2), this is saliency.

The shared network stays as it is: a copy of the graph with other ReLUs computes with its weights.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.explain.closed_form import Explained
from xray_core.explain.passes import film_gradients
from xray_core.networks.compiled import made_once
from xray_core.networks.gradients import Gradient, gradient_of, with_weights_of

if TYPE_CHECKING:
    import keras


def guided_backprop(model: "keras.Model", films: Float32Array, column: int) -> Explained:
    """The size of the guided gradient at every pixel.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1].
        column: of the logit.

    Returns:
        Logits (batch, class) and maps (batch, size, size), >= 0.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    gradient = made_once(model, "guided", lambda: _compile(model))
    logits, slopes = film_gradients(model, films, column, gradient)
    return logits, np.abs(slopes)


def _compile(model: "keras.Model") -> Gradient:
    import keras
    import tensorflow as tf

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def guided_relu(values: Any) -> Any:
        positive = tf.nn.relu(values)

        def back(slope: Any) -> Any:
            return tf.where(positive > 0, tf.nn.relu(slope), tf.zeros_like(slope))

        return positive, back

    def copy_layer(layer: Any) -> Any:
        if type(layer).__name__ == "ReLU":
            return keras.layers.Activation(guided_relu, name=layer.name, dtype=layer.dtype_policy)
        copy = type(layer).from_config(layer.get_config())
        if getattr(getattr(layer, "activation", None), "__name__", "") == "relu":
            copy.activation = guided_relu
        return copy

    copy = keras.models.clone_model(model, clone_function=copy_layer)
    return gradient_of(with_weights_of(model, copy, copy), model)
