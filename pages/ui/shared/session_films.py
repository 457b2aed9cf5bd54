"""What is computed from a film on demand, kept in the memory of one session only."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import TypeVar, cast

import streamlit as st

from pages.ui.shared import visit
from pages.ui.shared.cache import classifier_of
from pages.ui.shared.words import plain
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import Film
from xray_core.explain.attribution import Attribution
from xray_core.explain.methods import METHODS
from xray_core.quality.trust import Reading, measured_readings
from xray_core.runs.store import Run

Found = TypeVar("Found")
Readings = tuple[Reading, ...]
MAX_KEPT = 64
"""Maps and measures of a session; those of all classes of a film are a few MB at most."""


def measured_film(run: Run, film: Film, label: str, method: str, layer: str) -> Readings:
    """The measures of a class's map that need more passes."""

    def measure(model: Classifier) -> Readings:
        return measured_readings(model, film, label, method, layer=layer or None)

    return _of_session(("measured", label, method, layer), run, film, method, measure)


def attribution_of(
    run: Run, film: Film, label: str, method: str, layer: str | None = None
) -> Attribution:
    """Of a film and a class by any method; without a layer at the one that the model names."""

    def explain(model: Classifier) -> Attribution:
        with _timed(run, method):
            return model.explain(film, method, layer, [label])[label]

    return _of_session(("map", label, method, layer), run, film, method, explain)


def attributions_of(
    run: Run, film: Film, method: str | None = None, layer: str | None = None
) -> tuple[Attribution, ...]:
    """Of a film, for all classes; without a method by what the model names."""

    def explain(model: Classifier) -> tuple[Attribution, ...]:
        return tuple(model.explain(film, method, layer).values())

    return _of_session(("maps", method, layer), run, film, method, explain)


def has_attributions(run: Run, film: Film) -> bool:
    """Whether the maps of all classes by what the model names were computed in this session."""
    return _key(("maps", None, None), run, film) in visit.FOUND.get()


def _key(what: tuple[str | None, ...], run: Run, film: Film) -> tuple[object, ...]:
    return (*what, run.id, run.changed, film.id)


def seconds_of(runs: Sequence[Run], method: str) -> tuple[float, bool]:
    """How long a map of one film by a method took in this session: the least, by all runs together.

    Returns:
        Seconds, 0 where it was not made by each of them, and whether that includes a first time,
        in which the network is made ready.
    """
    kept = visit.METHOD_SECONDS.get()
    found = [kept.get((run.id, method), (0, 0.0)) for run in runs]
    if not all(times for times, _ in found):
        return 0.0, False
    return sum(seconds for _, seconds in found), any(times == 1 for times, _ in found)


@contextmanager
def _timed(run: Run, method: str) -> Iterator[None]:
    start = perf_counter()
    yield
    took = perf_counter() - start
    kept = visit.METHOD_SECONDS.hold()
    times, least = kept.get((run.id, method), (0, took))
    kept[run.id, method] = times + 1, min(least, took)


def _of_session(
    what: tuple[str | None, ...],
    run: Run,
    film: Film,
    method: str | None,
    compute: Callable[[Classifier], Found],
) -> Found:
    """What was computed for a film in this session, or is now; the oldest is dropped."""
    kept = visit.FOUND.hold()
    key = _key(what, run, film)
    if key not in kept:
        while len(kept) >= MAX_KEPT:
            kept.pop(next(iter(kept)))
        title = METHODS[method].title if method else "Maps"
        with st.spinner(f"{title} of {plain(run.title)}"):
            kept[key] = compute(classifier_of(run))
    return cast(Found, kept[key])
