"""The films most like this one to a model: which they are, and where they come from.

Nearest by the cosine of the features that the head of the network sees. Neighbours of one source
are a warning: the model may know the scanner and not the lung (Zech et al. 2018,
https://doi.org/10.1371/journal.pmed.1002683).

The index is made once, by `build_index`, which takes a pass per film and reports its progress; it
is kept among the caches. Nothing here makes it in passing.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.cached_arrays import cache_path, cached_array, read_array
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import Film
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.origins import is_synthetic
from xray_core.data.records import Manifest, Record, film_code
from xray_core.errors import DatasetError, RunError
from xray_core.explain.passes import forward
from xray_core.networks.layers import layer_output
from xray_core.opinion.scoped import in_sentence
from xray_core.runs.store import Run

NEIGHBOURS = 5
ALIKE = 1e-4
"""Cosine distance below which two films are the same picture to the model."""

_AT_ONCE = 64
_ROLES = {"train": "training film", "val": "validation film", "test": "test film"}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Neighbour:
    """A film that is like another one to a model.

    Attributes:
        film_id: as `Film.id` of its file.
        label: its class; "" where it has none.
        source: where it comes from; "" where it is not stated.
        role: `training film`, `validation film` or `test film` of the model; "" for another one.
        distance: cosine distance of the features, in [0, 2]; 0 for the same film.
        same: whether it is the film itself, byte by byte.
        record: of the data set, to show it.
    """

    film_id: str
    label: str
    source: str
    role: str
    distance: float
    same: bool
    record: Record = field(repr=False)

    def as_json(self) -> dict[str, object]:
        """All of it but the record, which names a file."""
        return {
            "film": self.film_id,
            "label": self.label,
            "source": self.source,
            "role": self.role,
            "distance": round(self.distance, 4),
            "same": self.same,
        }


@dataclass(frozen=True)
class Similar:
    """The films most like one film.

    Attributes:
        model: title of the model whose features were compared.
        films: the nearest first.
        n: films that were looked through.
        words: what is to be known of them, sentences.
    """

    model: str
    films: tuple[Neighbour, ...]
    n: int
    words: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Keys `model`, `n`, `words` and `films`."""
        films = [item.as_json() for item in self.films]
        return {"model": self.model, "n": self.n, "words": list(self.words), "films": films}


@dataclass(frozen=True, eq=False)
class SimilarIndex:
    """The features of films on this machine, as one model sees them.

    Attributes:
        manifest: the films.
        features: float32 (film, channel), each row of length 1.
        roles: of each film.
    """

    manifest: Manifest
    features: Float32Array = field(repr=False)
    roles: tuple[str, ...] = field(repr=False)


def films_at_hand(run: Run, manifests: Sequence[Manifest]) -> Manifest | None:
    """Films of a run that are on this machine: of the data set that holds most of them.

    Args:
        run: whose training, validation and test films are looked for.
        manifests: of the data sets here, scanned.

    Returns:
        None where there is none.
    """
    known = _roles(run)
    found = [item.usable.where(lambda record: film_code(record) in known) for item in manifests]
    best = max(found, key=lambda item: len(item.records), default=None)
    return best if best is not None and best.records else None


def build_index(
    model: Classifier, run: Run, manifest: Manifest, progress: Progress | None = None
) -> SimilarIndex:
    """The index of films, made where it is not kept yet: one pass per film.

    Args:
        model: of the run.
        run: whose `changed` names the weights.
        manifest: films that can be read, one or more, as `films_at_hand` gives them, or the demo
            films.
        progress: called with (films done, films in all).

    Raises:
        DatasetError: there is no film.
        ImageReadError: a film changed since the scan and cannot be read any more.
        OSError: no room, or no right to write.
    """
    if not manifest.records:
        raise DatasetError("There is no film to compare with.", fix="Add a data set.")
    films = cache_films(manifest, model.image_size_px)

    def fill(features: Float32Array) -> None:
        for start in range(0, len(films), _AT_ONCE):
            batch = as_batch(films[start : start + _AT_ONCE])
            pooled = forward(model.network, batch, model.layer)[1].mean(axis=(1, 2))
            features[start : start + len(batch)] = _unit(pooled)
            if progress:
                progress(min(start + _AT_ONCE, len(films)), len(films))

    path, shape = _place(model, run, manifest)
    return _index(run, manifest, cached_array(path, shape, np.float32, fill))


def read_index(model: Classifier, run: Run, manifest: Manifest) -> SimilarIndex | None:
    """The index that `build_index` made; None where it has not."""
    path, shape = _place(model, run, manifest)
    found = read_array(path, shape, np.float32)
    return None if found is None else _index(run, manifest, found)


def similar_films(
    film: Film, model: Classifier, index: SimilarIndex, n: int = NEIGHBOURS
) -> Similar:
    """The films most like one, to a model.

    Args:
        film: of any size.
        model: that the index was made with.
        index: of the films to compare with.
        n: how many.
    """
    own = _unit(np.asarray(model.features(film), np.float32)[None])[0]
    distances = 1 - index.features @ own
    nearest = np.argsort(distances, kind="stable")[:n]
    records = index.manifest.records
    found = tuple(
        Neighbour(
            film_code(records[row]),
            records[row].label,
            records[row].source,
            index.roles[row],
            max(0.0, float(distances[row])),
            film_code(records[row]) == film.id,
            records[row],
        )
        for row in nearest
    )
    return Similar(model.title, found, len(records), _words(found))


def _words(films: Sequence[Neighbour]) -> tuple[str, ...]:
    words = []
    if all(is_synthetic(item.record) for item in films):
        words.append("These are synthetic films, drawn by this program: no patient is among them.")
    for item in films:
        what = f"labelled {in_sentence(item.label)}" if item.label else "without a label"
        role = f"a {item.role} of the model" if item.role else "a film of the data set"
        if item.same:
            words.append(f"This film is itself {role}, {what}.")
        elif item.distance < ALIKE:
            words.append(f"To the model this film is the same picture as {role}, {what}.")
    counts = Counter(item.source for item in films if item.source)
    if counts and len(films) > 1:
        source, most = counts.most_common(1)[0]
        if most >= 0.8 * len(films):
            words.append(
                f"{most} of {len(films)} come from one source ({source}): the model may know the "
                "scanner."
            )
    return tuple(words)


def _index(run: Run, manifest: Manifest, features: Float32Array) -> SimilarIndex:
    roles = _roles(run)
    found = tuple(roles.get(film_code(record), "") for record in manifest.records)
    return SimilarIndex(manifest, features, found)


def _roles(run: Run) -> dict[str, str]:
    """Film id -> what it was to the run; films that took no part are left out."""
    try:
        records = run.manifest().records
    except RunError:
        return {}
    return {record.id: _ROLES[record.split] for record in records if record.split in _ROLES}


def _place(model: Classifier, run: Run, manifest: Manifest) -> tuple[Path, tuple[int, int]]:
    digest = hashlib.sha256(f"similar 1 {run.id} {run.changed} {model.layer}".encode())
    for record in manifest.records:
        digest.update(film_code(record).encode())
    channels = int(layer_output(model.network, model.layer).shape[-1])
    return cache_path("similar", digest), (len(manifest.records), channels)


def _unit(values: Float32Array) -> Float32Array:
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    unit: Float32Array = (values / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
