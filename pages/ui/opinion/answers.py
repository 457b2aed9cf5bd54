"""Answers to the uploaded films, each asked for once and kept in the session's memory alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from pages.ui.opinion.films import OpinionFilm
from pages.ui.shared import session
from pages.ui.shared.cache import consulted_run
from pages.ui.shared.words import plain
from xray_core.errors import XrayError
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.gate import check
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.opinion import Opinion
from xray_core.runs.store import Run

AGE_GROUPS = {"adult": "Adult", "child": "Child", "": "Unknown"}


def gate_of(item: OpinionFilm) -> GateResult:
    """What the gate finds on a film that could be read, with the reader's wish to answer anyway."""
    if isinstance(item.film, XrayError):
        raise item.film
    kept = session.OPINION_GATES.hold()
    if item.film.id not in kept:
        kept[item.film.id] = check(item.film, item.facts)
    found = kept[item.film.id]
    return found.answer_anyway() if item.id in session.OPINION_ANYWAY.get() else found


def age_group_of(item: OpinionFilm) -> str:
    """The patient's age group: what the reader chose, else the file's tag, else not known."""
    stated = item.facts.age_group
    if not stated:
        return session.OPINION_AGE.get()
    return session.OPINION_AGES.get().get(item.id, stated)


def opinion_of(item: OpinionFilm, runs: Sequence[Run]) -> Opinion:
    """The answer, asked for now unless it is kept; a line says which step is being done."""
    kept = session.OPINION_ANSWERS.hold()
    key = _key(item, runs)
    if key not in kept:
        if isinstance(item.film, XrayError):
            raise item.film
        with _steps() as tell:
            kept[key] = give_opinion(
                item.film,
                [consulted_run(run) for run in runs],
                name=item.name,
                facts=item.facts,
                age_group=age_group_of(item),
                gate=gate_of(item),
                progress=tell,
            )
    return kept[key]


def kept_opinion(item: OpinionFilm, runs: Sequence[Run]) -> Opinion | None:
    """The answer if it was asked for before."""
    return session.OPINION_ANSWERS.get().get(_key(item, runs))


def _key(item: OpinionFilm, runs: Sequence[Run]) -> tuple[object, ...]:
    film_id = "" if isinstance(item.film, XrayError) else item.film.id
    models = tuple((run.id, run.changed) for run in runs)
    anyway = item.id in session.OPINION_ANYWAY.get()
    return models, film_id, item.name, age_group_of(item), anyway


@contextmanager
def _steps() -> Iterator[Callable[[str, int, int], None]]:
    """One line that names the step, gone at the end."""
    bar = st.progress(0.0, "Reading the film")

    def tell(name: str, place: int, number: int) -> None:
        bar.progress(place / number, plain(name))

    try:
        yield tell
    finally:
        bar.empty()
