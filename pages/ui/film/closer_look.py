"""One film in the viewer, with its results beside it, on Explain and Second opinion.

What a visitor does in the viewer reruns only this part, not the page around it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.film.keep import slide_of_film
from pages.ui.film.map_notes import map_notes
from pages.ui.film.panel import Attributions, probability_table, short_titles, viewer_maps
from pages.ui.film.picked import measured_words, title_of
from pages.ui.film.place import place_panel
from pages.ui.film.trust import MARKS, trust_strip
from pages.ui.film.viewer import Doubt, Edit, Facts, ViewerState, film_ahead, film_viewer
from pages.ui.film.what_if import Changed, ask_again, change_panel
from pages.ui.shared import session
from pages.ui.shared.basket import basket_button
from pages.ui.shared.notices import errors_shown, film_reading, film_warnings, unexpected_shown
from pages.ui.shared.session_films import measured_film
from pages.ui.shared.words import plain
from xray_core.arrays import BoolArray
from xray_core.data.decoding.images import Film
from xray_core.explain.attribution import Attribution
from xray_core.opinion.verdict import SURE_PROBABILITY
from xray_core.quality.trust import (
    Reading,
    measured_on_boxes,
    quick_readings,
    same_class,
    verdict,
)
from xray_core.runs.store import Run

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
    """

    measure: Callable[[Run, Attribution], Sequence[Reading]]
    go: Callable[[int], None]
    head: Callable[[Attributions], None]
    below: Callable[[Film, Attributions, str], None]
    narrow: bool = False
    fills: bool = False
    named: tuple[str, str] = ("Film", "file")


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
    readings = _readings(runs, attributions, lungs)
    doubts = _doubts(runs, attributions, readings)

    @st.fragment
    @unexpected_shown()
    @errors_shown()
    def look() -> None:
        name = session.viewer_on(key).name
        with st.container():
            changed = ask_again(runs, film, name, attributions, lungs=lungs)
        large, beside = _rooms(page)
        with large:
            state = film_viewer(
                film,
                viewer_maps(runs, attributions, doubts),
                facts,
                key=name,
                height_px=0 if page.fills else 560,
                what_if=True,
                edit=_edit(runs, changed, lungs) if changed else None,
                ahead=ahead,
            )
            if state.go_to is not None:
                page.go(state.go_to)
                st.rerun()
            if words := measured_words(*_looked_at(runs, attributions, state)):
                st.caption(plain(words))
        after = changed if state.after else None
        shown_film, shown = (after.film, after.attributions) if after else (film, attributions)
        with beside:
            _beside(
                _Shown(film, runs, attributions, readings, facts, page, key, label), state, changed
            )
        page.below(shown_film, shown, CHANGED if after else "")

    look()


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
    if changed:
        viewer = session.viewer_on(key).name
        change_panel(runs, film, given.attributions, changed, item.label, viewer, lungs)
    if not page.narrow:
        shares = {run.id: {part.label: part.probability for part in shown[run.id]} for run in runs}
        probability_table(runs, shares, given.label)
    map_notes(looked_at, [item])
    readings = _readings(runs, shown, lungs) if after else given.readings
    judged = readings[looked_at.id, item.label]
    if page.narrow and judged:
        st.markdown(f"{MARKS[verdict(judged)[0]]} map, judged by itself")
    with st.expander(OF_MAP) if page.narrow else st.container():
        name_of_map = f"{title_of(looked_at, item)} of {short_titles(runs)[looked_at.id]}"
        place_panel(item, name_of_map, shown_film.pixels, lungs, key)
        trust_strip(judged, partial(_measured, page, after, looked_at, item), key)
    make = partial(
        slide_of_film,
        shown_film,
        runs,
        shown,
        item.label,
        named=page.named,
        label=given.label,
        synthetic=given.facts.synthetic,
        warning=CHANGED if after else "",
    )
    basket_button(make, key)


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
    doubts = _doubts(runs, after, _readings(runs, after, lungs))
    maps = viewer_maps(runs, after, doubts)
    return Edit(changed.film, maps, changed.regions)


def look_ahead(
    film: Film, runs: Sequence[Run], attributions: Attributions, facts: Facts
) -> dict[str, object]:
    """A neighbouring film, prepared for the viewer; arguments as for `closer_look`."""
    doubts = _doubts(runs, attributions, _readings(runs, attributions, facts.lungs))
    return film_ahead(film, viewer_maps(runs, attributions, doubts), facts)


def _readings(
    runs: Sequence[Run], attributions: Attributions, lungs: BoolArray | None
) -> dict[tuple[str, str], tuple[Reading, ...]]:
    """What each map alone shows, and what was measured of its kind, by run and class."""
    found: dict[tuple[str, str], tuple[Reading, ...]] = {}
    for run in runs:
        others = [attributions[other.id] for other in runs if other != run]
        for item in attributions[run.id]:
            quick = quick_readings(item, lungs, same_class(item, others))
            of_kind = measured_on_boxes(run, item) if quick else None
            found[run.id, item.label] = (*quick, of_kind) if of_kind else quick
    return found


def _doubts(
    runs: Sequence[Run],
    attributions: Attributions,
    readings: Mapping[tuple[str, str], Sequence[Reading]],
) -> dict[tuple[str, str], Doubt | None]:
    """What speaks against maps, by run and class: their model is not sure, or they are doubtful."""
    unsure = {
        run.id: max(item.probability for item in attributions[run.id]) < SURE_PROBABILITY
        for run in runs
    }
    return {
        (run_id, label): _doubt(found, unsure=unsure[run_id])
        for (run_id, label), found in readings.items()
    }


def _doubt(readings: Sequence[Reading], *, unsure: bool) -> Doubt | None:
    """None for a map that is not shown, and where nothing speaks against it."""
    if not readings:
        return None
    marks, words = [], []
    if unsure:
        marks.append("not sure")
        words.append(f"The model is not sure: no class reaches {SURE_PROBABILITY:.2f}.")
    word, sentence = verdict(readings)
    if word != "good":
        marks.append(f"{word} map")
        words.append(sentence)
    return Doubt(", ".join(marks), " ".join(words)) if marks else None
