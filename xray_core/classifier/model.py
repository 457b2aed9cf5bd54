"""A classifier: a network with its classes, the size of its films, and where it came from.

model = open_model("xception")
model.predict(film)                  {class: probability}
model.explain(film, "layer_cam")     {class: Attribution}
model.explain_films(manifest)        ExplainedFilms: many films of a data set at once
model.features(films)                what the head of the network sees
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, overload

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.classifier.default import chosen, notes_of
from xray_core.classifier.films import AnyFilm, batch_of, several
from xray_core.classifier.one_film import Explained, explain_film
from xray_core.data.film_cache import cache_films
from xray_core.data.records import Manifest
from xray_core.errors import ClassIndexError
from xray_core.evaluation.predict import softmax
from xray_core.explain.attribution import Attribution
from xray_core.explain.evidence import Columns, evidence
from xray_core.explain.explained import ExplainedFilms, Progress, collect_films, explain_films
from xray_core.explain.methods import get_method
from xray_core.explain.passes import forward
from xray_core.lungs.finder import lungs_of_all
from xray_core.networks.calibration import Calibration
from xray_core.networks.layers import candidate_layers
from xray_core.runs.loading import require_classes
from xray_core.runs.map_default import MapDefault

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, eq=False)
class Classifier:
    """A network that predicts and explains. It is never changed, so threads may share it.

    >>> model = open_model(run)
    >>> list(model.predict(film)) == list(model.classes)
    True

    Attributes:
        network: flat functional `keras.Model`: float32 (batch, size, size, 1) in [0, 1] -> logits
            (batch, class), with the calibration in its head.
        classes: labels in the order of the logits.
        image_size_px: side of the square that films are squeezed to.
        layer: name of the layer that layer methods explain where none is named.
        title: display name.
        source: id of the run, or name of the file.
        calibration: how its probabilities were calibrated; None where they were not.
        notes: what a map of its layer leaves out, as sentences; none for most models.
        default: method and layer of the map that its run shows, as they were measured; None where
            they were not.
    """

    network: "keras.Model" = field(repr=False)
    classes: tuple[str, ...]
    image_size_px: int
    layer: str
    title: str
    source: str
    calibration: Calibration | None = None
    notes: tuple[str, ...] = ()
    default: MapDefault | None = None

    def __post_init__(self) -> None:
        """Raise a ClassIndexError unless there is one label per logit."""
        require_classes(int(self.network.output.shape[-1]), self.classes, self.source)

    @overload
    def predict(self, films: AnyFilm) -> dict[str, float]: ...

    @overload
    def predict(self, films: Sequence[AnyFilm]) -> list[dict[str, float]]: ...

    def predict(
        self, films: AnyFilm | Sequence[AnyFilm]
    ) -> dict[str, float] | list[dict[str, float]]:
        """Probabilities of one film or of several.

        >>> len(model.predict([film, film]))
        2

        Args:
            films: one film of any size, or several.

        Returns:
            `{class: probability}` for one film; a list of them for several.

        Raises:
            ExplainError: the weights are damaged: the network outputs NaN or infinite values.
        """
        one, many = several(films)
        rows = self.probabilities(many).tolist()
        answers = [dict(zip(self.classes, row, strict=True)) for row in rows]
        return answers[0] if one else answers

    def probabilities(self, films: Sequence[AnyFilm]) -> Float32Array:
        """Probabilities (film, class) of films of any size, as one array.

        Raises:
            ExplainError: as for `predict`.
        """
        if not len(films):
            return np.zeros((0, len(self.classes)), np.float32)
        return softmax(forward(self.network, self.batch(films))[0])

    def explain(
        self,
        film: AnyFilm,
        method: str | None = None,
        layer: str | None = None,
        classes: Sequence[str] | Literal["likeliest"] | None = None,
    ) -> dict[str, Attribution]:
        """Where the network finds evidence for each class.

        >>> maps = model.explain(film, "layer_cam", classes=["covid"])
        >>> maps["covid"].unit, maps["covid"].layer == model.layer
        ('logit units', True)

        Args:
            film: one film of any size.
            method: key in `METHODS`; None takes what `chosen` does.
            layer: spelling of the 4-D layer that a layer method explains, one of `layers` for
                example, or of several joined by plus for a method that fuses; None takes what
                `chosen` does.
            classes: to explain; None takes all, `likeliest` the answer alone. That is found in the
                pass that explains it by methods that weigh a layer: take it first, others when they
                are looked at. Methods that need separate passes for every class need a choice.

        Returns:
            `{class: Attribution}`, each with the probability of its class.

        Raises:
            ClassIndexError: the network has no such class; lists those it has.
            ExplainError: unknown method, several layers for a method of one, or the weights are
                damaged.
            LayerNotFoundError: the layer isn't in the network or isn't 4-D.
        """
        return self.predict_and_explain(film, method, layer, classes)[1]

    def predict_and_explain(
        self,
        film: AnyFilm,
        method: str | None = None,
        layer: str | None = None,
        classes: Sequence[str] | Literal["likeliest"] | None = "likeliest",
    ) -> Explained:
        """Probabilities of all classes and the maps of some, in one pass where the method can.

        Takes and raises what `explain` does.
        """
        asked: Columns = "likeliest"
        if classes != "likeliest":
            asked = [self.column(label) for label in (self.classes if classes is None else classes)]
        chosen_map = self.chosen(method, layer)
        return explain_film(self.network, self.batch([film]), self.classes, asked, chosen_map)

    def explain_batch(
        self,
        films: Float32Array,
        method: str | None = None,
        *,
        columns: Columns = None,
        layer: str | None = None,
    ) -> tuple[Float32Array, Float32Array]:
        """Probabilities and maps of films that have the size of the network already.

        Args:
            films: float32 (film, size, size, 1) in [0, 1], as `batch` returns; all in one pass.
            method: key in `METHODS`; None takes what `chosen` does.
            columns: of the logits to explain; None explains all, `likeliest` of each film the class
                that is likeliest. Choose them for methods that need separate passes for every
                class.
            layer: as for `explain`.

        Returns:
            Probabilities (film, class), and maps (film, column, height, width) as they are shown:
            all of a signed map, of any other its positive part.

        Raises:
            ClassIndexError: a column is out of range; gives the range.
            ExplainError, LayerNotFoundError: as for `explain`.
        """
        name, place = self.chosen(method, layer)
        logits, maps = evidence(self.network, films, name, columns=columns, layer=place)
        if get_method(name).of_layer:
            maps = np.maximum(maps, 0)
        return softmax(logits), maps

    def explain_films(
        self,
        films: Manifest,
        method: str | None = None,
        progress: Progress | None = None,
        *,
        layer: str | None = None,
        lungs: bool = False,
    ) -> ExplainedFilms:
        """Probabilities and evidence of many films, for all classes.

        >>> few = manifest.split("test")
        >>> model.explain_films(few).probabilities.shape == (len(few.records), 4)
        True

        Args:
            films: records that can be read, one or more.
            method: key in `METHODS`; None takes what `chosen` does.
            progress: called with (films done, films in all).
            layer: as for `explain`.
            lungs: whether the lungs are looked for, too.

        Raises:
            ImageReadError: a film changed since the scan and cannot be read any more.
            ExplainError: unknown method, or the weights are damaged.
        """
        name, place = self.chosen(method, layer)
        pixels = cache_films(films, self.image_size_px)
        probabilities, found = explain_films(
            self.network, pixels, progress, method=name, layer=place
        )
        masks = lungs_of_all(films, pixels) if lungs else ()
        return collect_films(
            self.classes, films, probabilities, found, masks, method=name, layer=place
        )

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers to choose from, in the order of the network: the end of each stage."""
        return candidate_layers(self.network)

    def chosen(self, method: str | None = None, layer: str | None = None) -> tuple[str, str]:
        """The method and the layer that are explained where one or both are not named.

        The method of `default`, else Grad-CAM. The layer that it was measured at; of another method
        `self.layer`, or those that the network names for a method that fuses several.

        Returns:
            Key in `METHODS` and the spelling of the layer, which is empty for methods of the film.

        Raises:
            ExplainError: unknown method, or several layers for a method of one.
        """
        return chosen(self.network, self.layer, self.default, method, layer)

    def map_notes(self, method: str | None = None, layer: str | None = None) -> tuple[str, ...]:
        """What a map leaves out, as sentences; none for most models.

        Raises:
            ExplainError, LayerNotFoundError: as for `explain`.
        """
        return notes_of(self.network, self.layer, self.notes, self.chosen(method, layer)[1])

    def features(
        self, films: AnyFilm | Sequence[AnyFilm], layer: str | None = None
    ) -> Float32Array:
        """The mean over the film of each feature map of a layer.

        >>> model.features([film, film]).shape[0]
        2

        Args:
            films: one film of any size, or several.
            layer: name of a 4-D layer; None takes `self.layer`.

        Returns:
            float32 (channel,) for one film, (film, channel) for several.
        """
        one, many = several(films)
        found = forward(self.network, self.batch(many), layer or self.layer)[1]
        pooled: Float32Array = found.mean(axis=(1, 2))
        return pooled[0] if one else pooled

    def batch(self, films: Sequence[AnyFilm]) -> Float32Array:
        """Films as the network takes them: float32 (film, size, size, 1) in [0, 1]."""
        return batch_of(films, self.image_size_px)

    def column(self, label: str) -> int:
        """Position of a label among the logits.

        >>> model.column("covid")
        3

        Raises:
            ClassIndexError: lists the labels that exist.
        """
        if label not in self.classes:
            raise ClassIndexError(
                "The model does not know that class.",
                where=label,
                fix=f"Choose one of: {', '.join(self.classes)}.",
            )
        return self.classes.index(label)
