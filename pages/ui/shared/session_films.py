"""What is computed from a film on demand, kept in the memory of one session only."""

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

from pages.ui.shared import session
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
MAX_KEPT = 128
"""Maps and measures of a session; a map is 600 kB at most."""


def measured_film(run: Run, film: Film, label: str, method: str = "grad_cam") -> Readings:
    """The measures of a class's map that need more passes."""

    def measure(model: Classifier) -> Readings:
        return measured_readings(model, film, label, method)

    return _of_session("measured", run, film, label, method, measure)


def attribution_of(run: Run, film: Film, label: str, method: str) -> Attribution:
    """Of a film and a class by any method."""

    def explain(model: Classifier) -> Attribution:
        return model.explain(film, method, classes=[label])[label]

    return _of_session("map", run, film, label, method, explain)


def _of_session(
    what: str,
    run: Run,
    film: Film,
    label: str,
    method: str,
    compute: Callable[[Classifier], Found],
) -> Found:
    """What was computed for a film's class in this session, or is now; the oldest is dropped."""
    kept = session.FOUND.hold()
    key = (what, run.id, run.changed, film.id, label, method)
    if key not in kept:
        while len(kept) >= MAX_KEPT:
            kept.pop(next(iter(kept)))
        with st.spinner(f"{METHODS[method].title} of {plain(run.title)}"):
            kept[key] = compute(classifier_of(run))
    return cast(Found, kept[key])
