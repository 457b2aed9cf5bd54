"""Maps from the features of one layer: in closed form where the head allows it, else by gradient.

On a head of global average pooling and one dense layer the logit is y_c = b_c + sum_k W_kc
mean_ij A_ijk, so that dy_c/dA_ijk = W_kc / (H W): the gradient is known before any film is seen,
and the maps of all classes come with the prediction (Selvaraju et al. 2017, section 3; Zhou et al.
2016, https://arxiv.org/abs/1512.04150).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.explain.passes import Weigh, forward, layer_evidence
from xray_core.networks.foreign.flatten import inputs_of
from xray_core.networks.gradients import LIKELIEST
from xray_core.networks.layers import layer_output

if TYPE_CHECKING:
    import keras

Explained = tuple[Float32Array, Float32Array]
Compute = Callable[[Any, Float32Array, Sequence[int], str], Explained]


def head_kernel(model: "keras.Model", layer: str) -> Float32Array | None:
    """The (channel, class) kernel of a head of average pooling and one dense layer.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        layer: spelling of the 4-D layer that is explained.

    Returns:
        None where anything else stands between that layer and the logits.

    Raises:
        LayerNotFoundError: the layer isn't in the model or isn't 4-D.
    """
    steps, tensor, explained = [], model.output, layer_output(model, layer)
    while tensor is not explained:
        before = inputs_of(tensor)
        if len(before) != 1:
            return None
        steps.append(tensor._keras_history.operation)
        tensor = before[0]
    kinds = [type(step).__name__ for step in reversed(steps)]
    if [kind for kind in kinds if kind != "Dropout"] != ["GlobalAveragePooling2D", "Dense"]:
        return None
    dense = next(step for step in steps if type(step).__name__ == "Dense")
    if len(model.output.shape) != 2 or dense.activation.__name__ != "linear":
        return None
    return np.asarray(dense.kernel.numpy(), np.float32)


def weigh_channels(features: Float32Array, weights: Float32Array) -> Float32Array:
    """The sum of all feature maps, each times the weight of its channel.

    Args:
        features: (batch, height, width, channel).
        weights: (batch, channel, class).

    Returns:
        float32 (batch, class, height, width).
    """
    maps: Float32Array = np.einsum("bhwk,bkc->bchw", features, weights, optimize=True)
    return maps.astype(np.float32)


def from_gradient(
    closed_form: Callable[[Float32Array, Float32Array], Float32Array],
    weigh: Weigh,
) -> Compute:
    """A method that needs the features of a layer and the gradient of the logit there.

    Args:
        closed_form: `(features (b, h, w, k), kernel (k, c)) -> maps (b, c, h, w)`.
        weigh: on any other head, and at any other layer.

    Returns:
        `(model, films, columns, layer) -> (logits, maps (b, column, h, w))`; a column may be
        `LIKELIEST`.
    """

    def compute(
        model: "keras.Model", films: Float32Array, columns: Sequence[int], layer: str
    ) -> Explained:
        kernel = head_kernel(model, layer)
        if kernel is not None:
            logits, features = forward(model, films, layer)
            if LIKELIEST not in columns:
                return logits, closed_form(features, kernel[:, list(columns)])
            each = np.where(np.equal(columns, LIKELIEST), logits.argmax(axis=1)[:, None], columns)
            return logits, closed_form(features, kernel)[np.arange(len(films))[:, None], each]
        logits, (maps,) = layer_evidence(model, films, columns, [layer], weigh)
        return logits, maps

    return compute


def each_column(
    explain_one: Callable[[Any, Float32Array, int], Explained],
) -> Compute:
    """A method that explains one class at a time and needs no layer.

    Args:
        explain_one: `(model, films, column) -> (logits, map (b, h, w))`.

    Returns:
        `(model, films, columns, layer) -> (logits, maps (b, column, h, w))`.
    """

    def compute(
        model: "keras.Model", films: Float32Array, columns: Sequence[int], _layer: str
    ) -> Explained:
        found = [explain_one(model, films, column) for column in columns]
        return found[0][0], np.stack([maps for _, maps in found], axis=1)

    return compute


def each_likeliest(compute: Compute) -> Compute:
    """A method that cannot name the likeliest class, after the pass forward that does.

    Args:
        compute: `(model, films, columns, layer) -> (logits, maps (b, column, h, w))`.

    Returns:
        The same for the likeliest class of each film, whatever columns are asked for.
    """

    def after(
        model: "keras.Model", films: Float32Array, _columns: Sequence[int], layer: str
    ) -> Explained:
        logits, _ = forward(model, films)
        found = [
            compute(model, film[None], [int(own.argmax())], layer)[1]
            for film, own in zip(films, logits, strict=True)
        ]
        return logits, np.concatenate(found)

    return after
