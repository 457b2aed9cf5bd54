"""A network as a compiled function, made once per network and shared by all sessions."""

import threading
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from xray_core.arrays import Float32Array
from xray_core.networks.layers import layer_output

if TYPE_CHECKING:
    import keras

Forward = Callable[[Float32Array], tuple[Float32Array, Float32Array]]
Made = TypeVar("Made")

_cache: "weakref.WeakKeyDictionary[keras.Model, dict[str, Any]]" = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def compile_forward(model: "keras.Model", layer: str | None = None) -> Forward:
    """Logits and the output of one layer in one compiled pass.

    `model.predict` builds a data pipeline for every call; for one film that costs more than the
    network itself. This function is traced once and only reads the model.

    Args:
        model: flat functional `keras.Model` ending in logits.
        layer: spelling of a 4-D layer, as `layer_output` takes it; None returns the logits twice.

    Returns:
        A function: float32 (batch, size, size, 1) -> (logits (batch, classes), features
        (batch, height, width, channel)).

    Raises:
        LayerNotFoundError: the layer isn't in the model or isn't 4-D; lists the candidates.
    """
    return made_once(model, f"forward {layer or ''}", lambda: _compile(model, layer))


def made_once(model: "keras.Model", name: str, make: Callable[[], Made]) -> Made:
    """What was made for that model under that name; made now if it wasn't.

    It is forgotten with the model, so `make` must return nothing that holds the model itself, and
    it must not ask for another thing of the same kind.
    """
    with _lock:
        known = _cache.setdefault(model, {})
        if name not in known:
            known[name] = make()
        made: Made = known[name]
        return made


def logits_and_layers(model: "keras.Model", layers: Sequence[str]) -> "keras.Model":
    """A `keras.Model` on the same layers: film -> [logits, output of each of those layers].

    Args:
        model: as for `compile_forward`; not held by what is returned.
        layers: as for `compile_forward`, one or more.

    Raises:
        LayerNotFoundError: as for `compile_forward`.
    """
    import keras

    outputs = [layer_output(model, layer) for layer in layers]
    return keras.Model(model.input, [model.output, *outputs])


def _compile(model: "keras.Model", layer: str | None) -> Forward:
    import keras
    import tensorflow as tf

    twice = [model.output, model.output]
    both = keras.Model(model.input, twice) if layer is None else logits_and_layers(model, [layer])
    shape = (None, *model.input.shape[1:])

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32)], autograph=False)  # type: ignore[untyped-decorator]
    def forward(films: Any) -> Any:
        return [tf.cast(output, tf.float32) for output in both(films, training=False)]

    def run(films: Float32Array) -> tuple[Float32Array, Float32Array]:
        logits, features = forward(tf.constant(films, tf.float32))
        return logits.numpy(), features.numpy()

    return run
