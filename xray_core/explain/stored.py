"""Explained films of a whole test set, kept with a run: computed in the prediction's own pass.

    explanations/test_maps.npz   film_ids, labels, sources, patients (film), classes (class),
                                 method, layer, probabilities float32 (film, class),
                                 evidence int8 (film, class, height, width), never cut, in steps
                                 of scale float32 (film, class), a 127th of the greatest value,
                                 lungs: outlines of 64 x 64 bits, packed (film, 512)

Method and layer are the default of the run (`map_shown`). Maps of more than `MOST_CELLS` cells
per side, as early layers have, are averaged by area to that many: 1,758 films with four classes
take less than 2.5 MB.

Older versions kept evidence as float16; before that `maps`, its positive part, probabilities as
float16, and no layer: that was always the last one.

A film is named by `film_code`: no path, no patient.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import Float16Array
from xray_core.cached_arrays import cache_path
from xray_core.data.records import Manifest, film_code
from xray_core.evaluation.evaluate import each_once, films_of_known_classes, unseen_films
from xray_core.explain.explained import LUNGS_PX, METHOD, ExplainedFilms, as_float16, coarse
from xray_core.explain.methods import METHODS
from xray_core.explain.shown import last_layer, map_shown
from xray_core.files import replacing
from xray_core.runs.store import TEST_MAPS, Run

_STEPS = 127


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
    fix = "Choose a data set with at least one of the model's classes."
    return films_of_known_classes(run, each_once(films), fix)


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
    return cache_path("maps", digest, suffix=".npz")


def is_old(run: Run, kept: ExplainedFilms) -> bool:
    """Whether maps were made by another method or at another layer than the run shows today."""
    method, layer = map_shown(run)
    last = last_layer(run)  # that of files which name none
    return (kept.method, kept.layer or last) != (method, layer or last)


def write_maps(path: Path, explained: ExplainedFilms) -> None:
    """Keep explained films, in one step; maps become coarse, and are kept in 8 bits.

    Raises:
        OSError: no room or no right to write; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    maps = coarse(explained.evidence).astype(np.float32)
    scale = np.abs(maps).max(axis=(2, 3)) / _STEPS
    steps = np.rint(maps / np.where(scale > 0, scale, 1)[..., None, None])
    with replacing(path) as part:
        np.savez_compressed(
            part,
            classes=_texts(explained.classes),
            film_ids=_texts(explained.film_ids),
            labels=_texts(explained.labels),
            sources=_texts(explained.sources),
            patients=_texts(explained.patients),
            probabilities=explained.probabilities,
            evidence=np.nan_to_num(steps).astype(np.int8),
            scale=scale,
            method=_texts([explained.method]),
            layer=_texts([explained.layer]),
            lungs=np.packbits(explained.lungs.reshape(len(explained.lungs), -1), axis=1),
        )


def read_maps(path: Path, classes: tuple[str, ...]) -> ExplainedFilms | None:
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
            cut = "evidence" not in file
            bits = np.unpackbits(file["lungs"], axis=1)
            explained = ExplainedFilms(
                tuple(map(str, file["classes"])),
                tuple(map(str, file["film_ids"])),
                tuple(map(str, file["labels"])),
                tuple(map(str, file["sources"])),
                tuple(map(str, file["patients" if "patients" in file else "film_ids"])),
                file["probabilities"].astype(np.float32),
                _evidence(file),
                bits.reshape(-1, LUNGS_PX, LUNGS_PX).astype(bool),
                str(file["method"][0]) if "method" in file else METHOD,
                cut,
                str(file["layer"][0]) if "layer" in file else "",
            )
    except Exception:  # a damaged zip raises whatever its bytes lead to
        return None
    return explained if explained.classes == classes and _fits(explained) else None


def _evidence(file: Any) -> Float16Array:
    """The maps of a file of this or an older version."""
    if "scale" not in file:
        kept: Float16Array = file["evidence" if "evidence" in file else "maps"]
        return kept
    return as_float16(file["evidence"].astype(np.float32) * file["scale"][..., None, None])


def _fits(explained: ExplainedFilms) -> bool:
    n, k = len(explained.film_ids), len(explained.classes)
    return (
        n > 0
        and len(set(explained.film_ids)) == len(explained.labels) == len(explained.sources) == n
        and len(explained.patients) == n
        and explained.probabilities.shape == (n, k)
        and explained.evidence.ndim == 4
        and explained.evidence.shape[:2] == (n, k)
        and explained.evidence.dtype == np.float16
        and explained.method in METHODS
        and len(explained.lungs) == n
        and bool(np.isfinite(explained.evidence).all())
    )


def _texts(words: Sequence[str]) -> NDArray[np.str_]:
    return np.array(words, dtype=np.str_)


def _test_codes(run: Run) -> frozenset[str]:
    records = run.manifest().records  # run folders hold codes
    return frozenset(record.id for record in records if record.split == "test")
