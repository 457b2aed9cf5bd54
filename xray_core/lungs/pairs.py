"""Films with lung masks: read, divided, and varied for training."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float32Array, Float64Array, UInt8Array
from xray_core.data.covers import cover_edges, write_letters
from xray_core.data.duplicates import leak_groups
from xray_core.data.film_cache import cache_films
from xray_core.data.masks import load_mask
from xray_core.data.readers import find_reader
from xray_core.data.records import NO_LABEL, Manifest
from xray_core.data.scan import scan
from xray_core.errors import DatasetError
from xray_core.lungs.unet import FILM_PX

HELD_OUT = 5
"""One group of films in this many is kept for the test."""

LEAST_FILMS = 20
_MOST_OPACITIES = 4


@dataclass(frozen=True)
class Pairs:
    """Films and the lungs on them.

    Attributes:
        films: uint8 (n, 128, 128).
        lungs: uint8 (n, 128, 128), 0 or 1.
        datasets: the data set of each.
        patients: of each, as `Record.patient_key`.
    """

    films: UInt8Array
    lungs: UInt8Array
    datasets: tuple[str, ...]
    patients: tuple[str, ...]


def scan_masked(path: Path, progress: Callable[[int, int], None] | None = None) -> Manifest:
    """List a data set for its masks: one that any reader knows, or plain `images` and `masks`.

    Raises:
        DatasetError: see `scan`.
    """
    try:
        reader = find_reader(path).name
    except DatasetError:
        reader = "class_folders"
    return scan(path, reader=reader, progress=progress)


def read_pairs(manifest: Manifest, seed: int = 0) -> tuple[Pairs, Pairs]:
    """Films that come with a lung mask, for training and for the test.

    Patients and near-duplicates stay together; a fifth of the groups is for the test, the same
    fifth for the same seed.

    Raises:
        DatasetError: fewer than 20 films have a mask, or one half would be empty.
        ImageReadError: a film or a mask can't be read.
    """
    masked = _with_masks(manifest)
    if len(masked.records) < LEAST_FILMS:
        raise DatasetError(
            f"{len(masked.records)} films come with a lung mask; {LEAST_FILMS} are needed.",
            where=", ".join(sorted(manifest.roots)),
            fix="Masks lie in a folder `masks` beside the films' own, under the same names.",
        )
    groups = leak_groups(masked)
    is_test = np.array([_is_held_out(seed, groups[record.id]) for record in masked.records])
    if is_test.all() or not is_test.any():
        raise DatasetError(
            "These films cannot be divided: nearly all belong to one patient.",
            where=", ".join(sorted(manifest.roots)),
            fix="Add films of other patients.",
        )
    films = cache_films(masked, FILM_PX)
    lungs = np.stack(
        [
            _shrink(load_mask(masked.roots[record.dataset] / record.mask))
            for record in masked.records
        ]
    )
    names = np.array([record.dataset for record in masked.records])
    patients = np.array([record.patient_key for record in masked.records])
    train, test = (
        Pairs(films[rows], lungs[rows], tuple(names[rows].tolist()), tuple(patients[rows].tolist()))
        for rows in (~is_test, is_test)
    )
    return train, test


def vary(
    films: UInt8Array, lungs: UInt8Array, rng: np.random.Generator
) -> tuple[UInt8Array, UInt8Array]:
    """Change every film of a batch, with its lungs, as other patients and machines would.

    Turned by up to 15 degrees, shifted, zoomed, stretched, mirrored (lungs are lungs on either
    side), darker, lighter, inverted one time in five, with opacities as soft patches anywhere,
    so that a white lung is still a lung, and with covered edges and letters.

    Args:
        films: uint8 (batch, 128, 128).
        lungs: uint8 (batch, 128, 128), 0 or 1.
        rng: the same state gives the same changes.
    """
    varied = np.empty_like(films), np.empty_like(lungs)
    for row, pair in enumerate(zip(films, lungs, strict=True)):
        matrix = _draw_move(rng)
        film, mask = (
            cv2.warpAffine(item, matrix, (FILM_PX, FILM_PX), flags=how)
            for item, how in zip(pair, (cv2.INTER_LINEAR, cv2.INTER_NEAREST), strict=True)
        )
        film = _add_opacities(np.asarray(film, np.float32) / 255, rng)
        gamma, contrast = np.exp(rng.uniform(-0.7, 0.7)), np.exp(rng.uniform(-1.0, 0.3))
        film = (film**gamma - 0.5) * contrast + 0.5 + rng.uniform(-0.15, 0.15)
        film += rng.uniform(0, 0.04) * rng.standard_normal(film.shape, dtype=np.float32)
        grey = np.rint(255 * np.clip(film, 0, 1)).astype(np.uint8)
        cover_edges(grey, rng.uniform(size=22))
        write_letters(grey, rng.uniform(size=6))
        varied[0][row] = 255 - grey if rng.random() < 0.2 else grey
        varied[1][row] = mask
    return varied


def dice(
    found: Iterable[NDArray[np.number | np.bool_]], true: Iterable[NDArray[np.number | np.bool_]]
) -> list[float]:
    """Dice coefficient of each pair of masks: twice the overlap over the sum of both areas.

    >>> dice([np.array([1, 1, 0, 0])], [np.array([1, 0, 0, 0])])
    [0.6666666666666666]
    """
    return [
        float(
            2 * np.logical_and(ours, theirs).sum() / max(1, np.sum(ours > 0) + np.sum(theirs > 0))
        )
        for ours, theirs in zip(found, true, strict=True)
    ]


def _with_masks(manifest: Manifest) -> Manifest:
    """Films with a mask; what they are labelled, if they are, does not matter here."""
    records = tuple(
        replace(record, label=record.label or "any", problem="")
        for record in manifest.records
        if record.mask and record.problem in ("", NO_LABEL)
    )
    return Manifest(records, manifest.roots)


def _is_held_out(seed: int, group: str) -> bool:
    digest = hashlib.sha256(f"lungs {seed}:{group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % HELD_OUT == 0


def _shrink(mask: BoolArray) -> UInt8Array:
    small = cv2.resize(mask.astype(np.float32), (FILM_PX, FILM_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(np.asarray(small) > 0.5, np.uint8)


def _draw_move(rng: np.random.Generator) -> Float64Array:
    """A 2x3 matrix for `cv2.warpAffine` about the film's centre."""
    centre = (FILM_PX - 1) / 2
    matrix = cv2.getRotationMatrix2D((centre, centre), rng.uniform(-15, 15), 1.0)
    zoom, stretch = rng.uniform(-0.25, 0.15), rng.uniform(-0.12, 0.12)
    mirror = -1 if rng.random() < 0.5 else 1
    scale = np.diag([mirror * np.exp(zoom + stretch), np.exp(zoom - stretch)])
    turned = scale @ matrix[:, :2]
    shift = np.array([centre, centre]) - turned @ [centre, centre]
    return np.column_stack([turned, shift + rng.uniform(-0.08, 0.08, 2) * FILM_PX])


def _add_opacities(film: NDArray[np.floating], rng: np.random.Generator) -> Float32Array:
    """Soft patches that are lighter than what lies there, up to four."""
    rows, columns = np.mgrid[:FILM_PX, :FILM_PX].astype(np.float32) / FILM_PX
    for _ in range(int(rng.integers(_MOST_OPACITIES + 1))):
        row, column = rng.uniform(0.2, 0.8, 2)
        tall, wide = rng.uniform(0.05, 0.18, 2)
        patch = np.exp(-(((rows - row) / tall) ** 2 + ((columns - column) / wide) ** 2))
        film = film + rng.uniform(0, 0.8) * patch * (rng.uniform(0.6, 0.95) - film)
    changed: Float32Array = np.clip(film, 0, 1).astype(np.float32)
    return changed
