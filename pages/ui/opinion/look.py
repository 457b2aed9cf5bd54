"""The film in the viewer: alone, or with the maps of the models where the answer is sure."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from pages.ui.film.closer_look import Around, closer_look
from pages.ui.film.panel import Attributions
from pages.ui.film.picked import Picked
from pages.ui.film.side_by_side import side_by_side
from pages.ui.film.viewer import Facts, Others, film_viewer
from pages.ui.opinion.films import OpinionFilm
from pages.ui.shared import session
from pages.ui.shared.session_films import attributions_of, has_attributions, measured_film
from xray_core.data.decoding.images import Film
from xray_core.errors import XrayError
from xray_core.explain.attribution import Attribution
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.opinion import Opinion
from xray_core.quality.trust import Reading
from xray_core.runs.store import Run

ALL_THE_SAME = "Show the maps all the same"
NO_MAP = "No map is shown: the answer is not sure, and a map would look like one."
ASKED_FOR = "The answer is not sure: these maps are each model's evidence, not an answer."
ALL_CLASSES = (
    "Maps and numbers here are of all classes of each model, also of those that it never met in "
    "such a patient."
)
BY_GATE = "not a frontal chest film by the gate"


def look_facts(
    item: OpinionFilm, gate: GateResult, position: tuple[int, int] | None, opinion: Opinion
) -> Facts:
    """What the viewer says of the film; nothing is looked for on one that the gate stopped."""
    assert not isinstance(item.film, XrayError)
    caption = f"{item.name} · {BY_GATE}" if gate.overridden else item.name
    said = session.OPINION_COMMITMENTS.get().get(item.id)
    return Facts(
        "Uploaded film",
        caption,
        item.synthetic,
        position,
        opinion.lungs,
        place=said.place if said else None,
        spacing_mm=item.spacing_mm,
        spacing_from=item.facts.spacing_from,
    )


def film_alone(item: OpinionFilm, facts: Facts, go: Callable[[int], None]) -> None:
    """The film without any map."""
    assert not isinstance(item.film, XrayError)
    key = session.viewer_on("opinion_alone").name
    state = film_viewer(item.film, [], facts, key=key, others=Others(full=item.full_size))
    if state.go_to is not None:
        go(state.go_to)
        st.rerun()


def film_with_maps(
    item: OpinionFilm,
    opinion: Opinion,
    runs: Sequence[Run],
    picked: Picked,
    facts: Facts,
    go: Callable[[int], None],
) -> None:
    """The film with the maps of a sure answer; of another only where the reader asks for them."""
    assert not isinstance(item.film, XrayError)
    if not _shows_maps(item, opinion):
        film_alone(item, facts, go)
    else:
        shown = _attributions(item.film, opinion, runs, picked)
        around = Around(
            partial(_measure, item.film),
            go,
            lambda _: None,
            lambda *_: None,
            narrow=True,
            named=(facts.caption, "file"),
            full=item.full_size,
        )
        closer_look(item.film, runs, shown, facts, around, "opinion")
    shows = _shows_maps(item, opinion)
    if shows and any(answer.never_met for answer in opinion.models):
        st.caption(f":material/block: {ALL_CLASSES}")
    if not opinion.shows_maps:
        st.caption(
            f":material/help: {ASKED_FOR}" if shows else f":material/visibility_off: {NO_MAP}"
        )
        st.toggle(ALL_THE_SAME, key=_all_the_same(item), persist_state="session")


def maps_below(
    item: OpinionFilm,
    opinion: Opinion,
    runs: Sequence[Run],
    picked: Picked,
    gate: GateResult,
) -> None:
    """The maps of all models in a grid, where maps are shown and those of all classes are there."""
    if isinstance(item.film, XrayError) or not _shows_maps(item, opinion):
        return
    if waiting_for_maps(item, opinion, runs, picked):
        return
    side_by_side(
        item.film,
        runs,
        _attributions(item.film, opinion, runs, picked),
        item.stem,
        "opinion",
        full_size=item.full_size,
        warning=gate.overridden_words,
    )


def _all_the_same(item: OpinionFilm) -> str:
    return f"opinion_maps_{item.id}"


def _shows_maps(item: OpinionFilm, opinion: Opinion) -> bool:
    return opinion.shows_maps or bool(session.widget(_all_the_same(item)).get())


def load_other_maps(
    item: OpinionFilm, opinion: Opinion, runs: Sequence[Run], picked: Picked
) -> None:
    """Compute the maps of the other classes, once the answer and its own map are on the page."""
    waiting = waiting_for_maps(item, opinion, runs, picked)
    for run in waiting:
        assert not isinstance(item.film, XrayError)
        attributions_of(run, item.film)
    if waiting:
        st.rerun()


def waiting_for_maps(
    item: OpinionFilm, opinion: Opinion, runs: Sequence[Run], picked: Picked
) -> list[Run]:
    """The models whose maps of the other classes this page is still to compute."""
    if isinstance(item.film, XrayError) or not (opinion.answered and _shows_maps(item, opinion)):
        return []
    return _waiting(item.film, runs, picked)


def _attributions(
    film: Film, opinion: Opinion, runs: Sequence[Run], picked: Picked
) -> Attributions:
    """The maps of all classes, by the measured default or the method that the reader chose.

    Until those of the default are there, the one map that came with the answer stands alone.
    """
    found: dict[str, Sequence[Attribution]] = {}
    for run, answer in zip(runs, opinion.models, strict=True):
        if answer.attribution and _waiting(film, [run], picked):
            found[run.id] = (answer.attribution,)
        else:
            found[run.id] = attributions_of(run, film, *picked.of(run))
    return found


def _waiting(film: Film, runs: Sequence[Run], picked: Picked) -> list[Run]:
    """Those whose measured map of every class is wanted and was not computed yet."""
    return [
        run for run in runs if picked.of(run) == (None, None) and not has_attributions(run, film)
    ]


def _measure(film: Film, run: Run, item: Attribution) -> tuple[Reading, ...]:
    return measured_film(run, film, item.label, item.method, item.layer)
