"""A classifier from elsewhere as a network like ours: one film in, logits out, flat.

What can be read off the model is detected and can be corrected: the size of the film, the scale of
its greys, the layer whose maps are explained. What happens to a film before it enters the model
cannot be seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.errors import NetworkError
from xray_core.networks.compiled import logits_and_layer
from xray_core.networks.ending import N_ORDINARY, logits_of, rounding_of, trial_films
from xray_core.networks.flatten import Flattener, is_graph, leaves
from xray_core.networks.own_size import MAX_VALUES, check_values

Float32Array = NDArray[np.float32]

SIZES_PX = (12, 1024)
SCALES = (1, 255)
_FRONT = ("film", "to_size", "to_greys", "three_channels", "two_logits")
_NO_FEATURES = ("Pooling", "Dropout", "Padding", "Cropping", "Reshape", "Permute", "Identity")


@dataclass(frozen=True)
class Adapted:
    """A classifier from elsewhere, made explainable.

    Attributes:
        model: flat functional `keras.Model`: float32 (batch, size, size, 1) in [0, 1] -> logits
            (batch, class). It shares the weights of the original, and carries `target_layer`.
        target_layer: the last 4-D layer before pooling.
        image_size_px: side of the film.
        scale: white in the greys that the original takes, 1 or 255.
        scale_known: False where nothing in the model tells the scale and none was given.
        ending: what the original gives, as `logits_of` tells.
    """

    model: Any
    target_layer: str
    image_size_px: int
    scale: int
    scale_known: bool
    ending: str

    @property
    def n_classes(self) -> int:
        """Columns of the logits; a single unit has become two, the first always 0."""
        return int(self.model.output.shape[-1])

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers that may be explained, in the order of the graph, and `target_layer` if another.

        They lie at or after the first convolution, keep places and are no pooling.
        """
        found = _layers_with_maps(self.model)
        return found if self.target_layer in found else (*found, self.target_layer)


def told_size_px(model: Any) -> int | None:
    """Side of the films that a model takes; None where it takes any and nothing in it tells.

    Args:
        model: as for `adapt_network`.

    Raises:
        NetworkError: the model has no graph, or not one image as input.
    """
    height, width, _ = _input_shape(model)
    return _told_size(model) if height is None else max(height, width or 0)


def adapt_network(
    model: Any,
    *,
    image_size_px: int | None = None,
    scale: int | None = None,
    layer: str | None = None,
) -> Adapted:
    """Make a Keras classifier explainable.

    Args:
        model: `Sequential` or functional `keras.Model`, built; nested models, preprocessing layers
            and a softmax or one sigmoid unit at the end are fine. Read, never changed.
        image_size_px: side of the film; None takes what the model says. Where the model takes
            another size, films are resized inside the network.
        scale: 1 or 255, white in the greys that the model takes; None looks at its preprocessing.
        layer: name of the 4-D layer to explain, also one of a nested model; None takes the last
            before pooling.

    Raises:
        NetworkError: the model has no graph, not one image as input, or not one answer a class;
            no layer of it keeps places; or it needs too much memory for a film of that size.
        LayerNotFoundError: `layer` isn't in the model or isn't 4-D; lists those that are.
    """
    import keras

    height, width, channels = _input_shape(model)
    size = _required_size(model, image_size_px or told_size_px(model))
    sides = (height or size, width or size)
    told_scale = _told_scale(model)
    white = scale or told_scale or 1
    if white not in SCALES:
        raise NetworkError("There is no such scale.", where=str(scale), fix="Give 1 or 255.")
    front: list[Any] = []
    if sides != (size, size):
        front.append(keras.layers.Resizing(*sides, name="to_size"))
    if white != 1:
        front.append(keras.layers.Rescaling(white, name="to_greys"))

    def enter(films: Any) -> Any:
        for step in front:
            films = step(films)
        return three([films] * 3) if channels == 3 else films

    three = keras.layers.Concatenate(name="three_channels")
    film = keras.Input((size, size, 1), name="film")
    try:
        output = Flattener(_FRONT).run(model, enter(film))
    except (ValueError, TypeError) as error:
        raise NetworkError(
            f"The network could not be built on such films: {type(error).__name__}.",
            where=f"{model.name}, {size} px",
            fix="Give the size that it was trained with.",
        ) from error
    output = _one_answer_per_class(model, keras.tree.flatten(output))
    trial, slack = trial_films(size), rounding_of(leaves(model))
    values = check_values(keras.Model(film, output, name=model.name))
    batch = max(1, MAX_VALUES // values)
    answers = _answers(lambda films: _of_original(model, enter, films), trial, batch)
    logits, ending = logits_of(output, answers, model.name, slack)
    flat = keras.Model(film, _two_at_least(logits), name=model.name)
    flat.target_layer = layer or _last_maps(flat)
    logits_and_layer(flat, flat.target_layer)
    shown = _answers(lambda films: flat(films, training=False), trial[:N_ORDINARY], batch)
    _require_same_answers(model.name, shown, answers[:N_ORDINARY], ending, slack)
    known = bool(scale or told_scale)
    return Adapted(flat, flat.target_layer, size, white, known, ending)


def _input_shape(model: Any) -> tuple[int | None, int | None, int]:
    """Height, width and channels of the one image that a model takes."""
    if not is_graph(model):
        raise NetworkError(
            "The network has no graph: it is a class of its own, or was never built.",
            where=getattr(model, "name", type(model).__name__),
            fix="Build it with the functional API or as Sequential with keras.Input.",
        )
    if len(model.inputs) != 1:
        raise NetworkError(
            f"The network takes {len(model.inputs)} inputs.",
            where=model.name,
            fix="Give one that takes an image alone.",
        )
    shape = tuple(model.inputs[0].shape)
    if len(shape) != 4 or shape[-1] not in (1, 3):
        raise NetworkError(
            "The network takes no grey or colour image with the channels last.",
            where=f"{model.name}, input {shape}",
            fix="Give one whose input is (height, width, 1) or (height, width, 3).",
        )
    return shape[1], shape[2], int(shape[3])


def _required_size(model: Any, size: int | None) -> int:
    least, most = SIZES_PX
    if size is None:
        raise NetworkError(
            "The network takes films of any size.",
            where=model.name,
            fix="Give the size that it was trained with (--image-size on the command line).",
        )
    if not least <= size <= most:
        raise NetworkError(
            "The network cannot take films of that size.",
            where=f"{model.name}, {size} px",
            fix=f"Take {least} to {most} px (--image-size).",
        )
    return size


def _told_size(model: Any) -> int | None:
    sizes = (step.height for step in leaves(model) if type(step).__name__ == "Resizing")
    return next(sizes, None)


def _told_scale(model: Any) -> int | None:
    """What the first step before any convolution that changes greys expects; None without one."""
    for step in leaves(model):
        kind = type(step).__name__
        if hasattr(step, "kernel_size"):
            break
        if kind == "Rescaling":
            return 255 if float(np.max(step.scale)) < 0.05 else 1
        if kind == "Normalization":
            return 255 if float(np.abs(np.asarray(step.mean)).max()) > 2 else 1
        if any(number > 50 for number in _constants(step)):
            return 255
    return None


def _constants(step: Any) -> list[float]:
    """Sizes of the numbers that an operation without weights combines its input with."""
    found = []
    for node in step._inbound_nodes if not hasattr(step, "weights") else ():
        for value in (*node.arguments.args, *node.arguments.kwargs.values()):
            try:
                found.append(float(np.abs(np.asarray(value, np.float64)).max()))
            except (TypeError, ValueError):  # the tensor itself, a name, nothing
                continue
    return found


def _one_answer_per_class(model: Any, outputs: list[Any]) -> Any:
    """The one output (batch, units) of a model."""
    if len(outputs) != 1 or len(outputs[0].shape) != 2 or outputs[0].shape[-1] is None:
        raise NetworkError(
            "The network does not give one answer per class.",
            where=model.name,
            fix="Give a classifier whose output is (batch, classes).",
        )
    return outputs[0]


def _two_at_least(logits: Any) -> Any:
    """A single logit z as [0, z]: the softmax of these is the sigmoid of z."""
    import keras

    if logits.shape[-1] > 1:
        return logits
    pair = keras.layers.Dense(2, use_bias=False, name="two_logits", dtype="float32")
    both = pair(logits)
    pair.set_weights([np.array([[0, 1]], np.float32)])
    return both


def _layers_with_maps(flat: Any) -> tuple[str, ...]:
    """Layers that keep places, at or after the first convolution; no pooling."""
    found, convolved = [], False
    for step in flat.layers:
        convolved = convolved or hasattr(step, "kernel_size")
        shape: Any = getattr(step.output, "shape", ())
        keeps = len(shape) == 4 and min(shape[1] or 0, shape[2] or 0) > 1
        kind = type(step).__name__
        if convolved and keeps and not any(word in kind for word in _NO_FEATURES):
            found.append(step.name)
    return tuple(found)


def _last_maps(flat: Any) -> str:
    """The last layer that keeps places, at or after the first convolution, before pooling."""
    found = _layers_with_maps(flat)
    if not found:
        raise NetworkError(
            "No layer of the network keeps places: there is no convolution with a 4-D output.",
            where=flat.name,
            fix="Give a convolutional network.",
        )
    return found[-1]


def _of_original(model: Any, enter: Any, films: Any) -> Any:
    """The answers of the model as it was brought."""
    import keras

    given = enter(films)
    if not isinstance(model, keras.Sequential):  # inputs may be a list or a dictionary of one
        given = keras.tree.map_structure(lambda _: given, model.input)
    return keras.tree.flatten(model(given, training=False))[0]


def _answers(ask: Callable[[Any], Any], films: Float32Array, batch: int) -> Float32Array:
    """The answers (film, units) for films, so many at a time."""
    import keras

    parts = [
        np.asarray(
            keras.ops.cast(
                ask(keras.ops.convert_to_tensor(films[start : start + batch])), "float32"
            )
        )
        for start in range(0, len(films), batch)
    ]
    return np.concatenate(parts)


def _require_same_answers(
    name: str, logits: Float32Array, wanted: Float32Array, ending: str, slack: float
) -> None:
    """Compare what will be shown with the answers of the original."""
    shown = logits
    if ending != "logits":
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shown = powers / powers.sum(axis=1, keepdims=True)
    shown = shown[:, -wanted.shape[1] :]
    rtol = 1e-3 if ending == "logits" else 0
    if not np.allclose(shown, wanted, rtol=rtol, atol=slack, equal_nan=True):
        raise NetworkError(
            "The network gives other answers when its graph is built anew.",
            where=name,
            fix="Give a plain Sequential or functional model, without a `call` of its own.",
        )
