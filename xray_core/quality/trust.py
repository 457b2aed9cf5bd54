"""The trust strip of one map: two to five measures, each with a number, a word and a sentence.

A map is judged by itself. How far the models of a set agree is a fact about the set, and is
shown beside the verdict: one weak model would condemn the maps of all others.

Those that need no network come at once (`quick_readings`), the others on demand
(`measured_readings`). A class that was ruled out gets none: its map is not shown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xray_core.arrays import BoolArray, Float32Array
from xray_core.classifier import AnyFilm, Classifier
from xray_core.data.labels import NORMAL
from xray_core.explain.attribution import Attribution
from xray_core.explain.integrated_gradients import baseline_of
from xray_core.explain.methods import METHODS
from xray_core.explain.overlay import MIN_SHOWN_PROBABILITY
from xray_core.explain.zones import EVEN_CORNERS, place_of
from xray_core.quality.faithfulness import area_under, random_map, turn_into
from xray_core.quality.grid import is_flat, maps_of
from xray_core.quality.layer_file import hits_of
from xray_core.quality.pairs import Pair
from xray_core.quality.repeatability import repeatability
from xray_core.quality.similarity import agreement_with
from xray_core.quality.thresholds import MEASURES, Word
from xray_core.runs.store import Run

N_RANDOM = 3
"""Random maps that a single map is compared with: one alone would be a matter of luck."""

OF_THE_SET = "agreement_models"
"""The measure that concerns all models together, and does not judge any single map."""

INDEPENDENT = "occlusion"
"""The method that another is compared with: it assumes nothing about the network."""

_TITLES = {
    "deletion_gain": "Deletion",
    "agreement_methods": f"Agreement with {METHODS[INDEPENDENT].title}",
}


@dataclass(frozen=True)
class Reading:
    """One measure of one map.

    Attributes:
        name: key in `MEASURES`.
        value: the number.
        chance: what an even map has; None where it is not a yardstick.
    """

    name: str
    value: float
    chance: float | None = None

    @property
    def title(self) -> str:
        """Display name."""
        return _TITLES.get(self.name, MEASURES[self.name].title)

    @property
    def word(self) -> Word:
        """Good, doubtful or poor."""
        return MEASURES[self.name].word(self.value, self.chance or 1.0)

    @property
    def number(self) -> str:
        """The number in words: `62 % (even map: 31 %)`."""
        return MEASURES[self.name].number(self.value, self.chance)

    @property
    def sentence(self) -> str:
        """What the number shows."""
        return MEASURES[self.name].asks

    @property
    def judges(self) -> bool:
        """Whether it judges the map: all do, except what concerns a set of models."""
        return self.name != OF_THE_SET


def quick_readings(
    item: Attribution, lungs: BoolArray | None = None, others: Sequence[Float32Array] = ()
) -> tuple[Reading, ...]:
    """What a map alone shows: evidence inside the lungs and in the corners, agreement of models.

    Args:
        item: the map.
        lungs: bool mask of any size over the whole film; None where there is none.
        others: maps of other models for the same class of the same film, by the same method.

    Returns:
        None of them for a flat map and for a class below `MIN_SHOWN_PROBABILITY`.
    """
    if item.probability < MIN_SHOWN_PROBABILITY:
        return ()
    place = place_of(item.values, lungs)
    if place is None:
        return ()
    found = []
    if place.lungs is not None and lungs is not None:
        found.append(Reading("lungs", place.lungs, float(lungs.mean())))
    found.append(Reading("corners", place.corners, EVEN_CORNERS))
    together = agreement_with(item.values, others)
    if not math.isnan(together):
        found.append(Reading(OF_THE_SET, together))
    return tuple(found)


def measured_on_boxes(run: Run, item: Attribution) -> Reading | None:
    """How often maps like this one have their peak on the finding, as its run was measured.

    It follows method and layer together: what was measured at one layer says nothing of another.

    Args:
        run: whose map it is.
        item: the map.

    Returns:
        None where that pair was not measured on test films, and for a map of the class *normal*:
        what speaks for it need not lie on any finding.

    Raises:
        RunError: `explanations/layers.json` is damaged.
    """
    if item.label == NORMAL:
        return None
    found = hits_of(run).get(Pair(item.method, item.layer))
    return Reading("hit_rate", *found) if found else None


def same_class(item: Attribution, others: Sequence[Sequence[Attribution]]) -> list[Float32Array]:
    """The maps of other models for the class of a map by its method, where they are shown.

    Args:
        item: the map.
        others: all attributions of each other model for the same film.
    """
    return [
        other.values
        for group in others
        for other in group
        if (other.label, other.method) == (item.label, item.method)
        and other.probability >= MIN_SHOWN_PROBABILITY
    ]


def measured_readings(
    model: Classifier, film: AnyFilm, label: str, method: str, *, layer: str | None = None
) -> tuple[Reading, ...]:
    """What takes more passes: deletion, repeatability, and agreement with occlusion.

    Args:
        model: whose map it is.
        film: of any size.
        label: class.
        method: key in `METHODS`.
        layer: that the map is of; None takes what the model chooses for the method.

    Returns:
        None of them for a flat map. Ask only for a class that is shown.

    Raises:
        ClassIndexError, ExplainError, LayerNotFoundError: as `Classifier.explain_batch`.
    """
    films, column = model.batch([film]), model.column(label)
    maps = maps_of(model, films, [column], method, layer=layer)
    if is_flat(maps):
        return ()
    group = [maps[0], *map(random_map, range(N_RANDOM))]
    blank = baseline_of(films[0], "blurred")
    deletion = area_under(turn_into(model, films[0], blank, column, group))
    repeated = repeatability(model, films, [column], maps, method, layer=layer)
    found = [
        Reading("deletion_gain", float(deletion[1:].mean() - deletion[0])),
        Reading("repeatability", float(np.mean(list(repeated.values())))),
    ]
    if method != INDEPENDENT:
        hidden = maps_of(model, films, [column], INDEPENDENT)[0]
        found.append(Reading("agreement_methods", agreement_with(maps[0], [hidden])))
    return tuple(found)


def verdict(readings: Sequence[Reading]) -> tuple[Word, str]:
    """All readings of a map in one word and one sentence: the worst that judges decides.

    Args:
        readings: one or more; that of the whole set of models is left out.
    """
    for word, what in (
        ("poor", "Do not rely on this map alone"),
        ("doubtful", "Read this map with care"),
    ):
        titles = [item.title for item in readings if item.judges and item.word == word]
        if titles:
            named = ", ".join(titles)
            return word, f"{what}. {word.capitalize()}: {named}."  # type: ignore[return-value]
    return "good", "None of the measures found a problem with this map."
