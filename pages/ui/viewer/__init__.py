"""The film viewer: one front-end component that shows a film and its maps.

Python sends the film once, as an 8-bit PNG, and the raw maps, a few hundred bytes each. Everything
visual happens in the browser: enlarging, colour, opacity, window and level, layers, zoom (the
files of `SCRIPTS`, which are joined to one module).

What a map looks like follows one rule, the one of `xray_core.explain.overlay`:

    displayed intensity = value / maximum of the map * probability of the class

so a class with probability 0.001 never glows. Below `MIN_SHOWN_PROBABILITY` no map is drawn and a
quiet line says so; a flat map (one value everywhere) and a map with values that are not finite
give a line of their own instead of noise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.theme import class_colours
from pages.ui.viewer.layers import ZONE_TITLES, film_url, finding_data, zones_data
from pages.ui.viewer.regions import Polygon, film_id
from xray_core.data.labels import label_title
from xray_core.explain.overlay import MIN_SHOWN_PROBABILITY
from xray_core.explain.zones import BoolArray

DEFAULT_OPACITY = 0.6


@dataclass(frozen=True)
class FilmMap:
    """One raw attribution map of a film.

    Attributes:
        values: float32 (height, width), not scaled: 7x7 or 10x10 as the last feature maps give
            it, covering the whole film; values below 0 speak against the class.
        run: title of the run, such as `small CNN`.
        method: title of the method, such as `Grad-CAM`.
        label: class name as in `xray_core.data.labels`, such as `covid`.
        probability: of that class by that run, in [0, 1].
        unit: of the values, such as `logit units`.
        directed: whether the map of another class may be taken off it.
        evidence: the map before its negative part was cut off; None unless `wants_evidence`.
        doubt: a sentence on what speaks against relying on it; "" where nothing does. A map with
            one is drawn hatched.

    Raises:
        ValueError: `values` is not 2-D or empty, `evidence` has another shape, or `probability`
            is outside [0, 1].
    """

    values: NDArray[np.float32]
    run: str
    method: str
    label: str
    probability: float
    unit: str = "logit units"
    directed: bool = False
    evidence: NDArray[np.float32] | None = None
    doubt: str = ""

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.size == 0:
            raise ValueError(f"A map is (height, width); received shape {self.values.shape}.")
        if self.evidence is not None and self.evidence.shape != self.values.shape:
            raise ValueError(f"The evidence is {self.evidence.shape}, the map {self.values.shape}.")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"A probability is in [0, 1]; received {self.probability}.")


@dataclass(frozen=True)
class Edit:
    """A film that a visitor changed, and what the models make of it.

    Attributes:
        film: float32 (height, width) in [0, 1], as large as the film before the change.
        maps: as those of the film before the change: same runs, methods and classes, same order.
        regions: what was changed, as `drawn_regions` gave it.
    """

    film: NDArray[np.float32]
    maps: Sequence[FilmMap]
    regions: tuple[Polygon, ...]


@dataclass(frozen=True)
class ViewerState:
    """What the visitor looks at.

    `label`, `run` and `method` are always current. `opacity`, `overlay` and `inverted` live
    in the browser and arrive with the next change of class, run or film, because moving a
    slider must not run the script again.

    Attributes:
        label: class whose map is chosen; the most probable one until then; "" without maps.
        run, method: titles of the chosen maps; "" without maps.
        opacity: of the overlay, in [0, 1].
        overlay: whether the overlay is on.
        against: class that is held against the chosen one; "" for none.
        inverted: whether the film is shown as a negative.
        nav: -1 or +1 in the one script run after the visitor asked for the previous or the
            next film, otherwise 0.
    """

    label: str = ""
    run: str = ""
    method: str = ""
    opacity: float = DEFAULT_OPACITY
    overlay: bool = True
    inverted: bool = False
    against: str = ""
    nav: int = 0


def _read(*names: str) -> str:
    return "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in names)


SCRIPTS = (
    "maps.js",
    "film.js",
    "regions.js",
    "page.js",
    "scene.js",
    "state.js",
    "words.js",
    "viewer.js",
)
HTML = '<div class="viewer"></div>'
CSS = _read("viewer.css")
JS = _read(*SCRIPTS)
"""One ES module; its default export takes an object with `parentElement` (which holds `HTML`),
`data` (of `viewer_data`), `setStateValue` and `setTriggerValue`."""

_component = st.components.v2.component("thoraxlens_film_viewer", html=HTML, css=CSS, js=JS)


def film_viewer(
    film: NDArray[np.float32],
    maps: Sequence[FilmMap],
    *,
    key: str,
    alt: str,
    height_px: int = 560,
    caption: str = "",
    synthetic: bool = False,
    position: tuple[int, int] | None = None,
    lungs: BoolArray | None = None,
    finding: BoolArray | None = None,
    what_if: bool = False,
    edit: Edit | None = None,
) -> ViewerState:
    """Show a film with its maps.

    Args:
        film: float32 (height, width) in [0, 1], bone bright, as `load_image` returns.
        maps: of any runs, methods and classes; without maps the film is shown alone.
        key: keeps class, opacity and inversion while the film changes; unique on the page.
        alt: what the film is, for screen readers; the viewer adds what the map shows.
        height_px: of the film area; less where the film fills the width of a narrow screen.
        caption: short text above the film, such as the file's name.
        synthetic: marks the film as synthetic on screen and in downloads.
        position: place of this film in a list, (3, 24) for the third of 24; gives buttons
            for the previous and the next film.
        lungs: mask over the whole film, of any size, for outline, zones and places in words.
        finding: of a synthetic film, the truth in the same form.
        what_if: offer to draw regions, which `regions.drawn_regions` then gives.
        edit: the film with those regions changed, and its maps.

    Returns:
        What the visitor looks at now, and whether another film was asked for.

    Raises:
        ValueError: `film` is not 2-D or empty.
    """
    result = _component(
        key=key,
        data=viewer_data(
            film,
            maps,
            alt,
            height_px,
            caption,
            synthetic,
            position,
            lungs=lungs,
            finding=finding,
            what_if=what_if,
            edit=edit,
        ),
        on_view_change=_keep,
        on_edit_change=_keep,
        on_nav_change=_keep,
    )
    return read_state(result, maps)


def wants_evidence(key: str) -> bool:
    """Whether the visitor holds two classes against each other in the viewer of that key."""
    sent = st.session_state.get(key)
    view = sent.get("view") if isinstance(sent, Mapping) else None
    return isinstance(view, Mapping) and bool(view.get("against"))


def _keep() -> None:
    """Streamlit offers only states that have a callback."""


def viewer_data(
    film: NDArray[np.float32],
    maps: Sequence[FilmMap],
    alt: str,
    height_px: int,
    caption: str,
    synthetic: bool,
    position: tuple[int, int] | None,
    *,
    lungs: BoolArray | None = None,
    finding: BoolArray | None = None,
    what_if: bool = False,
    edit: Edit | None = None,
) -> dict[str, object]:
    """All that the browser needs, ready for JSON; the arguments are those of `film_viewer`."""
    if film.ndim != 2 or film.size == 0:
        raise ValueError(f"A film is (height, width); received shape {film.shape}.")
    colours = class_colours({item.label for item in maps})
    return {
        "film": film_url(film),
        "film_id": film_id(film) if what_if else "",
        "what_if": what_if,
        "edit": edit
        and {
            "film": film_url(edit.film),
            "regions": edit.regions,
            "maps": [_map_data(item, colours[item.label]) for item in edit.maps],
        },
        "height": film.shape[0],
        "width": film.shape[1],
        "alt": alt,
        "caption": caption,
        "synthetic": synthetic,
        "position": position,
        "stage_px": height_px,
        "opacity": DEFAULT_OPACITY,
        "min_shown_probability": MIN_SHOWN_PROBABILITY,
        "zones": zones_data(lungs),
        "zone_titles": ZONE_TITLES,
        "lesion": finding_data(finding),
        "maps": [_map_data(item, colours[item.label]) for item in maps],
    }


def _map_data(item: FilmMap, colour: str) -> dict[str, object]:
    values = np.asarray(item.values, np.float64)
    finite = bool(np.isfinite(values).all())
    return {
        "run": item.run,
        "method": item.method,
        "label": item.label,
        "title": label_title(item.label),
        "colour": colour,
        "unit": item.unit,
        "probability": float(item.probability),
        "height": values.shape[0],
        "width": values.shape[1],
        "values": _numbers(values) if finite else None,
        "directed": item.directed,
        "evidence": None if item.evidence is None else _numbers(item.evidence),
        "doubt": item.doubt,
    }


def _numbers(values: NDArray[np.floating]) -> list[float]:
    return [float(f"{value:.4g}") for value in values.ravel()]


def read_state(result: Mapping[str, object], maps: Sequence[FilmMap]) -> ViewerState:
    """The state that the browser sent, made to fit the maps at hand.

    Args:
        result: `view` (what is looked at, absent until something was chosen) and `nav`.
        maps: the maps that are shown now.
    """
    sent = result.get("view")
    view: Mapping[str, object] = sent if isinstance(sent, Mapping) else {}
    wanted = (view.get("run"), view.get("method"))
    shown = [item for item in maps if (item.run, item.method) == wanted] or [
        item for item in maps if (item.run, item.method) == (maps[0].run, maps[0].method)
    ]
    chosen = next((item for item in shown if item.label == view.get("label")), None) or max(
        shown, key=lambda item: item.probability, default=None
    )
    opacity, nav = view.get("opacity"), result.get("nav")
    known = {item.label for item in shown}
    return ViewerState(
        label=chosen.label if chosen else "",
        run=chosen.run if chosen else "",
        method=chosen.method if chosen else "",
        opacity=min(max(float(opacity), 0.0), 1.0)
        if isinstance(opacity, int | float)
        else DEFAULT_OPACITY,
        overlay=view.get("overlay") is not False,
        inverted=view.get("inverted") is True,
        against=next((label for label in known if label == view.get("against")), ""),
        nav=max(-1, min(1, nav)) if isinstance(nav, int) else 0,
    )
