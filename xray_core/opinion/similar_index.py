"""Make the index of films that others are compared with, once, and keep it.

    films of a run that are on this machine -> a pass each -> caches/similar/<code>.npz
    synthetic films                         -> a pass each -> similar.npz of the run folder

An index of real films stays among the caches of this machine, with small copies of the films. What
lies in a run folder, and is shared with it, was drawn by this program.
"""

import functools
import hashlib
import io
import json
import logging
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.cached_arrays import cache_path
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import encode_jpeg, load_image, resize_image, to_uint8
from xray_core.data.film_cache import as_batch
from xray_core.data.origins import is_synthetic
from xray_core.data.phantom import write_phantoms
from xray_core.data.records import Manifest, Record, film_code
from xray_core.data.scan import scan
from xray_core.errors import DatasetError, RunError
from xray_core.evaluation.predict import softmax
from xray_core.explain.passes import forward
from xray_core.files import replacing
from xray_core.opinion.similar import IndexedFilm, SimilarIndex, unit_rows
from xray_core.runs.loading import weights_hash
from xray_core.runs.store import Run

SIMILAR = "similar.npz"
"""In a run folder: the index of synthetic films."""

THUMBNAIL_PX = 96
SYNTHETIC_FILMS = 32
_SYNTHETIC_SEED = 30_000
_AT_ONCE = 64
_WORKERS = 4
_ROLES = {"train": "training film", "val": "validation film", "test": "test film"}
_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


def films_at_hand(run: Run, manifest: Manifest) -> Manifest:
    """The films of a run among those of data sets here; all of them for a model of your own.

    Raises:
        DatasetError: none of them is there.
    """
    known = _roles(run)
    found = manifest.usable
    if known:
        found = found.where(lambda record: film_code(record) in known)
    if not found.records:
        raise DatasetError(
            "No film of this run is among these data sets.",
            where=run.id,
            fix="Name the data sets that it was trained on with --data, or use --synthetic.",
        )
    return found


def build_index(
    model: Classifier, run: Run, films: Manifest, progress: Progress | None = None
) -> SimilarIndex:
    """Pass films through a model, and gather what the index holds; nothing is written.

    Args:
        model: of the run.
        run: whose films have a role.
        films: that can be read, one or more, as `films_at_hand` gives them.
        progress: called with (films done, films in all).

    Raises:
        ImageReadError: a film changed since the scan and cannot be read any more.
        ExplainError: the weights of the model are damaged.
    """
    roles = _roles(run)
    known: list[IndexedFilm] = []
    features: list[Float32Array] = []
    thumbnails: list[bytes] = []
    for records, pixels, small in _read(films, model.image_size_px):
        logits, maps = forward(model.network, as_batch(pixels), model.layer)
        features.append(unit_rows(maps.mean(axis=(1, 2))).astype(np.float16))
        thumbnails += small
        for record, row in zip(records, softmax(logits), strict=True):
            code, likeliest = film_code(record), int(row.argmax())
            known.append(
                IndexedFilm(
                    code,
                    record.label,
                    record.source,
                    roles.get(code, ""),
                    model.classes[likeliest],
                    round(float(row[likeliest]), 4),
                    is_synthetic(record),
                )
            )
        if progress:
            progress(len(known), len(films.records))
    return SimilarIndex(tuple(known), np.concatenate(features), tuple(thumbnails))


def build_synthetic(model: Classifier, run: Run, progress: Progress | None = None) -> SimilarIndex:
    """The index of synthetic films, drawn now."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = write_phantoms(Path(folder) / "drawn", SYNTHETIC_FILMS, _SYNTHETIC_SEED)
        return build_index(model, run, scan(drawn).usable, progress)


def write_index(run: Run, index: SimilarIndex, *, with_run: bool = False) -> Path:
    """Keep an index.

    Args:
        run: of the model that it was made with.
        index: to be kept.
        with_run: in the run folder, for `build_synthetic`, instead of among the caches.

    Returns:
        The file, replaced in one step.

    Raises:
        OSError: no room, or no right to write; what was there stays.
    """
    path = run.path / SIMILAR if with_run else _cached(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {"state": _state(run), "films": [asdict(film) for film in index.films]}
    ends = np.cumsum([len(data) for data in index.thumbnails])
    with replacing(path) as part, part.open("wb") as file:
        np.savez(
            file,
            facts=np.frombuffer(json.dumps(facts).encode(), np.uint8),
            features=index.features,
            thumbnails=np.frombuffer(b"".join(index.thumbnails), np.uint8),
            ends=ends,
        )
    return path


def read_index(run: Run) -> SimilarIndex | None:
    """The index of real films that was made on this machine, else the synthetic one of the run.

    Returns:
        None where there is neither, or only that of other weights.
    """
    state = _state(run)
    for path in (_cached(run), run.path / SIMILAR):
        if path.is_file() and (found := _load(path, path.stat().st_mtime_ns, state)):
            return found
    return None


@functools.lru_cache(maxsize=4)
def _load(path: Path, _changed: int, state: str) -> SimilarIndex | None:
    try:
        kept_state, index = _parse(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        _log.warning("%s is damaged (%s) and left out.", path.name, type(error).__name__)
        return None
    if kept_state != state:
        _log.warning("%s belongs to other weights and is left out.", path.name)
        return None
    return index


def _parse(data: bytes) -> tuple[str, SimilarIndex]:
    """The state that an index belongs to, and the index; raises where it is damaged."""
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        facts = json.loads(kept["facts"].tobytes())
        features, ends = kept["features"], kept["ends"].tolist()
        joined = kept["thumbnails"].tobytes()
    films = tuple(IndexedFilm(**film) for film in facts["films"])
    starts = [0, *ends[:-1]]
    thumbnails = tuple(joined[a:b] for a, b in zip(starts, ends, strict=True))
    if not len(films) == len(features) == len(thumbnails) > 0 or features.ndim != 2:
        raise ValueError("rows are missing")
    return str(facts["state"]), SimilarIndex(films, features, thumbnails)


def _read(
    films: Manifest, size_px: int
) -> Iterator[tuple[Sequence[Record], UInt8Array, list[bytes]]]:
    """Some films at a time: records, uint8 (film, size, size), and JPEG thumbnails."""

    def read(record: Record) -> tuple[UInt8Array, bytes]:
        film = load_image(films.path_of(record))
        picture = Image.fromarray(to_uint8(film.pixels))
        picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
        return to_uint8(resize_image(film.pixels, size_px)), encode_jpeg(np.asarray(picture))

    with ThreadPoolExecutor(_WORKERS) as pool:
        for start in range(0, len(films.records), _AT_ONCE):
            records = films.records[start : start + _AT_ONCE]
            pixels, small = zip(*pool.map(read, records), strict=True)
            yield records, np.stack(pixels), list(small)


def _roles(run: Run) -> dict[str, str]:
    """Film id -> what it was to the run; films that took no part are left out."""
    try:
        records = run.manifest().records
    except RunError:
        return {}
    return {record.id: _ROLES[record.split] for record in records if record.split in _ROLES}


def _state(run: Run) -> str:
    """A code of all that features and answers depend on."""
    calibration = None if run.is_own else run.calibration()
    parts = f"{weights_hash(run)} {run.config.target_layer} {run.image_size_px} {calibration}"
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _cached(run: Run) -> Path:
    digest = hashlib.sha256(f"similar 2 {run.id} {_state(run)}".encode())
    return cache_path("similar", digest, suffix=".npz")
