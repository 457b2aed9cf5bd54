"""Many films, explained by one model: probabilities, and all evidence for every class."""

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xray_core.arrays import BoolArray, Float16Array, Float32Array, IndexArray, UInt8Array
from xray_core.data.film_cache import as_batch
from xray_core.data.records import Manifest, film_code, patient_code
from xray_core.evaluation.predict import softmax
from xray_core.explain.attribution import Attribution
from xray_core.explain.evidence import evidence
from xray_core.lungs.zones import divide_lungs

if TYPE_CHECKING:
    import keras

Progress = Callable[[int, int], None]

METHOD = "grad_cam"
LUNGS_PX = 64
BATCH = 32
MOST_CELLS = 16
"""Cells per side of a map that is kept: finer ones, of early layers, are averaged by area."""
_GREATEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True)
class ExplainedFilms:
    """What one model makes of many films; row i of all parts is the same film.

    Attributes:
        classes: labels in the order of the logits.
        film_ids: as `film_code` names films.
        labels, sources: of the films; a source may be empty.
        patients: as `patient_code` names them. Files that older versions wrote have none: there
            every film counts as a separate patient.
        probabilities: float32 (film, class).
        evidence: float16 (film, class, height, width), raw, in the unit of the method.
        lungs: bool (film, 64, 64); all False for a film without a reliable mask.
        method: key in `METHODS`.
        cut: whether only the positive part of the evidence is there, as in files that older
            versions wrote.
        layer: spelling of the layer that is explained, or of several joined by plus; empty for
            methods of the film and, in files of older versions, for the target layer.
    """

    classes: tuple[str, ...]
    film_ids: tuple[str, ...]
    labels: tuple[str, ...]
    sources: tuple[str, ...]
    patients: tuple[str, ...]
    probabilities: Float32Array
    evidence: Float16Array
    lungs: BoolArray
    method: str = METHOD
    cut: bool = False
    layer: str = ""

    @functools.cached_property
    def hash(self) -> str:
        """16 hex digits that change with any film, label, probability, map or outline of lungs."""
        words = (self.classes, self.film_ids, self.labels, self.sources, self.patients)
        digest = hashlib.sha256(repr((*words, self.method, self.cut)).encode())
        for values in (self.probabilities, self.evidence, self.lungs):
            digest.update(f"{values.shape} {values.dtype}".encode())
            digest.update(values.tobytes())
        return digest.hexdigest()[:16]

    @property
    def has_lungs(self) -> BoolArray:
        """Of each film, whether its lungs are known."""
        return np.array([outline.any() for outline in self.lungs], bool)

    def positive(self, rows: IndexArray, label: str) -> Float32Array:
        """What speaks for a class on some films: float32 (film, height, width), >= 0."""
        found: Float32Array = self.evidence[rows, self.classes.index(label)].astype(np.float32)
        return np.maximum(found, 0)

    def attribution(self, row: int, label: str) -> Attribution:
        """Of one film and class."""
        column = self.classes.index(label)
        return Attribution(
            self.evidence[row, column].astype(np.float32),
            self.method,
            label,
            float(self.probabilities[row, column]),
            cut=self.cut,
            layer=self.layer,
        )

    def attributions(self, row: int) -> tuple[Attribution, ...]:
        """Of one film, for all classes in their order."""
        return tuple(self.attribution(row, label) for label in self.classes)


def explain_films(
    model: "keras.Model",
    films: UInt8Array,
    progress: Progress | None = None,
    *,
    method: str = METHOD,
    layer: str | None = None,
) -> tuple[Float32Array, Float16Array]:
    """Probabilities (film, class) and evidence (film, class, height, width) of many films.

    Args:
        model: flat functional `keras.Model` ending in logits; read, never changed.
        films: uint8 (films, size, size), one or more.
        progress: called with (films done, films in all).
        method: key in `METHODS`.
        layer: as for `evidence`.

    Raises:
        ExplainError: the weights are damaged: the network gives values that are NaN or infinite.
    """
    probabilities, maps = [], []
    for start in range(0, len(films), BATCH):
        batch = as_batch(films[start : start + BATCH])
        logits, found = evidence(model, batch, method, layer=layer)
        probabilities.append(softmax(logits))
        maps.append(as_float16(found))
        if progress:
            progress(start + len(batch), len(films))
    return np.concatenate(probabilities), np.concatenate(maps)


def coarse(maps: NDArray[np.floating[Any]]) -> Float16Array:
    """Maps (..., height, width) with at most `MOST_CELLS` cells per side, averaged by area."""
    height, width = (min(side, MOST_CELLS) for side in maps.shape[-2:])
    if (height, width) == maps.shape[-2:]:
        return as_float16(np.asarray(maps, np.float32))
    flat = np.asarray(maps, np.float32).reshape(-1, *maps.shape[-2:])
    small = [Image.fromarray(item).resize((width, height), Image.Resampling.BOX) for item in flat]
    return as_float16(np.array(small, np.float32).reshape(*maps.shape[:-2], height, width))


def as_float16(maps: Float32Array) -> Float16Array:
    """Maps in half the space; what float16 cannot hold becomes its largest number, not infinity."""
    return np.clip(maps, -_GREATEST, _GREATEST).astype(np.float16)


def collect_films(
    classes: tuple[str, ...],
    films: Manifest,
    probabilities: Float32Array,
    found: Float16Array,
    lungs: Sequence[BoolArray | None] = (),
    *,
    method: str = METHOD,
    layer: str = "",
) -> ExplainedFilms:
    """What is known of films, as one thing.

    Args:
        classes: labels in the order of the logits.
        films: row i of the arrays is `films.records[i]`.
        probabilities: (film, class).
        found: evidence, as `explain_films` returns.
        lungs: of each film, as `lungs_of_all` returns; nothing where they were not looked for.
        method: key in `METHODS`.
        layer: spelling of the layer that is explained, as `ExplainedFilms` has it.
    """
    records = films.records
    outlines = np.zeros((len(records), LUNGS_PX, LUNGS_PX), bool)
    for row, mask in enumerate(lungs):
        if mask is not None:
            outlines[row] = _small_lungs(mask)
    return ExplainedFilms(
        classes,
        tuple(map(film_code, records)),
        tuple(record.label for record in records),
        tuple(record.source for record in records),
        tuple(map(patient_code, records)),
        probabilities.astype(np.float32),
        found,
        outlines,
        method,
        layer=layer,
    )


def _small_lungs(mask: BoolArray) -> BoolArray:
    """The lungs in small; nothing where the mask is not reliable."""
    picture = Image.fromarray(mask.astype(np.uint8) * 255)
    small = np.asarray(picture.resize((LUNGS_PX, LUNGS_PX), Image.Resampling.BOX)) > 127
    return small if divide_lungs(small) is not None else np.zeros_like(small)
