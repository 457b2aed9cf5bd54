"""Phantom films: synthetic chest radiographs made from a seed, with the truth known.

For demonstrations and tests only: no patient, no finding, no diagnosis. A chest is built as
thickness maps (`anatomy.chest`), a finding is added (`anatomy.findings`), and the sum along
the beam becomes a film (`anatomy.film`) whose position, exposure, noise, collimation and side
marker are drawn independently of the class. A seed gives the same chest to every class, so
`make_phantom("normal", 7)` is the healthy twin of `make_phantom("covid", 7)`.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from xray_core.arrays import BoolArray, Float32Array, UInt8Array
from xray_core.data.anatomy.canvas import cloud, make_canvas, ramp
from xray_core.data.anatomy.chest import build_anatomy
from xray_core.data.anatomy.film import (
    add_marker,
    add_shortcut,
    draw_field,
    draw_pose,
    expose,
    look_up,
)
from xray_core.data.anatomy.findings import FINDINGS
from xray_core.data.anatomy.habitus import draw_habitus
from xray_core.data.labels import KNOWN_CLASSES
from xray_core.data.origins import SYNTHETIC
from xray_core.errors import DataError

AGE_GROUPS = ("adult", "child")
MIN_SIZE_PX = 64
MAX_SIZE_PX = 2048
SYNTHETIC_NOTE = "Synthetic chest film (phantom), computed from a seed. Not a patient."

INDEX_COLUMNS = (
    "disease",
    "image path",
    "patient id",
    "source",
    "age group",
    "view",
    "lung mask",
    "lesion mask",
)


@dataclass(frozen=True)
class Phantom:
    """One synthetic film and its truth.

    Attributes:
        image: float32 (size_px, size_px) in [0, 1], bone bright, air dark.
        lungs: bool, same shape: the lung fields.
        lesion: bool, same shape: the finding, inside the lungs; all False for a normal film.
        label: one of `KNOWN_CLASSES`.
        age_group: `adult` or `child`.
        marker: the side marker on the film: `L`, `R`, or "" for none.
    """

    image: Float32Array
    lungs: BoolArray
    lesion: BoolArray
    label: str
    age_group: str
    marker: str


def make_phantom(
    label: str,
    seed: int,
    *,
    size_px: int = 299,
    age_group: str | None = None,
    shortcut: bool = False,
) -> Phantom:
    """A synthetic film of that class; the same arguments give the same film.

    Args:
        label: one of `KNOWN_CLASSES`.
        seed: 0 or more; one seed is one patient.
        size_px: side of the film, `MIN_SIZE_PX` to `MAX_SIZE_PX`.
        age_group: `adult` or `child`; None draws it from the seed, whatever the class.
        shortcut: plant a ring with a dot in a top corner; nothing else changes.

    Raises:
        DataError: an unknown class or age group, a negative seed, or a film too small.
    """
    _check(label, seed, size_px, age_group)
    body, finds, film, planting = (
        np.random.default_rng((seed, *stream))
        for stream in ((0,), (1, KNOWN_CLASSES.index(label)), (2,), (3,))
    )
    drawn = AGE_GROUPS[int(body.random() < 0.4)]
    age_group = age_group or drawn
    canvas = make_canvas(size_px)
    anatomy = build_anatomy(canvas, draw_habitus(body, age_group), body)
    finding = FINDINGS[label](canvas, anatomy, finds)
    grain = sum(
        share * cloud(body, cells, canvas.n_px)
        for cells, share in ((26, 0.012), (60, 0.02), (110, 0.02))
    )
    attenuation = (
        anatomy.tissue
        * (
            1
            + np.float32(0.02) * cloud(body, 6, canvas.n_px)
            + np.float32(0.012) * cloud(body, 24, canvas.n_px)
        )
        - anatomy.air * (1 - finding.density) * (1 + grain)
        + np.float32(0.19) * anatomy.vessels * (1 - np.float32(0.75) * finding.density)
        + finding.lines
    )
    # Thick parts swallow the soft rays, so bone stands out less there.
    attenuation += (
        anatomy.bone
        * (1 - np.float32(0.55) * ramp(attenuation, 0.55, 1.0))
        * (anatomy.tissue > 0.02)
    )
    where = draw_pose(canvas, size_px, film)
    image = expose(look_up(attenuation, where), film)
    field = draw_field(size_px, film)
    image, marker = add_marker(image * field, film)
    nearest = np.rint(where).astype(np.intp)
    lungs = (anatomy.lungs[nearest[0], nearest[1]] > 0.5) & (field > 0.5)
    lesion = (finding.extent[nearest[0], nearest[1]] > 0.5) & lungs
    if shortcut:
        image, planted = add_shortcut(image, planting)
        lungs, lesion = lungs & ~planted, lesion & ~planted
    return Phantom(image, lungs, lesion, label, age_group, marker)


def write_phantoms(
    folder: Path,
    count: int,
    seed: int = 0,
    *,
    size_px: int = 299,
    labels: Sequence[str] = KNOWN_CLASSES,
    shortcut_label: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write a data set of synthetic films, each its own patient; classes come in turn.

    Files are `images/<label>/synthetic-<label>-<n>.png` (8-bit grey), with the lung fields
    under `masks/` and the findings under `lesions/` in the same form (0 or 255). Every film
    says in a PNG text chunk that it is synthetic and which call reproduces it.

    Args:
        folder: made if it does not exist; files of the same name are replaced.
        count: number of films, 1 or more.
        seed: 0 or more; the same seed writes the same bytes.
        size_px: side of the films.
        labels: classes to write.
        shortcut_label: the class whose films all carry the planted shortcut.
        progress: called with (done, total) after each film.

    Returns:
        Path of `index.csv`, with the columns `INDEX_COLUMNS` and relative paths.

    Raises:
        DataError: no films asked for, an unknown class, a negative seed, a film too small.
    """
    if count < 1:
        raise DataError(
            "At least one film must be asked for.", where=f"count {count}", fix="Ask for 1 or more."
        )
    if not labels:
        raise DataError("No class was given.", fix=f"Choose from {', '.join(KNOWN_CLASSES)}.")
    for label in (*labels, *([shortcut_label] if shortcut_label else [])):
        _check(label, seed, size_px, None)
    rows = []
    for number in range(count):
        label = labels[number % len(labels)]
        own_seed = int(np.random.SeedSequence((seed, number)).generate_state(1, np.uint64)[0])
        planted = label == shortcut_label
        phantom = make_phantom(label, own_seed, size_px=size_px, shortcut=planted)
        name = f"{label}/synthetic-{label}-{number + 1:05d}.png"
        recipe = f"make_phantom({label!r}, {own_seed}, size_px={size_px}, shortcut={planted})"
        for kind, pixels in (
            ("images", np.rint(phantom.image * 255)),
            ("masks", phantom.lungs * 255),
            ("lesions", phantom.lesion * 255),
        ):
            _write_png(folder / kind / name, pixels.astype(np.uint8), recipe)
        rows.append(
            (
                label,
                f"images/{name}",
                f"synthetic-{seed}-{number + 1:05d}",
                SYNTHETIC,
                phantom.age_group,
                "AP" if phantom.age_group == "child" else "PA",
                f"masks/{name}",
                f"lesions/{name}",
            )
        )
        if progress:
            progress(number + 1, count)
    index = folder / "index.csv"
    with index.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([INDEX_COLUMNS, *rows])
    return index


def _write_png(path: Path, pixels: UInt8Array, recipe: str) -> None:
    text = PngInfo()
    text.add_text("Description", SYNTHETIC_NOTE)
    text.add_text("Source", recipe)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, pnginfo=text, compress_level=3)


def _check(label: str, seed: int, size_px: int, age_group: str | None) -> None:
    if label not in FINDINGS:
        raise DataError(
            "There is no phantom of this class.",
            where=label,
            fix=f"Choose from {', '.join(FINDINGS)}.",
        )
    if seed < 0:
        raise DataError("A seed cannot be negative.", where=f"seed {seed}", fix="Use 0 or more.")
    if size_px < MIN_SIZE_PX:
        raise DataError(
            "The film would be too small to show a chest.",
            where=f"{size_px} px",
            fix=f"Ask for {MIN_SIZE_PX} px or more.",
        )
    if size_px > MAX_SIZE_PX:
        raise DataError(
            "The film would be larger than this program draws.",
            where=f"{size_px:,} px",
            fix=f"Ask for {MAX_SIZE_PX:,} px or less.",
        )
    if age_group not in (None, *AGE_GROUPS):
        raise DataError(
            "There is no phantom of this age group.",
            where=str(age_group),
            fix=f"Choose from {', '.join(AGE_GROUPS)}.",
        )
