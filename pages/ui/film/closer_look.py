"""One film in the viewer, with its results beside it, on Explain and Second opinion.

What a visitor does in the viewer reruns only this part, not the page around it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.film.by_method import AT_FIRST, maps_by
from pages.ui.film.doubts import doubt_of, doubts_of, is_unsure, readings_of
from pages.ui.film.keep import slide_of_film
from pages.ui.film.map_notes import map_notes
from pages.ui.film.panel import Attributions, probability_table, short_titles, viewer_maps
from pages.ui.film.picked import measured_words, title_of
from pages.ui.film.place import place_panel
from pages.ui.film.trust import MARKS, trust_strip
from pages.ui.film.viewer import (
    Edit,
    Facts,
    FilmMap,
    Others,
    ViewerState,
    film_ahead,
    film_viewer,
    viewed,
)
from pages.ui.film.viewer.regions import drawn_annotations
from pages.ui.film.what_if import Changed, ask_again, change_panel
from pages.ui.shared import session
from pages.ui.shared.basket import basket_button
from pages.ui.shared.notices import errors_shown, film_reading, film_warnings, unexpected_shown
from pages.ui.shared.session_films import measured_film
from pages.ui.shared.words import plain
from xray_core.arrays import BoolArray
from xray_core.data.decoding.images import Film
from xray_core.explain.attribution import Attribution
from xray_core.explain.shown import last_layer
from xray_core.quality.trust import (
    Reading,
    quick_readings,
    verdict,
)
from xray_core.reports.deck.content import Measure
from xray_core.reports.deck.films import SYNTHETIC, ShownFilm
from xray_core.runs.store import Run
from xray_core.viewer.sent import film_map

CHANGED = "Film changed by what-if: a marked region was filled. This is not the patient's film."

OF_MAP = "Where the map lies, and how far it can be trusted"


@dataclass(frozen=True)
class Around:
    """What the page around a film does.

    Attributes:
        measure: computes the measures that need more passes for a map of a run.
        go: called with the place, from 0, of a requested film; then the page is rerun.
        head: writes what is above the probabilities, from the attributions that are shown.
        below: writes what is below the viewer, from the film and the attributions that are shown
            and a warning, which is "" for the unchanged film.
        narrow: whether the page has an answer of its own beside the viewer: all stands under the
            viewer then, what is said of the map folded, and neither head nor probabilities.
        fills: whether the viewer is as high as the window allows.
        named: what the film is called on a slide, and where it is from; never a path.
        sheet: gives the films of a contact sheet, as `look_ahead` does; None where there is none.
        full: gives the film in the size of its file; None where it is the film itself.
    """

    measure: Callable[[Run, Attribution], Sequence[Reading]]
    go: Callable[[int], None]
    head: Callable[[Attributions], None]
    below: Callable[[Film, Attributions, str], None]
    narrow: bool = False
    fills: bool = False
    named: tuple[str, str] = ("Film", "file")
    sheet: Callable[[], Sequence[dict[str, object]]] | None = None
    full: Callable[[], Film] | None = None


def closer_look(
    film: Film,
    runs: Sequence[Run],
    attributions: Attributions,
    facts: Facts,
    page: Around,
    key: str,
    *,
    label: str = "",
    ahead: Mapping[int, dict[str, object]] | None = None,
) -> None:
    """The viewer with probabilities, place of the evidence and trust beside it.

    Args:
        film: the one shown.
        runs: the models, one or more.
        attributions: of each run, by its id, those of a run all of one kind.
        facts: what the viewer says of the film.
        page: what happens around it.
        key: unique on the page.
        label: the film's label; "" where it is not known.
        ahead: -1 and +1 -> the neighbouring film, as `look_ahead` gives it.
    """
    lungs = facts.lungs
    readings = readings_of(runs, attributions, lungs)
    doubts = doubts_of(runs, attributions, readings)

    @st.fragment
    @unexpected_shown()
    @errors_shown()
    def look() -> None:
        name = session.viewer_on(key).name
        maps = viewer_maps(runs, attributions, doubts)
        view = viewed(name, maps)
        with st.container():
            changed = ask_again(runs, film, name, attributions, lungs=lungs)
            after = changed if view.after else None
            shown = (after.film, after.attributions) if after else (film, attributions)
            methods = _methods(runs, *shown, view, lungs)
            sheet = page.sheet and (page.sheet() if view.layout == "sheet" else ())
        large, beside = _rooms(page)
        with large:
            state = film_viewer(
                film,
                maps,
                facts,
                key=name,
                height_px=0 if page.fills else 560,
                what_if=True,
                edit=_edit(runs, changed, lungs) if changed else None,
                others=Others(
                    ahead or {}, methods, bool(after), sheet, page.full or (lambda: film)
                ),
            )
            if state.go_to is not None:
                page.go(state.go_to)
                st.rerun()
            if words := measured_words(*_looked_at(runs, attributions, state)):
                st.caption(plain(words))
        with beside:
            _beside(
                _Shown(film, runs, attributions, readings, facts, page, key, label), state, changed
            )
        page.below(*shown, CHANGED if after else "")

    look()


def _methods(
    runs: Sequence[Run],
    film: Film,
    attributions: Attributions,
    view: ViewerState,
    lungs: BoolArray | None,
) -> list[FilmMap]:
    """The chosen class of the chosen model by other methods, where the visitor wants them."""
    if view.layout != "methods":
        return []
    run, chosen = _looked_at(runs, attributions, view)
    unsure = is_unsure(attributions[run.id])
    title = short_titles(runs)[run.id]
    return [
        film_map(
            item,
            run.id,
            title,
            last=last_layer(run),
            doubt=doubt_of(quick_readings(item, lungs, ()), unsure=unsure),
        )
        for item in maps_by(run, film, chosen, [name for name in AT_FIRST if name != chosen.method])
    ]


@dataclass(frozen=True)
class _Shown:
    """What `closer_look` was given."""

    film: Film
    runs: Sequence[Run]
    attributions: Attributions
    readings: Mapping[tuple[str, str], Sequence[Reading]]
    facts: Facts
    page: Around
    key: str
    label: str


def _beside(given: _Shown, state: ViewerState, changed: Changed | None) -> None:
    """What is said of the film and of the map that is viewed."""
    film, runs, page, key, lungs = given.film, given.runs, given.page, given.key, given.facts.lungs
    after = changed if state.after else None
    shown_film, shown = (after.film, after.attributions) if after else (film, given.attributions)
    if after:
        st.warning(CHANGED, icon=":material/edit:")
    if not page.narrow:
        film_warnings(film)
        page.head(shown)
        film_reading(film)
    looked_at, item = _looked_at(runs, shown, state)
    viewer = session.viewer_on(key).name
    name, origin = page.named
    kept = ShownFilm(
        shown_film.pixels,
        name,
        given.label,
        SYNTHETIC if given.facts.synthetic else origin,
        drawn_annotations(viewer, film),
        Measure(film.block, given.facts.spacing_mm, given.facts.spacing_from),
    )
    warning = CHANGED if after else ""
    make = partial(slide_of_film, kept, runs, shown, item.label, warning)
    basket_button(make, key)
    if changed:
        change_panel(runs, film, given.attributions, changed, item.label, viewer, lungs)
    if not page.narrow:
        shares = {run.id: {part.label: part.probability for part in shown[run.id]} for run in runs}
        probability_table(runs, shares, given.label)
    map_notes(looked_at, [item])
    readings = readings_of(runs, shown, lungs) if after else given.readings
    judged = readings[looked_at.id, item.label]
    if page.narrow and judged:
        st.markdown(f"{MARKS[verdict(judged)[0]]} map, judged by itself")
    with st.expander(OF_MAP) if page.narrow else st.container():
        name_of_map = f"{title_of(looked_at, item)} of {short_titles(runs)[looked_at.id]}"
        place_panel(item, name_of_map, shown_film.pixels, lungs, key)
        trust_strip(judged, partial(_measured, page, after, looked_at, item), key)


def _rooms(page: Around) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Where the viewer goes, and what is said of its maps."""
    if page.narrow:
        return st.container(), st.container()
    large, beside = st.columns([7, 4], gap="large")
    return large, beside


def _measured(
    page: Around, after: Changed | None, run: Run, item: Attribution
) -> Sequence[Reading]:
    """The measures of a map that take more passes, of the film as it is shown."""
    if after:
        return measured_film(run, after.film, item.label, item.method, item.layer)
    return page.measure(run, item)


def _looked_at(
    runs: Sequence[Run], attributions: Attributions, state: ViewerState
) -> tuple[Run, Attribution]:
    """The model and the map that the visitor is viewing."""
    run = next(run for run in runs if run.id == state.run)
    return run, next(part for part in attributions[run.id] if part.label == state.label)


def _edit(runs: Sequence[Run], changed: Changed, lungs: BoolArray | None) -> Edit:
    """A changed film for the viewer, its maps judged as those of any film."""
    after = changed.attributions
    doubts = doubts_of(runs, after, readings_of(runs, after, lungs))
    maps = viewer_maps(runs, after, doubts)
    return Edit(changed.film, maps, changed.regions)


def look_ahead(
    film: Film, runs: Sequence[Run], attributions: Attributions, facts: Facts
) -> dict[str, object]:
    """A neighbouring film, prepared for the viewer; arguments as for `closer_look`."""
    doubts = doubts_of(runs, attributions, readings_of(runs, attributions, facts.lungs))
    return film_ahead(film, viewer_maps(runs, attributions, doubts), facts)
