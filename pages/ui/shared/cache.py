"""Films, models and maps that are kept between runs of a page.

With `cache.py` of Compare and Patterns, and `pages/ui/explain/filling.py`, the only `st.cache_*` of
the app. Models and arrays are shared by all sessions and never changed. Films that a visitor
uploads or drops are not kept here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from pages.ui.shared import session
from pages.ui.shared.dropped import DroppedFilms, is_dropped
from pages.ui.shared.progress import progress_bar
from xray_core.arrays import BoolArray, UInt8Array
from xray_core.classifier import Classifier, open_model
from xray_core.data.decoding.images import Film, load_image, read_file, to_uint8
from xray_core.data.duplicates import near_duplicate_groups
from xray_core.data.film_cache import cache_films
from xray_core.data.film_facts import FilmFacts, facts_of
from xray_core.data.masks import box_mask, lesion_path, load_mask
from xray_core.data.records import Manifest
from xray_core.data.split_leaks import Leak, split_leaks
from xray_core.data.stats import ImageStats, image_stats
from xray_core.errors import DataError, WeightsError
from xray_core.evaluation.selection import SeenFilms
from xray_core.explain.explained import ExplainedFilms
from xray_core.lungs.finder import find_lungs
from xray_core.opinion.consulted import Consulted
from xray_core.opinion.known import known_answers
from xray_core.opinion.prevalence import Frequencies, frequencies
from xray_core.quality.trust import (
    Reading,
    measured_readings,
    quick_readings,
    verdict,
)
from xray_core.runs.scope import Scope, scope_of
from xray_core.runs.store import PREDICTIONS, Run, open_run

Readings = tuple[Reading, ...]


@dataclass(frozen=True)
class DatasetLinks:
    """Films that belong together, and those among them that are in several splits.

    Attributes:
        near_duplicates: record ids of each group.
        leaks: over the data set's own split.
    """

    near_duplicates: tuple[tuple[str, ...], ...]
    leaks: tuple[Leak, ...]


def _run_key(run: Run) -> tuple[str, int]:
    return str(run.path), run.changed


def _manifest_key(manifest: Manifest) -> str:
    return manifest.hash


def _path_key(path: Path) -> tuple[str, int, int] | str:
    """Which file it is and in which state; its name alone while nothing can be read there."""
    try:
        state = path.stat()
    except OSError:
        return str(path)
    return str(path), state.st_mtime_ns, state.st_size


def _explained_key(explained: ExplainedFilms) -> str:
    return explained.hash


KEYS: dict[str | type[Any], Callable[[Any], Any]] = {
    ExplainedFilms: _explained_key,
    Run: _run_key,
    Manifest: _manifest_key,
    type(Path()): _path_key,
}
"""What tells runs, manifests and files apart: `hash_funcs` of everything cached for them.

A file that was replaced is another file.
"""


@st.cache_resource(max_entries=6, show_spinner="Loading the model", hash_funcs=KEYS)
def classifier_of(run: Run) -> Classifier:
    """The run's network with its weights and all that belongs to it, one copy for all sessions."""
    return open_model(run)


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs=KEYS)
def consulted_run(run: Run) -> Consulted:
    """The run as a model that is asked for its opinion, one copy for all sessions."""
    return Consulted(classifier_of(run), run)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=KEYS)
def known_frequencies(
    runs: tuple[Run, ...], classes: tuple[str, ...], age_group: str
) -> Frequencies | None:
    """What the mean of some runs answers to sick and healthy people of its own test films."""
    return frequencies(known_answers(runs, classes, age_group))


def film_of(path: Path) -> Film:
    """One decoded film of a data set."""
    return load_image(path) if is_dropped(path) else _film_of(path)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=KEYS)  # 300 MB at most, mostly 4
def _film_of(path: Path) -> Film:
    return load_image(path)


def small_film_of(path: Path, side_px: int = 192) -> UInt8Array:
    """A small version of the film, uint8 (height, width), at most `side_px` on either side."""
    dropped = _dropped_with([path])
    if dropped is None:
        return _small_film_of(path, side_px)
    return dropped.known((path, side_px), lambda: _made_small(path, side_px))


def _dropped_with(paths: Iterable[Path]) -> DroppedFilms | None:
    """The films of this visit, where paths are of them: what is made of those goes with them."""
    return session.DROPPED.get() if any(map(is_dropped, paths)) else None


@st.cache_data(max_entries=1024, show_spinner=False, hash_funcs=KEYS)
def _small_film_of(path: Path, side_px: int) -> UInt8Array:
    return _made_small(path, side_px)


def _made_small(path: Path, side_px: int) -> UInt8Array:
    picture = Image.fromarray(to_uint8(load_image(path).pixels))
    picture.thumbnail((side_px, side_px))
    return np.asarray(picture)


def record_film(manifest: Manifest, record_id: str) -> Film:
    """The film of a record, as large as it is on disk."""
    return film_of(manifest.path_of(manifest.by_id[record_id]))


@st.cache_data(max_entries=256, show_spinner=False, hash_funcs=KEYS)
def facts_of_file(path: Path) -> FilmFacts:
    """What the tags of a film of a data set say."""
    return facts_of(read_file(path), path.name)


def record_lungs(manifest: Manifest, record_id: str) -> BoolArray | None:
    """The lungs of a record: the data set's mask, else what the network finds; else None."""
    record = manifest.by_id[record_id]
    mask = _mask_at(manifest.roots[record.dataset] / record.mask) if record.mask else None
    return mask if mask is not None else _found_lungs(manifest.path_of(record))


@st.cache_data(max_entries=256, show_spinner=False, hash_funcs=KEYS)
def _found_lungs(path: Path) -> BoolArray | None:
    return film_lungs(film_of(path))


def film_lungs(film: Film) -> BoolArray | None:
    """The lungs on a film as the network finds them; None where it fails or is not there."""
    try:
        return find_lungs(film.pixels)
    except WeightsError:
        return None


def record_finding(manifest: Manifest, record_id: str) -> BoolArray | None:
    """The true finding of a film, where the data set has a mask or boxes of it; else None."""
    record = manifest.by_id[record_id]
    path = lesion_path(manifest, record)
    mask = _mask_at(path) if path else None
    return mask if mask is not None else box_mask(record)


def _mask_at(path: Path) -> BoolArray | None:
    try:
        return _mask(path)
    except (OSError, DataError):
        return None


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=KEYS)
def _mask(path: Path) -> BoolArray:
    return load_mask(path)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=KEYS)
def thumbnails(manifest: Manifest, size_px: int = 128) -> UInt8Array:
    """Small films uint8 (films, size, size) in the order of the records."""
    return cache_films(manifest, size_px)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=KEYS)
def judged_answers(
    manifest: Manifest, explained: ExplainedFilms
) -> tuple[tuple[str, float | None], ...]:
    """How far a model's maps of its answers can be trusted, judged from each map alone.

    Args:
        manifest: the films.
        explained: the first of them, or all.

    Returns:
        Of each film one word of `xray_core.quality.trust.verdict` and the share of the map inside
        the lungs, in [0, 1]; "" and None where its map is not shown, None without lungs.
    """
    judged = []
    total = len(explained.film_ids)
    with progress_bar(lambda *_: "Judging the maps", "Judging the maps") as show:
        for row, record in enumerate(manifest.records[:total]):
            item = max(explained.attributions(row), key=lambda part: part.probability)
            readings = quick_readings(item, record_lungs(manifest, record.id))
            inside = (part.value for part in readings if part.name == "lungs")
            judged.append((verdict(readings)[0] if readings else "", next(inside, None)))
            show(row + 1, total)
    return tuple(judged)


@st.cache_resource(max_entries=64, show_spinner="Explaining the films", hash_funcs=KEYS)
def explained_films(run: Run, manifest: Manifest) -> ExplainedFilms:
    """What a run makes of a few films, with the map that it shows."""
    return classifier_of(run).explain_films(manifest)


@st.cache_data(max_entries=512, show_spinner="Measuring this map", hash_funcs=KEYS)
def measured_map(
    run: Run, manifest: Manifest, record_id: str, label: str, method: str, layer: str
) -> Readings:
    """The measures of one map that need more passes, computed once."""
    film = record_film(manifest, record_id)
    return measured_readings(classifier_of(run), film, label, method, layer=layer or None)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=KEYS)
def seen_films(run: Run) -> SeenFilms:
    """Films and patients that the run was trained on."""
    return SeenFilms(run)


def dataset_links(manifest: Manifest) -> DatasetLinks:
    """Near-duplicates of a data set, and leaks over its own split."""
    dropped = _dropped_with(manifest.roots.values())
    if dropped is None:
        return _dataset_links(manifest)
    return dropped.known(("links", manifest.hash), lambda: _made_links(manifest))


@st.cache_data(max_entries=16, show_spinner="Comparing the films", hash_funcs=KEYS)
def _dataset_links(manifest: Manifest) -> DatasetLinks:
    return _made_links(manifest)


def _made_links(manifest: Manifest) -> DatasetLinks:
    return DatasetLinks(near_duplicate_groups(manifest), split_leaks(manifest))


@st.cache_data(max_entries=16, show_spinner="Measuring the films", hash_funcs=KEYS)
def _film_stats(manifest: Manifest) -> ImageStats:
    return image_stats(manifest)


def film_stats(manifest: Manifest) -> ImageStats:
    """Brightness and mean films of a data set."""
    dropped = _dropped_with(manifest.roots.values())
    if dropped is None:
        return _film_stats(manifest)
    return dropped.known(("stats", manifest.hash), lambda: image_stats(manifest))


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=KEYS)
def predictions_of(path: Path) -> pd.DataFrame:
    """A run's stored predictions, from their file in its folder."""
    return open_run(path.parent).predictions()


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=KEYS)
def scope_known(run: Run) -> Scope | None:
    """What a run was trained on, by class and age group; its manifest is read once."""
    return scope_of(run)


def films_tested(run: Run) -> pd.DataFrame:
    """Stored predictions of the run's test films."""
    table = predictions_of(run.path / PREDICTIONS)
    return table[table["split"] == "test"]
