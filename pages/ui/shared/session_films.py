"""What is computed from a film on demand, kept in the memory of one session only."""

import hashlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui.shared.cache import model_of
from pages.ui.shared.words import plain
from xray_core.arrays import Float32Array
from xray_core.data.decoding.images import Film, resize_image
from xray_core.explain.methods import METHODS, predict_and_explain
from xray_core.quality.trust import Reading, measured_readings
from xray_core.runs.store import Run

Readings = tuple[Reading, ...]
MAX_KEPT = 128
"""Maps and measures of a session; a map is 600 kB at most."""


def measured_film(run: Run, film: Film, label: str, method: str = "grad_cam") -> Readings:
    """The measures of a class's map that need more passes."""

    def measure(model: Any, small: Float32Array, column: int) -> Readings:
        return measured_readings(model, small, column, method)

    kept: Readings = _of_session("measured", run, film, label, method, measure)
    return kept


def map_of_film(run: Run, film: Film, label: str, method: str) -> Float32Array:
    """The map (height, width) of a class by any method, its negative part cut off."""

    def explain(model: Any, small: Float32Array, column: int) -> Float32Array:
        _, maps = predict_and_explain(model, small[None, ..., None], method, columns=[column])
        of_class: Float32Array = maps[0, 0]
        return of_class

    kept: Float32Array = _of_session("map", run, film, label, method, explain)
    return kept


def _of_session(
    what: str, run: Run, film: Film, label: str, method: str, compute: Callable[..., Any]
) -> Any:
    """What was computed for a film's class in this session, or is now; the oldest is dropped."""
    kept: dict[tuple[object, ...], Any] = st.session_state.setdefault("of_session", {})
    digest = hashlib.sha256(film.pixels.tobytes()).digest()
    key = (what, run.id, run.changed, digest, label, method)
    if key not in kept:
        while len(kept) >= MAX_KEPT:
            kept.pop(next(iter(kept)))
        with st.spinner(f"{METHODS[method].title} of {plain(run.title)}"):
            small = resize_image(film.pixels, run.image_size_px)
            kept[key] = compute(model_of(run), small, run.classes.index(label))
    return kept[key]
