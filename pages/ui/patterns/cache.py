"""What the Patterns page keeps between its runs, as `cache.py` does for films, models and maps."""

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TypeVar

import pandas as pd
import streamlit as st

from pages.ui.patterns.charts import agreement_table
from pages.ui.shared import cache
from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.records import Manifest
from xray_core.explain.stored import films_to_test, read_maps
from xray_core.lungs.boxes import Box
from xray_core.patterns.findings import Finding, find_patterns
from xray_core.patterns.model import ModelPatterns, learn_patterns
from xray_core.patterns.picture import mean_film
from xray_core.runs.store import Run

Found = TypeVar("Found")


def _patterns_key(model: ModelPatterns) -> tuple[str, str]:
    return model.name, model.stored.hash


KEYS = {**cache.KEYS, ModelPatterns: _patterns_key}
"""As of `pages/ui/shared/cache.py`, and what tells apart what models have learnt."""


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=KEYS)
def films_of_test(run: Run, manifest: Manifest) -> Manifest:
    """The films of a data set that say what a run has learnt, as `films_to_test`."""
    return films_to_test(run, manifest)


@st.cache_resource(max_entries=16, show_spinner="Looking at the maps", hash_funcs=KEYS)
def patterns_of(path: Path, classes: tuple[str, ...], name: str) -> ModelPatterns | None:
    """What a run has learnt, from stored maps; None where there are none that can be used."""
    stored = read_maps(path, classes)
    return None if stored is None else learn_patterns(name, stored)


@st.cache_resource(max_entries=16, show_spinner="Comparing the maps", hash_funcs=KEYS)
def findings_of(models: tuple[ModelPatterns, ...]) -> tuple[Finding, ...]:
    """What stands out, computed once for the same models."""
    return find_patterns(models)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=KEYS)
def agreement_of(models: tuple[ModelPatterns, ...]) -> pd.DataFrame:
    """How far every two models agree, as `agreement_table`."""
    return agreement_table(models)


@st.cache_resource(max_entries=128, show_spinner=False, hash_funcs=KEYS)
def once(model: ModelPatterns, choice: Hashable, _make: Callable[[], Found]) -> Found:
    """What `_make` gives, computed once for the same model and choice."""
    return _make()


@st.cache_data(max_entries=64, show_spinner=False)
def mean_film_of(
    _films: UInt8Array, boxes: Sequence[Box | None], names: tuple[str, ...]
) -> Float32Array:
    """The mean of some films in the common frame; `names` are the codes of the films."""
    return mean_film(_films, boxes)
