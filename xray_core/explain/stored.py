"""Maps of a whole test set, kept with a run: computed once, in the prediction's own pass.

    explanations/test_maps.npz   film_ids, labels, sources, patients (film), classes (class),
                                 probabilities float16 (film, class),
                                 maps float16 (film, class, height, width), in logit units,
                                 lungs: outlines of 64 x 64 bits, packed (film, 512)

A film is named by `film_code`: no path, no patient. A map of 10 x 10 for four classes takes 800
bytes per film before compression.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xray_core.arrays import BoolArray, Float16Array, Float32Array, UInt8Array
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.records import Manifest, film_code, patient_code
from xray_core.errors import DatasetError
from xray_core.evaluation.evaluate import unseen_films
from xray_core.explain.methods import predict_and_explain
from xray_core.files import replacing
from xray_core.lungs.finder import lungs_of_all
from xray_core.lungs.zones import divide_lungs
from xray_core.runs.loading import load_model
from xray_core.runs.store import TEST_MAPS, Run
from xray_core.settings import get_settings

Progress = Callable[[int, int], None]

METHOD = "grad_cam"
LUNGS_PX = 64
BATCH = 32
_GREATEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True)
class StoredMaps:
    """Grad-CAM of all classes for many films.

    Attributes:
        classes: labels in the order of the logits.
        film_ids: as `film_code` names films; no two are the same.
        labels, sources: of the films; a source may be empty.
        patients: as `patient_code` names them. Maps that older versions wrote have none: there
            every film counts as a separate patient.
        probabilities: float16 (film, class).
        maps: float16 (film, class, height, width), >= 0, raw.
        lungs: bool (film, 64, 64); all False for a film without a mask that can be relied on.
    """

    classes: tuple[str, ...]
    film_ids: tuple[str, ...]
    labels: tuple[str, ...]
    sources: tuple[str, ...]
    patients: tuple[str, ...]
    probabilities: Float16Array
    maps: Float16Array
    lungs: BoolArray

    @property
    def has_lungs(self) -> BoolArray:
        """Of each film, whether its lungs are known."""
        return np.array([outline.any() for outline in self.lungs], bool)


def films_to_test(run: Run, manifest: Manifest) -> Manifest:
    """The films of a data set that say what a run has learnt, each of them once.

    Those of the run's own test split as far as they are there; where none is, those that
    `unseen_films` leaves, as for scores.

    Raises:
        DatasetError: nothing is left, or no film has a label that the run knows.
    """
    own = _test_codes(run)
    films = manifest.usable.where(lambda record: film_code(record) in own)
    if not films.records:
        films = unseen_films(run, manifest)
    first = {film_code(record): record.id for record in reversed(films.records)}
    ids = set(first.values())
    films = films.where(lambda record: record.id in ids and record.label in run.classes)
    if not films.records:
        raise DatasetError(
            "No film has a label that the model knows.",
            where=f"model: {', '.join(run.classes)}",
            fix="Choose a data set with at least one of the model's classes.",
        )
    return films


def maps_path(run: Run, films: Manifest) -> Path:
    """Where the maps of these films are kept.

    In the run folder if the films are its whole test split, else among the caches: maps of other
    films never take the place of those.
    """
    codes = {film_code(record) for record in films.records}
    if codes and codes == _test_codes(run):
        return run.path / TEST_MAPS
    digest = hashlib.sha256(f"{run.id} {run.changed}".encode())
    for code in sorted(codes):
        digest.update(code.encode())
    return get_settings().cache_dir / "maps" / f"{digest.hexdigest()[:24]}.npz"


def compute_maps(
    run: Run, films: Manifest, progress: Progress | None = None, *, model: Any = None
) -> StoredMaps:
    """Predict and explain all films.

    Args:
        run: with weights.
        films: usable, labelled records, as `films_to_test` returns.
        progress: called with (films done, films in all).
        model: of the run, where it is loaded already.

    Raises:
        ImageReadError: a film changed since the scan and cannot be read any more.
        WeightsError: the run has no weights that can be read.
    """
    model = model or load_model(run)
    pixels = cache_films(films, run.image_size_px)
    probabilities, maps = explain_films(model, pixels, progress)
    return collect_maps(run.classes, films, probabilities, maps, lungs_of_all(films, pixels))


def explain_films(
    model: Any, films: UInt8Array, progress: Progress | None = None
) -> tuple[Float32Array, Float16Array]:
    """Probabilities (film, class) and Grad-CAM (film, class, height, width) of many films.

    Args:
        model: flat functional `keras.Model` ending in logits; read, never changed.
        films: uint8 (films, size, size), one or more.
        progress: called with (films done, films in all).

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    probabilities, maps = [], []
    for start in range(0, len(films), BATCH):
        batch = as_batch(films[start : start + BATCH])
        found, explained = predict_and_explain(model, batch, METHOD)
        probabilities.append(found)
        maps.append(as_float16(explained))
        if progress:
            progress(start + len(batch), len(films))
    return np.concatenate(probabilities), np.concatenate(maps)


def as_float16(maps: Float32Array) -> Float16Array:
    """Maps in half the space; what float16 cannot hold becomes its largest number, not infinity."""
    return np.clip(maps, -_GREATEST, _GREATEST).astype(np.float16)


def collect_maps(
    classes: tuple[str, ...],
    films: Manifest,
    probabilities: Float32Array,
    maps: Float16Array,
    lungs: Sequence[BoolArray | None],
) -> StoredMaps:
    """What is kept of films: row i of the arrays is `films.records[i]`, as in `lungs_of_all`."""
    return StoredMaps(
        classes,
        tuple(map(film_code, films.records)),
        tuple(record.label for record in films.records),
        tuple(record.source for record in films.records),
        tuple(map(patient_code, films.records)),
        probabilities.astype(np.float16),
        maps,
        np.stack(list(map(_small_lungs, lungs))),
    )


def write_maps(path: Path, stored: StoredMaps) -> None:
    """Keep maps, in one step.

    Raises:
        OSError: no room or no right to write; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        np.savez_compressed(
            part,
            classes=_texts(stored.classes),
            film_ids=_texts(stored.film_ids),
            labels=_texts(stored.labels),
            sources=_texts(stored.sources),
            patients=_texts(stored.patients),
            probabilities=stored.probabilities,
            maps=stored.maps,
            lungs=np.packbits(stored.lungs.reshape(len(stored.lungs), -1), axis=1),
        )


def read_maps(path: Path, classes: tuple[str, ...]) -> StoredMaps | None:
    """What `write_maps` kept.

    Args:
        path: of the file.
        classes: of the run; maps of other classes are not those of this run.

    Returns:
        None where the file is missing, damaged, or does not fit: it counts as not there.
    """
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            bits = np.unpackbits(file["lungs"], axis=1)
            stored = StoredMaps(
                tuple(map(str, file["classes"])),
                tuple(map(str, file["film_ids"])),
                tuple(map(str, file["labels"])),
                tuple(map(str, file["sources"])),
                tuple(map(str, file["patients" if "patients" in file else "film_ids"])),
                file["probabilities"],
                file["maps"],
                bits.reshape(-1, LUNGS_PX, LUNGS_PX).astype(bool),
            )
    except Exception:  # a damaged zip raises whatever its bytes lead to
        return None
    return stored if stored.classes == classes and _fits(stored) else None


def _fits(stored: StoredMaps) -> bool:
    n, k = len(stored.film_ids), len(stored.classes)
    return (
        n > 0
        and len(set(stored.film_ids)) == len(stored.labels) == len(stored.sources) == n
        and len(stored.patients) == n
        and stored.probabilities.shape == (n, k)
        and stored.maps.ndim == 4
        and stored.maps.shape[:2] == (n, k)
        and stored.maps.dtype == np.float16
        and len(stored.lungs) == n
        and bool(np.isfinite(stored.maps).all())
    )


def _texts(words: Sequence[str]) -> NDArray[np.str_]:
    return np.array(words, dtype=np.str_)


def _test_codes(run: Run) -> frozenset[str]:
    records = run.manifest().records  # run folders hold codes
    return frozenset(record.id for record in records if record.split == "test")


def _small_lungs(mask: BoolArray | None) -> BoolArray:
    """The lungs in small; nothing where there is no reliable mask."""
    nothing = np.zeros((LUNGS_PX, LUNGS_PX), bool)
    if mask is None:
        return nothing
    picture = Image.fromarray(mask.astype(np.uint8) * 255)
    small = np.asarray(picture.resize((LUNGS_PX, LUNGS_PX), Image.Resampling.BOX)) > 127
    return small if divide_lungs(small) is not None else nothing
