"""Films through a network in bounded batches, with logits and gradients that are finite."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.errors import ExplainError
from xray_core.networks.compiled import compile_forward
from xray_core.networks.gradients import Gradient, compile_gradient, compile_layer_gradients

if TYPE_CHECKING:
    import keras

MAX_FORWARD = 32
"""Films in one pass forward."""

MAX_GRADIENT = 16
"""Films in one pass forward and back, which keeps all feature maps in memory; times the classes,
twice as many."""

Weigh = Callable[[Float32Array, Float32Array], Float32Array]
"""`(features (b, h, w, k), gradients of one logit (b, h, w, k)) -> map (b, h, w)`."""


def forward(
    model: "keras.Model", films: Float32Array, layer: str | None = None
) -> tuple[Float32Array, Float32Array]:
    """Logits (batch, class) and features (batch, height, width, channel) of a layer.

    Args:
        model: flat functional `keras.Model`; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1].
        layer: spelling of a 4-D layer, as `layer_output` takes it; None returns the logits twice.

    Raises:
        LayerNotFoundError: the layer isn't in the model or isn't 4-D.
        ExplainError: the weights are NaN or infinite.
    """
    logits, features = _in_batches(compile_forward(model, layer), films, MAX_FORWARD)
    require_numbers(model, logits, features)
    return logits, features


def logit_changes(
    model: "keras.Model", films: Float32Array, reference: Float32Array
) -> Float32Array:
    """Logits (batch, class) less those of a reference (class,).

    The same film in a batch of another size gives logits that differ in the last digits. Such a
    difference is 0 here, so that a film whose change cannot be seen has a flat map.

    Args:
        model: as for `forward`.
        films: as for `forward`, changed.
        reference: logits of the film that they are changed from.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    logits = forward(model, films)[0]
    changes = logits - reference
    rounding = 1e-5 * np.maximum(np.abs(logits), np.abs(reference))
    changes[np.abs(changes) <= rounding] = 0
    return changes


def film_gradients(
    model: "keras.Model", films: Float32Array, column: int, gradient: Gradient | None = None
) -> tuple[Float32Array, Float32Array]:
    """Logits (batch, class) and the gradient of one of them at every pixel (batch, size, size).

    Args:
        model: as for `forward`.
        films: as for `forward`.
        column: of the logit.
        gradient: another gradient at the film, as `gradient_of` returns; None takes the true one.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    compiled = gradient or compile_gradient(model)
    logits, slopes = _in_batches(lambda part: compiled(part, column), films, MAX_GRADIENT)
    require_numbers(model, logits, slopes)
    return logits, slopes[..., 0]


def layer_evidence(
    model: "keras.Model",
    films: Float32Array,
    columns: Sequence[int],
    layers: Sequence[str],
    weigh: Weigh,
) -> tuple[Float32Array, list[Float32Array]]:
    """Logits and the maps of several layers from features and gradients there, in one pass.

    Args:
        model: as for `forward`.
        films: as for `forward`.
        columns: of the logits, one or more; `LIKELIEST` stands for that of each film's answer.
        layers: spellings of 4-D layers, as `layer_output` takes them.
        weigh: what makes a map of the features of a layer and the gradient there.

    Returns:
        Logits (batch, class) and of each layer its maps (batch, column, height, width).

    Raises:
        LayerNotFoundError: a layer isn't in the model or isn't 4-D.
        ExplainError: the weights are NaN or infinite.
    """
    compiled, n = compile_layer_gradients(model, layers, len(columns)), len(layers)

    def weighed(part: Float32Array) -> tuple[Float32Array, ...]:
        logits, *found = compiled(part, columns)
        maps = [
            np.stack([weigh(features, slopes[:, place]) for place in range(len(columns))], axis=1)
            for features, slopes in zip(found[:n], found[n:], strict=True)
        ]
        return logits, *maps

    most = min(MAX_GRADIENT, max(1, 2 * MAX_GRADIENT // len(columns)))
    logits, *maps = _in_batches(weighed, films, most)
    require_numbers(model, logits, *maps)
    return logits, maps


def require_numbers(model: "keras.Model", *arrays: Float32Array) -> None:
    """Raise `ExplainError` where an array of that model holds NaN or infinity."""
    if not all(np.isfinite(array).all() for array in arrays):
        raise ExplainError(
            "The network outputs NaN or infinite values.",
            where=model.name,
            fix="Its weights are damaged: copy the run folder again, or train again.",
        )


def _in_batches(
    compiled: Callable[[Float32Array], tuple[Float32Array, ...]], films: Float32Array, most: int
) -> tuple[Float32Array, ...]:
    """Parts of nearly equal size: 20 films are 10 and 10, not 16 and 4."""
    if len(films) <= most:
        return compiled(films)
    parts = [compiled(part) for part in np.array_split(films, -(-len(films) // most))]
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
