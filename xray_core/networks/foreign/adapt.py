"""A classifier from elsewhere as a network like ours: one film in, logits out, flat.

What can be read off the model is detected and can be corrected: the size of the film, the scale of
its greys, the layer whose maps are explained. What happens to a film before it enters the model
cannot be seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.errors import NetworkError
from xray_core.networks.foreign.candidates import Candidate, candidates
from xray_core.networks.foreign.ending import (
    N_ORDINARY,
    answers_to,
    doubt_of,
    logits_of,
    require_same_answers,
    rounding_of,
    trial_films,
)
from xray_core.networks.foreign.flatten import Flattener, leaves
from xray_core.networks.foreign.input import (
    declared_scale_of,
    declared_size_px,
    input_shape,
    required_size,
)
from xray_core.networks.foreign.limits import MAX_VALUES, check_values
from xray_core.networks.foreign.places import (
    keep_places,
    map_notes,
    reaches_answer,
)
from xray_core.networks.layers import layer_output

if TYPE_CHECKING:
    import keras

SCALES = (1, 255)
MOST_TRIED = 8
"""Layers that are tried in search of one that keeps places."""
_FRONT = ("film", "to_size", "to_greys", "three_channels", "two_logits")


@dataclass(frozen=True)
class Adapted:
    """A classifier from elsewhere, made explainable.

    Attributes:
        model: flat functional `keras.Model`: float32 (batch, size, size, 1) in [0, 1] -> logits
            (batch, class). It shares the weights of the original, and carries `target_layer`
            and `map_notes`.
        target_layer: the 4-D layer that is explained.
        image_size_px: side of the film.
        scale: white in the greys that the original takes, 1 or 255.
        scale_known: False where the model does not declare the scale and none was given.
        ending: what the original outputs, as `logits_of` reports.
        notes: what a map of that layer leaves out, as `map_notes` reports.
        doubt: what speaks against taking the outputs as logits, as a sentence; usually empty.
    """

    model: "keras.Model"
    target_layer: str
    image_size_px: int
    scale: int
    scale_known: bool
    ending: str
    notes: tuple[str, ...] = ()
    doubt: str = ""

    @property
    def n_classes(self) -> int:
        """Columns of the logits; a single unit has become two, the first always 0."""
        return int(self.model.output.shape[-1])

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers that may be explained, in the order of the graph, and `target_layer` if another.

        They lie at or after the first convolution, keep places and are not pooling.
        """
        found = tuple(dict.fromkeys(item.layer for item in candidates(self.model)))
        return found if self.target_layer in found else (*found, self.target_layer)


def adapt_network(
    model: "keras.Model",
    *,
    image_size_px: int | None = None,
    scale: int | None = None,
    layer: str | None = None,
) -> Adapted:
    """Make a Keras classifier explainable.

    Args:
        model: `Sequential` or functional `keras.Model`, built; nested models, preprocessing layers
            and a softmax or one sigmoid unit at the end are fine. Read, never changed.
        image_size_px: side of the film; None takes what the model declares. Where the model takes
            another size, films are resized inside the network.
        scale: 1 or 255, white in the greys that the model takes; None detects it from the
            preprocessing.
        layer: name of the layer to explain, also one of a nested model: a 4-D one, or one of tokens
            that stand for places. None takes the last before pooling that keeps places.

    Raises:
        NetworkError: the model has no graph, not one image as input, or not one output per class;
            no layer of it keeps places; or it needs too much memory for a film of that size.
        LayerNotFoundError: `layer` isn't in the model or isn't 4-D; lists those that are.
    """
    height, width, channels = input_shape(model)
    size = required_size(model, image_size_px or declared_size_px(model))
    declared_scale = declared_scale_of(model)
    white = scale or declared_scale or 1
    if white not in SCALES:
        raise NetworkError("There is no such scale.", where=str(scale), fix="Give 1 or 255.")
    made = _Making(model, size, (height or size, width or size), white, channels)
    slack, trial = rounding_of(leaves(model)), trial_films(size)
    if "int" in str(model.inputs[0].dtype):  # it cuts greys off to whole numbers
        trial = ((np.floor(trial * white) + 0.01) / white).astype(np.float32)
    at_once = max(1, min(len(trial), MAX_VALUES // check_values(made.graph())))
    batch = int(model.inputs[0].shape[0] or at_once)  # some take a fixed number of films
    answers = answers_to(made.original, trial, batch)
    flat, ending = made.with_logits(answers, slack)
    flat, kept = _explained(
        flat, layer, trial[0], lambda item: made.with_logits(answers, slack, item)[0]
    )
    flat.map_notes = map_notes(flat, flat.target_layer, kept)
    shown = answers_to(lambda films: flat(films, training=False), trial[:N_ORDINARY], batch)
    require_same_answers(model.name, shown, answers[:N_ORDINARY], ending, slack)
    known = bool(scale or declared_scale)
    doubt = doubt_of(answers) if ending == "logits" else ""
    return Adapted(flat, flat.target_layer, size, white, known, ending, flat.map_notes, doubt)


@dataclass(frozen=True)
class _Making:
    """A model, and what is put before it when it is rebuilt.

    Attributes:
        model: the original.
        size: side of the film.
        sides: height and width that the model takes.
        white: in the greys that it takes.
        channels: that it takes.
    """

    model: "keras.Model"
    size: int
    sides: tuple[int, int]
    white: int
    channels: int

    def enter(self, films: Any) -> Any:
        """Films (batch, size, size, 1) as the model takes them."""
        import keras

        if self.sides != (self.size, self.size):
            films = keras.layers.Resizing(*self.sides, name="to_size")(films)
        if self.white != 1:
            films = keras.layers.Rescaling(self.white, name="to_greys")(films)
        if self.channels == 3:
            films = keras.layers.Concatenate(name="three_channels")([films] * 3)
        return films

    def original(self, films: Any) -> Any:
        """The outputs of the original model."""
        import keras

        given = self.enter(films)
        if not isinstance(self.model, keras.Sequential):  # inputs may be a list or a dictionary
            given = keras.tree.map_structure(lambda _: given, self.model.input)
        return keras.tree.flatten(self.model(given, training=False))[0]

    def graph(self, put_in: Candidate | None = None) -> "keras.Model":
        """The flat graph with the ending that the model has.

        Args:
            put_in: what becomes a separate layer.

        Raises:
            NetworkError: it does not take such films, or does not give one output per class.
        """
        import keras

        after = {put_in.step: put_in.put_in} if put_in and not put_in.inside else {}
        film = keras.Input((self.size, self.size, 1), name="film")
        try:
            output = Flattener(_FRONT, after).run(self.model, self.enter(film))
        except (ValueError, TypeError) as error:
            raise NetworkError(
                f"The network could not be built on such films: {type(error).__name__}.",
                where=f"{self.model.name}, {self.size} px",
                fix="Give the size that it was trained with.",
            ) from error
        outputs = keras.tree.flatten(output)
        if len(outputs) != 1 or len(outputs[0].shape) != 2 or outputs[0].shape[-1] is None:
            raise NetworkError(
                "The network does not give one output per class.",
                where=self.model.name,
                fix="Give a classifier whose output is (batch, classes).",
            )
        return keras.Model(film, outputs[0], name=self.model.name)

    def with_logits(
        self, answers: Float32Array, slack: float, put_in: Candidate | None = None
    ) -> tuple[Any, str]:
        """The flat graph that ends in logits, and what it ended in; as `logits_of`."""
        import keras

        graph = self.graph(put_in)
        logits, ending = logits_of(graph.output, answers, graph.name, slack)
        return keras.Model(graph.input, _two_at_least(logits), name=graph.name), ending


def _explained(
    flat: "keras.Model",
    layer: str | None,
    film: Float32Array,
    made_with: Callable[[Candidate], Any],
) -> tuple[Any, bool | None]:
    """The graph with its `target_layer`, and whether that keeps places.

    Args:
        flat: the graph as it is.
        layer: the requested one; None takes the last that keeps places.
        film: (size, size, 1), to see whether places are kept.
        made_with: makes the graph with a candidate put in.
    """
    found = candidates(flat)
    asked = [item for item in found if layer in (item.layer, item.step)]
    if layer and not asked:
        layer_output(flat, layer)
        flat.target_layer = layer
        return flat, keep_places(flat, layer, film)
    if not found:
        raise NetworkError(
            "No layer of the network keeps places: there is no convolution with a 4-D output.",
            where=flat.name,
            fix="Give a convolutional network, or a transformer on patches.",
        )
    tried: list[tuple[Any, bool | None]] = []
    for item in asked or found[: -MOST_TRIED - 1 : -1]:
        graph = flat if item.inside else made_with(item)
        graph.target_layer = item.layer
        kept = keep_places(graph, item.layer, film)
        if (
            item.extra
            and not asked
            and film is not None
            and not reaches_answer(graph, item.layer, film)
        ):
            continue
        tried.append((graph, kept))
        if kept is not False:
            return tried[-1]
    return tried[0]


def _two_at_least(logits: Any) -> Any:
    """A single logit z as [0, z]: the softmax of these is the sigmoid of z."""
    import keras

    if logits.shape[-1] > 1:
        return logits
    pair = keras.layers.Dense(2, use_bias=False, name="two_logits", dtype="float32")
    both = pair(logits)
    pair.set_weights([np.array([[0, 1]], np.float32)])
    return both
