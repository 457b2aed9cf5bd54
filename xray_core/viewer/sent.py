"""What the browser is sent of a film and its maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xray_core import __version__
from xray_core.arrays import BoolArray, Float32Array
from xray_core.data.decoding.images import Film
from xray_core.data.labels import label_title
from xray_core.explain.attribution import Attribution
from xray_core.explain.methods import get_method
from xray_core.explain.overlay import MIN_SHOWN_PROBABILITY, blue_orange, inferno
from xray_core.explain.shown import map_title
from xray_core.viewer.classes import class_colours
from xray_core.viewer.layers import (
    MAX_SIDE_PX,
    ZONE_TITLES,
    finding_data,
    preview_url,
    zones_data,
)

DEFAULT_OPACITY = 0.6

Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) as shares of a film's width and height."""


class Doubt(NamedTuple):
    """Why not to rely on a map: `mark`, one or two words for a badge, and `words`."""

    mark: str
    words: str


@dataclass(frozen=True)
class FilmMap:
    """One raw attribution map of a film.

    Attributes:
        evidence: float32 (height, width), not scaled and not cut: 7x7 or 10x10 as the last feature
            maps give it, covering the whole film; values below 0 speak against the class. They are
            drawn only where the map is `signed`, or its class is held against another.
        run: id of the run.
        method: title of the method, such as `Grad-CAM`.
        label: class name as in `xray_core.data.labels`, such as `covid`.
        probability: of that class by that run, in [0, 1].
        unit: of the values, such as `logit units`.
        directed: whether the map of another class may be subtracted.
        signed: whether values below 0 speak against the class, as the method defines them.
        doubt: why not to rely on it, in words and as the word of a badge; None without a reason.
            Such a map has a dashed outline.
        model: display name of the run; "" takes its id.

    Raises:
        ValueError: `evidence` is not 2-D or empty, or `probability` is outside [0, 1].
    """

    evidence: Float32Array
    run: str
    method: str
    label: str
    probability: float
    unit: str = "logit units"
    directed: bool = False
    signed: bool = False
    doubt: Doubt | None = None
    model: str = ""

    def __post_init__(self) -> None:
        if self.evidence.ndim != 2 or self.evidence.size == 0:
            raise ValueError(f"A map is (height, width); received shape {self.evidence.shape}.")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"A probability is in [0, 1]; received {self.probability}.")


def film_map(
    item: Attribution, run: str, model: str, *, last: str = "", doubt: Doubt | None = None
) -> FilmMap:
    """An attribution for the viewer.

    Args:
        item: of one class.
        run: id of its run.
        model: display name of the run.
        last: the last layer of the run, which is not named beside the method.
        doubt: as `FilmMap` has it.

    Raises:
        ExplainError: the method is unknown; lists the names that exist.
    """
    method = get_method(item.method)
    return FilmMap(
        item.evidence,
        run,
        map_title(item.method, item.layer, last),
        item.label,
        item.probability,
        method.unit,
        directed=method.directed and not item.cut,
        signed=item.signed,
        doubt=doubt,
        model=model,
    )


@dataclass(frozen=True)
class Facts:
    """What a viewer says of a film beside its maps.

    Attributes:
        alt: what the film is, for screen readers; the viewer adds what the map shows.
        caption: short text above the film, such as the file's name.
        synthetic: marks the film as synthetic on screen and in downloads.
        position: place of this film in a list, (3, 24) for the third of 24; gives buttons
            for the previous and the next film.
        lungs: bool mask over the whole film, of any size, for outline, zones and places in words;
            None where they are not known.
        finding: the true finding, where the data set has it, in the same form.
        asks_place: whether a click on the film marks a place, which `regions.marked_place` gives.
        place: (x, y) that was marked before, as shares of the film's width and height.
        spacing_mm: (row, column) distances of the pixels of the film's file; None where it does
            not state them.
        spacing_from: which tag says so, and where it was measured; "" without a spacing.
        linked: what the address of the page has as `film` for this one: what is looked at then
            stands there, too, and can be copied as a link. "" for films that must be in no address.
    """

    alt: str
    caption: str = ""
    synthetic: bool = False
    position: tuple[int, int] | None = None
    lungs: BoolArray | None = None
    finding: BoolArray | None = None
    asks_place: bool = False
    place: tuple[float, float] | None = None
    spacing_mm: tuple[float, float] | None = None
    spacing_from: str = ""
    linked: str = ""


@dataclass(frozen=True)
class Edit:
    """A film that a visitor changed, and what the models make of it.

    Attributes:
        film: as large as the film before the change.
        maps: as those of the film before the change: same runs, methods and classes, same order.
        regions: what was changed, as `drawn_regions` gave it.
    """

    film: Film
    maps: Sequence[FilmMap]
    regions: tuple[Polygon, ...]


def film_ahead(film: Film, maps: Sequence[FilmMap], facts: Facts) -> dict[str, object]:
    """The film before or after the one that is shown: a small version, with its maps."""
    return film_data(preview_url(film.pixels), film, maps, facts)


def film_data(url: str, film: Film, maps: Sequence[FilmMap], facts: Facts) -> dict[str, object]:
    """What differs from film to film, ready for JSON; `url` is the picture that is shown."""
    return {
        "film": url,
        "film_id": film.id,
        "height": film.pixels.shape[0],
        "width": film.pixels.shape[1],
        "block": film.block,
        "shown_px": min(MAX_SIDE_PX, max(film.pixels.shape)),
        "alt": facts.alt,
        "caption": facts.caption,
        "synthetic": facts.synthetic,
        "position": facts.position,
        "zones": zones_data(facts.lungs),
        "lesion": finding_data(facts.finding),
        "mark": facts.asks_place,
        "marked": facts.place,
        "spacing": facts.spacing_mm,
        "spacing_from": facts.spacing_from,
        "linked": facts.linked,
        "maps": maps_data(maps, maps),
    }


def maps_data(maps: Sequence[FilmMap], among: Sequence[FilmMap]) -> list[dict[str, object]]:
    """Maps ready for JSON, each class in the colour that it has among the given maps."""
    colours = class_colours({item.label for item in among})
    return [_map_data(item, colours[item.label]) for item in maps]


def _map_data(item: FilmMap, colour: str) -> dict[str, object]:
    evidence = np.asarray(item.evidence, np.float64)
    return {
        "run": item.run,
        "model": item.model or item.run,
        "method": item.method,
        "label": item.label,
        "title": label_title(item.label),
        "colour": colour,
        "unit": item.unit,
        "probability": float(item.probability),
        "height": evidence.shape[0],
        "width": evidence.shape[1],
        "evidence": _numbers(evidence) if np.isfinite(evidence).all() else None,
        "directed": item.directed,
        "signed": item.signed,
        "doubt": item.doubt.words if item.doubt else "",
        "mark": item.doubt.mark if item.doubt else "",
    }


def settings_data() -> dict[str, object]:
    """What is the same for all films, ready for JSON."""
    return {
        "version": __version__,
        "opacity": DEFAULT_OPACITY,
        "min_shown_probability": MIN_SHOWN_PROBABILITY,
        "zone_titles": ZONE_TITLES,
        "colours": colour_tables(),
    }


def colour_tables() -> dict[str, str]:
    """The colours of maps: 256 each, as hexadecimal digits, for maps without and with a sign."""
    return {"heat": inferno().tobytes().hex(), "signed": blue_orange().tobytes().hex()}


def _numbers(values: NDArray[np.floating]) -> list[float]:
    return [float(f"{value:.4g}") for value in values.ravel()]
