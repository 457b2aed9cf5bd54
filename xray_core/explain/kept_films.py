"""Explained films of a data set, chunk by chunk: read from disk where they were kept before.

A chunk is named by its run, the state of its weights, method, layer and films; nothing but numbers
is in its file. What is damaged counts as not there.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from xray_core.cached_arrays import cache_path
from xray_core.data.records import Manifest, film_code
from xray_core.explain.explained import LUNGS_PX, ExplainedFilms, collect_films
from xray_core.files import replacing
from xray_core.runs.store import Run

FIRST_CHUNK = 4
"""Films of the first chunk, which somebody waits for."""

CHUNK = 16
_log = logging.getLogger(__name__)


def chunks_of(films: Manifest) -> Iterator[Manifest]:
    """The films in order, a few first and then `CHUNK` at a time."""
    start, size = 0, FIRST_CHUNK
    while start < len(films.records):
        yield Manifest(films.records[start : start + size], films.roots)
        start, size = start + size, CHUNK


def kept_path(run: Run, films: Manifest, method: str, layer: str) -> Path:
    """Where the maps of these films are kept among the caches.

    Raises:
        OSError: the run has no weights.
    """
    digest = hashlib.sha256(f"{run.id} {run.changed} {method} {layer}".encode())
    for record in films.records:
        digest.update(film_code(record).encode())
    return cache_path("explained", digest, suffix=".npz")


def read_kept(
    path: Path, classes: tuple[str, ...], films: Manifest, method: str, layer: str
) -> ExplainedFilms | None:
    """What `write_kept` kept; None where it is missing or damaged."""
    if not path.is_file():
        return None
    n = len(films.records)
    try:
        with np.load(path, allow_pickle=False) as file:
            probabilities, evidence = file["probabilities"], file["evidence"]
    except Exception as error:  # a damaged zip raises whatever its bytes lead to
        _log.warning("%s is damaged (%s) and made again.", path.name, type(error).__name__)
        return None
    fits = probabilities.shape == (n, len(classes)) == evidence.shape[:2] and evidence.ndim == 4
    if not fits or not np.isfinite(evidence).all() or not np.isfinite(probabilities).all():
        _log.warning("%s is not what it should be and made again.", path.name)
        return None
    return collect_films(classes, films, probabilities, evidence, method=method, layer=layer)


def write_kept(path: Path, explained: ExplainedFilms) -> None:
    """Keep explained films as they are, in one step.

    Raises:
        OSError: no room or no right to write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part, part.open("wb") as file:
        np.savez(file, probabilities=explained.probabilities, evidence=explained.evidence)


def joined_films(parts: Sequence[ExplainedFilms]) -> ExplainedFilms:
    """Films that one model explained by one method, as one thing; one part or more."""

    def texts(name: str) -> tuple[str, ...]:
        return tuple(word for part in parts for word in getattr(part, name))

    return replace(
        parts[0],
        film_ids=texts("film_ids"),
        labels=texts("labels"),
        sources=texts("sources"),
        patients=texts("patients"),
        probabilities=np.concatenate([part.probabilities for part in parts]),
        evidence=np.concatenate([part.evidence for part in parts]),
        lungs=np.concatenate([part.lungs.reshape(-1, LUNGS_PX, LUNGS_PX) for part in parts]),
    )
