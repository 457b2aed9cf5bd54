"""Ablation-CAM: a channel weighs what the logit loses without it.

Paper: Desai and Ramaswamy 2020, https://doi.org/10.1109/WACV45572.2020.9093360. No gradient is
needed: each channel is set to 0, and the drop of the class logit is its weight.

Unit: logit drop times activation. The positive part is kept. The paper divides the drop by the
logit; we don't, since that is one number for the whole map, which turns its sign with the logit's
and has no bound where the logit is small.

On a head of global average pooling and one dense layer the drop is W_kc mean_ij A_ijk, known in
closed form for all classes. On any other head it takes one pass per channel from the layer on, so
that everything has to run through that layer: where a residual passes beside it, as before the sum
at the end of a block, there is no such pass.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.errors import ExplainError
from xray_core.explain.closed_form import Explained, head_kernel, weigh_channels
from xray_core.explain.passes import MAX_FORWARD, forward, require_numbers
from xray_core.networks.gradients import compile_tail
from xray_core.networks.layers import candidate_layers, carries_all

if TYPE_CHECKING:
    import keras


def ablation_cam(
    model: "keras.Model", films: Float32Array, columns: Sequence[int], layer: str
) -> Explained:
    """Ablation-CAM of the chosen classes.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1].
        columns: of the logits.
        layer: spelling of a 4-D layer.

    Returns:
        Logits (batch, class) and maps (batch, column, height, width) before the negative part is
        cut off.

    Raises:
        LayerNotFoundError: the layer isn't in the model or isn't 4-D.
        ExplainError: something passes beside that layer, lists those that carry all; or the weights
            are NaN or infinite.
    """
    kernel = head_kernel(model, layer)
    if kernel is None and not carries_all(model, layer):
        able = [name for name in candidate_layers(model) if carries_all(model, name)]
        raise ExplainError(
            "Ablation-CAM cannot leave out a channel of that layer: something passes beside it.",
            where=f"{model.name}, {layer}",
            fix=f"Choose one of: {', '.join(able)}." if able else "Choose another method.",
        )
    logits, features = forward(model, films, layer)
    if kernel is None:
        drops = _drops_by_pass(model, features, logits, layer)
    else:
        drops = features.mean(axis=(1, 2))[..., None] * kernel
    return logits, weigh_channels(features, drops[..., list(columns)])


def _drops_by_pass(
    model: "keras.Model", features: Float32Array, logits: Float32Array, layer: str
) -> Float32Array:
    """(batch, channel, class), by running the network from the layer on without each channel."""
    tail = compile_tail(model, layer)
    channels = features.shape[-1]
    drops = np.empty((len(features), channels, logits.shape[1]), np.float32)
    for row, feature in enumerate(features):
        for start in range(0, channels, MAX_FORWARD):
            part = np.arange(start, min(start + MAX_FORWARD, channels))
            without = np.repeat(feature[None], len(part), axis=0)
            without[np.arange(len(part)), ..., part] = 0
            drops[row, part] = logits[row] - tail(without)
    require_numbers(model, drops)
    return drops
