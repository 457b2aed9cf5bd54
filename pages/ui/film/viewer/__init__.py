"""The film viewer: one front-end component that shows a film and its maps.

Python sends the film once, as an 8-bit PNG, and the raw maps, a few hundred bytes each. Everything
visual happens in the browser: enlarging, colour, opacity, window and level, layers, zoom (from
`viewer.js` on: `state.js` says what is shown, the painter and the panels show it, pointer and
keyboard change it).

What a map looks like follows one rule, the one of `xray_core.explain.overlay`:

    displayed intensity = value / maximum of the map * probability of the class

so a class with probability 0.001 never glows. Below `MIN_SHOWN_PROBABILITY` no map is drawn and a
quiet line says so; a flat map (one value everywhere) and a map with values that are not finite
give a line of their own instead of noise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from pages.ui.film.viewer.full_size import full_size
from pages.ui.shared.kept import answered, kept_view, requested
from xray_core.data.decoding.images import Film
from xray_core.viewer.layers import film_url
from xray_core.viewer.scripts import SCRIPTS, joined
from xray_core.viewer.sent import (
    Doubt,
    Edit,
    Facts,
    FilmMap,
    film_ahead,
    film_data,
    maps_data,
    settings_data,
)

__all__ = [
    "Doubt",
    "Edit",
    "Facts",
    "FilmMap",
    "Others",
    "ViewerState",
    "film_ahead",
    "film_viewer",
    "viewed",
    "viewer_data",
]


@dataclass(frozen=True)
class ViewerState:
    """What the visitor is viewing.

    Opacity, overlay, window and the like stay in the browser: moving a slider must not run the
    script again.

    Attributes:
        label: class whose map is chosen; the most probable one until then; "" without maps.
        run: id of the run of the chosen map; "" without maps.
        after: whether a changed film, where there is one, and its maps are shown.
        layout: what is side by side: `one`, `film`, `models`, `methods` or `sheet`.
        go_to: place in the list, from 0, of the film that the visitor has just requested; None in
            all other runs.
    """

    label: str = ""
    run: str = ""
    after: bool = True
    layout: str = "one"
    go_to: int | None = None


@dataclass(frozen=True)
class Others:
    """Films and maps besides the film that is shown.

    Attributes:
        ahead: -1 and +1 -> the film before and after this one, as `film_ahead` gives it: shown at
            once when it is requested, until the script has sent it.
        methods: maps of the chosen model and class by other methods, empty until they are wanted
            (layout `methods`); None where they are not offered.
        after: whether those are of the changed film.
        sheet: several films of the list, as `film_ahead` gives them, with one map of each model,
            empty until they are wanted (layout `sheet`); None where they are not offered.
        full: gives the film in the size of its file, which is sent once its pixels are looked at;
            None where the film that is sent has all of them.
    """

    ahead: Mapping[int, dict[str, object]] = field(default_factory=dict)
    methods: Sequence[FilmMap] | None = None
    after: bool = False
    sheet: Sequence[dict[str, object]] | None = None
    full: Callable[[], Film] | None = None


NO_OTHERS = Others()

HTML = '<div class="viewer"></div>'
CSS = (SCRIPTS / "viewer.css").read_text(encoding="utf-8")
JS = joined(SCRIPTS / "component.js")
"""One ES module; its default export takes an object with `parentElement` (which holds `HTML`),
`data` (of `viewer_data`), `setStateValue` and `setTriggerValue`."""

_component = st.components.v2.component("thoraxlens_film_viewer", html=HTML, css=CSS, js=JS)


def film_viewer(
    film: Film,
    maps: Sequence[FilmMap],
    facts: Facts,
    *,
    key: str,
    height_px: int = 560,
    what_if: bool = False,
    edit: Edit | None = None,
    others: Others = NO_OTHERS,
) -> ViewerState:
    """Show a film with its maps.

    Args:
        film: to show.
        maps: of any runs, methods and classes; without maps the film is shown alone.
        facts: what is shown about it.
        key: keeps class, opacity and inversion while the film changes; unique on the page.
        height_px: of the film area, 0 for what the window leaves; less where the film fills the
            width of a narrow screen.
        what_if: offer to draw regions, which `regions.drawn_regions` then gives.
        edit: the film with those regions changed, and its maps.
        others: films and maps besides this film's.

    Returns:
        What the visitor is viewing, and whether another film was requested.

    Raises:
        ValueError: `film` is not 2-D or empty.
    """
    view = kept_view(key)
    data = viewer_data(
        film, maps, facts, height_px=height_px, what_if=what_if, edit=edit, others=others
    )
    result = _component(
        key=key,
        data={"view": view, "answered": answered(key)} | data | full_size(key, film, others.full),
        on_view_change=_keep,
        on_edit_change=_keep,
        on_inks_change=_keep,
        on_detail_change=_keep,
        on_mark_change=_keep,
        on_nav_change=_keep,
    )
    place = requested(key, result.get("nav"))
    state = read_state({"view": view}, maps)
    return state if place is None else replace(state, go_to=place - 1)


def viewed(key: str, maps: Sequence[FilmMap]) -> ViewerState:
    """What the visitor is viewing in the viewer of that key, before it is drawn."""
    return read_state({"view": kept_view(key)}, maps)


def _keep() -> None:
    """Does nothing: Streamlit only provides states that have a callback."""


def viewer_data(
    film: Film,
    maps: Sequence[FilmMap],
    facts: Facts,
    *,
    height_px: int = 560,
    what_if: bool = False,
    edit: Edit | None = None,
    others: Others = NO_OTHERS,
) -> dict[str, object]:
    """All that the browser needs, ready for JSON; the arguments are those of `film_viewer`."""
    if film.pixels.ndim != 2 or film.pixels.size == 0:
        raise ValueError(f"A film is (height, width); received shape {film.pixels.shape}.")
    shown = film_data(film_url(film.pixels), film, maps, facts)
    return shown | {
        "what_if": what_if,
        "edit": edit
        and {
            "film": film_url(edit.film.pixels),
            "shown_px": shown["shown_px"],
            "regions": edit.regions,
            "maps": maps_data(edit.maps, maps),
        },
        "ahead": dict(others.ahead),
        "beside": None
        if others.methods is None
        else {"maps": maps_data(others.methods, maps), "after": others.after},
        "sheet": None if others.sheet is None else list(others.sheet),
        "stage_px": height_px,
        **settings_data(),
    }


def read_state(result: Mapping[str, object], maps: Sequence[FilmMap]) -> ViewerState:
    """The state that the browser sent, made to fit the available maps.

    Args:
        result: `view`, what is being viewed; empty until something was chosen.
        maps: the maps that are shown now.
    """
    sent = result.get("view")
    view: Mapping[str, object] = sent if isinstance(sent, Mapping) else {}
    wanted = (view.get("run"), view.get("method"))
    first = next((item for item in maps if item.run == view.get("run")), None)
    first = first or next(iter(maps), None)
    shown = [item for item in maps if (item.run, item.method) == wanted] or [
        item for item in maps if first and (item.run, item.method) == (first.run, first.method)
    ]
    chosen = next((item for item in shown if item.label == view.get("label")), None) or max(
        shown, key=lambda item: item.probability, default=None
    )
    return ViewerState(
        label=chosen.label if chosen else "",
        run=chosen.run if chosen else "",
        after=view.get("after") is not False,
        layout=str(view.get("layout", "one")),
    )
