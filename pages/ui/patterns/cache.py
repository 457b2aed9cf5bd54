"""What the Patterns page keeps between its runs, as `cache.py` does for films, models and maps."""

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.shared.cache import KEYS
from xray_core.arrays import Float32Array
from xray_core.data.records import Manifest
from xray_core.explain.stored import films_to_test, read_maps
from xray_core.lungs.boxes import Box
from xray_core.patterns.findings import Finding, find_patterns
from xray_core.patterns.model import ModelPatterns, learn_patterns
from xray_core.patterns.picture import mean_film
from xray_core.runs.store import Run

Found = TypeVar("Found")


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=KEYS)
def films_of_test(run: Run, manifest: Manifest) -> Manifest:
    """The films of a data set that say what a run has learnt, as `films_to_test`."""
    return films_to_test(run, manifest)


def patterns_of(run: Run, path: Path, name: str) -> ModelPatterns | None:
    """What a run has learnt, from stored maps; None where there are none that can be used."""
    if not path.is_file():
        return None
    return _patterns(str(path), path.stat().st_mtime_ns, run.classes, name)


@st.cache_resource(max_entries=16, show_spinner="Looking at the maps")
def _patterns(path: str, changed: int, classes: tuple[str, ...], name: str) -> ModelPatterns | None:
    stored = read_maps(Path(path), classes)
    return None if stored is None else learn_patterns(name, stored)


def findings_of(models: tuple[ModelPatterns, ...]) -> tuple[Finding, ...]:
    """What stands out, computed once for the same models."""
    with st.spinner("Comparing the maps"):
        return once(models, "findings", lambda: find_patterns(models))


def once(models: tuple[ModelPatterns, ...], choice: Hashable, make: Callable[[], Found]) -> Found:
    """What `make` gives, computed once for the same models and choice.

    The models are identified by their addresses, and kept so that no address is reused.
    """
    found: Found = _once(models, make, hash((*map(id, models), choice)))[0]
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _once(_models: tuple[ModelPatterns, ...], _make: Callable[[], Any], key: int) -> Any:
    return _make(), _models


@st.cache_data(max_entries=64, show_spinner=False)
def mean_film_of(
    _films: NDArray[np.uint8], _boxes: Sequence[Box | None], key: tuple[str, ...], aligned: bool
) -> Float32Array:
    """The mean of some films in the common frame; `key` names them."""
    return mean_film(_films, _boxes)
