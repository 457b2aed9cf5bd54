"""The gradient of a logit, compiled once per network, and a network from a layer on."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from xray_core.arrays import Float32Array
from xray_core.errors import NetworkError
from xray_core.networks.compiled import logits_and_layers, made_once
from xray_core.networks.layers import join_layers, layer_output

if TYPE_CHECKING:
    import keras

Gradient = Callable[[Float32Array, int], tuple[Float32Array, Float32Array]]
LayerGradients = Callable[[Float32Array, Sequence[int]], tuple[Float32Array, ...]]
LIKELIEST = -1
"""In place of a column: that of the likeliest class of each film, found in the same pass."""

Tail = Callable[[Float32Array], Float32Array]


def compile_gradient(model: "keras.Model") -> Gradient:
    """Logits and the gradient of one of them at the film, in one compiled pass forward and back.

    Args:
        model: flat functional `keras.Model` ending in logits; read, never changed.

    Returns:
        A function: float32 films (batch, size, size, 1) and the column of the logit -> (logits
        (batch, classes), gradients (batch, size, size, 1)).
    """

    def make() -> Gradient:
        import keras

        copy = keras.Model(model.input, model.output)
        return gradient_of(lambda films: copy(films, training=False), model)

    return made_once(model, "gradient", make)


def gradient_of(call: Callable[[Any], Any], model: "keras.Model") -> Gradient:
    """Compile the gradient of any function of films.

    Args:
        call: films -> logits, on tensors.
        model: gives the shape of the films; not held.

    Returns:
        As `compile_gradient` does.
    """
    import tensorflow as tf

    signature = [_films_of(model), tf.TensorSpec((), tf.int32)]

    @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
    def gradient(films: Any, column: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(films)
            logits = tf.cast(call(films), tf.float32)
            # The films of a batch do not touch each other: the sum gives each its own gradient.
            target = tf.reduce_sum(tf.gather(logits, column, axis=1))
        slope = tape.gradient(target, films, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [logits, slope]

    def run(films: Float32Array, column: int) -> tuple[Float32Array, Float32Array]:
        logits, slope = gradient(tf.constant(films, tf.float32), tf.constant(column, tf.int32))
        return logits.numpy(), slope.numpy()

    return run


def compile_layer_gradients(
    model: "keras.Model", layers: Sequence[str], n_columns: int
) -> LayerGradients:
    """Logits, features of several layers, and the gradients of several logits there.

    One pass forward serves all; each logit takes a pass back of its own, which ends at the earliest
    of the layers, and all of them run side by side in one compiled graph.

    Args:
        model: as for `compile_gradient`.
        layers: spellings of 4-D layers, as `layer_output` takes them.
        n_columns: logits whose gradients are asked for.

    Returns:
        A function: float32 films (batch, size, size, 1) and `n_columns` columns, each of which may
        be `LIKELIEST` -> logits (batch, classes), then of each layer its features (batch, height,
        width, channel), then of each layer its gradients (batch, column, height, width, channel).

    Raises:
        LayerNotFoundError: a layer isn't in the model or isn't 4-D; lists the candidates.
    """
    import tensorflow as tf

    def make() -> LayerGradients:
        parts = logits_and_layers(model, layers)
        signature = [_films_of(model), tf.TensorSpec((n_columns,), tf.int32)]

        @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
        def gradients(films: Any, columns: Any) -> Any:
            with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
                tape.watch(films)
                logits, *features = parts(films, training=False)
                logits = tf.cast(logits, tf.float32)
            likeliest = tf.argmax(logits, axis=1, output_type=tf.int32)[:, None]
            wanted = tf.where(columns == LIKELIEST, likeliest, columns)
            # The films of a batch do not touch each other: each gets its own gradient.
            seeds = tf.one_hot(tf.transpose(wanted), logits.shape[1])
            slopes = tf.map_fn(  # traced once, however many logits there are
                lambda seed: tape.gradient(logits, features, seed, tf.UnconnectedGradients.ZERO),
                seeds,
                fn_output_signature=[tf.TensorSpec(part.shape, part.dtype) for part in features],
                parallel_iterations=n_columns,
            )
            slopes = [tf.experimental.numpy.moveaxis(part, 0, 1) for part in slopes]
            return [tf.cast(output, tf.float32) for output in (logits, *features, *slopes)]

        def run(films: Float32Array, columns: Sequence[int]) -> tuple[Float32Array, ...]:
            wanted = tf.constant(list(columns), tf.int32)
            return tuple(part.numpy() for part in gradients(tf.constant(films, tf.float32), wanted))

        return run

    return made_once(model, f"gradients {n_columns} {join_layers(layers)}", make)


def _films_of(model: "keras.Model") -> Any:
    """What a compiled function of films takes."""
    import tensorflow as tf

    return tf.TensorSpec((None, *model.input.shape[1:]), tf.float32)


def compile_tail(model: "keras.Model", layer: str) -> Tail:
    """The network from the output of a layer on.

    Args:
        model: as for `compile_gradient`.
        layer: spelling of a 4-D layer for which `carries_all` holds.

    Returns:
        A function: float32 (batch, height, width, channel) -> logits (batch, classes).

    Raises:
        NetworkError: something passes beside that layer.
    """
    import keras
    import tensorflow as tf

    def make() -> Tail:
        copy = keras.models.clone_model(model)
        start = layer_output(copy, layer)
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


def with_weights_of(model: "keras.Model", copy: "keras.Model", part: Any) -> Callable[[Any], Any]:
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
