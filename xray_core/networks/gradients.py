"""The gradient of a logit, compiled once per network, and a network from a layer on."""

from collections.abc import Callable
from typing import Any

from xray_core.arrays import Float32Array
from xray_core.errors import NetworkError
from xray_core.networks.compiled import logits_and_layer, made_once

Gradient = Callable[[Float32Array, int], tuple[Float32Array, Float32Array, Float32Array]]
Tail = Callable[[Float32Array], Float32Array]


def compile_gradient(model: Any, layer: str | None = None) -> Gradient:
    """Logits and the gradient of one of them in one compiled pass forward and back.

    Args:
        model: flat functional `keras.Model` ending in logits; read, never changed.
        layer: name of a 4-D layer; None takes the gradient at the film.

    Returns:
        A function: float32 films (batch, size, size, 1) and the column of the logit -> (logits
        (batch, classes), features, gradients). The latter two are (batch, height, width, channel)
        of the layer, or of the film.

    Raises:
        LayerNotFoundError: the layer isn't in the model or isn't 4-D; lists those that are.
    """

    def make() -> Gradient:
        both = logits_and_layer(model, layer)
        return gradient_of(lambda films: both(films, training=False), model, layer is None)

    return made_once(model, f"gradient {layer or ''}", make)


def gradient_of(call: Callable[[Any], Any], model: Any, at_film: bool = True) -> Gradient:
    """Compile the gradient of any function of films.

    Args:
        call: films -> (logits, features), on tensors.
        model: gives the shape of the films; not held.
        at_film: take the gradient at the film, not at the features.

    Returns:
        As `compile_gradient` does.
    """
    import tensorflow as tf

    shape = (None, *model.input.shape[1:])
    signature = [tf.TensorSpec(shape, tf.float32), tf.TensorSpec((), tf.int32)]

    @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
    def gradient(films: Any, column: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(films)
            logits, features = call(films)
            # The films of a batch do not touch each other: the sum gives each its own gradient.
            target = tf.reduce_sum(tf.gather(tf.cast(logits, tf.float32), column, axis=1))
        place = films if at_film else features
        slope = tape.gradient(target, place, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [tf.cast(output, tf.float32) for output in (logits, place, slope)]

    def run(films: Float32Array, column: int) -> tuple[Float32Array, Float32Array, Float32Array]:
        logits, place, slope = gradient(
            tf.constant(films, tf.float32), tf.constant(column, tf.int32)
        )
        return logits.numpy(), place.numpy(), slope.numpy()

    return run


def compile_tail(model: Any, layer: str) -> Tail:
    """The network from the output of a layer on.

    Args:
        model: as for `compile_gradient`.
        layer: name of a 4-D layer through which everything passes.

    Returns:
        A function: float32 (batch, height, width, channel) -> logits (batch, classes).

    Raises:
        NetworkError: something passes beside that layer.
    """
    import keras
    import tensorflow as tf

    def make() -> Tail:
        copy = keras.models.clone_model(model)
        start = copy.get_layer(layer).output
        try:
            call = with_weights_of(model, copy, keras.Model(start, copy.output))
        except ValueError as error:
            raise NetworkError(
                "The network cannot be cut at that layer: something passes beside it.",
                where=f"{model.name}, {layer}",
                fix="Take a later layer.",
            ) from error
        shape = (None, *start.shape[1:])

        @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32)], autograph=False)  # type: ignore[untyped-decorator]
        def tail(features: Any) -> Any:
            return tf.cast(call(tf.cast(features, start.dtype)), tf.float32)

        def run(features: Float32Array) -> Float32Array:
            logits: Float32Array = tail(tf.constant(features, tf.float32)).numpy()
            return logits

        return run

    return made_once(model, f"tail {layer}", make)


def with_weights_of(model: Any, copy: Any, part: Any) -> Callable[[Any], Any]:
    """Call a part of a copied network with the present weights of the original.

    A copy can be cut and altered, which a shared network must not be; the weights stay where they
    are, so that new ones need no new copy.

    Args:
        model: the original; not held, only its weights are.
        copy: `keras.models.clone_model` of it.
        part: `keras.Model` on layers of the copy, or the copy itself.
    """
    pairs = {id(own): theirs for own, theirs in zip(copy.variables, model.variables, strict=True)}
    trained = [pairs[id(variable)] for variable in part.trainable_variables]
    others = [pairs[id(variable)] for variable in part.non_trainable_variables]

    def call(inputs: Any) -> Any:
        weights = ([variable.value for variable in group] for group in (trained, others))
        return part.stateless_call(*weights, inputs, training=False)[0]

    return call
