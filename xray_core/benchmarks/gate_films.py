"""The films and pictures that are held back from every fit and threshold of the gate."""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xray_core.arrays import UInt8Array
from xray_core.data.decoding.images import decode_image, load_image, read_file, to_uint8
from xray_core.data.film_facts import facts_of
from xray_core.data.labels import KNOWN_CLASSES
from xray_core.errors import DatasetError, ImageReadError
from xray_core.opinion.gate.checking import check
from xray_core.opinion.gate.fitting import SCORES
from xray_core.opinion.gate.material import (
    OtherPicture,
    frontal_films,
    read_grey,
    read_others,
    sample_pictures,
)
from xray_core.opinion.gate.network import shipped_gate
from xray_core.opinion.gate.result import GateResult

DATA_SETS = ("corpus", "siim", "lungmasks", "kermany/chest_xray")
"""Frontal films; whichever of them are there are taken, else the folder itself."""

OTHERS, NIH, HARD, DICOM = "gate", "nih_rotation", "hard", "dicom"
NIH_TURNED_FROM = 2265
"""Patients of these films from that number on lie on their side: all 45 were looked at."""

UNUSED = "no fit and no threshold used them"
HELD_BACK = "the half that no fit used"
PARTLY_USED = "half of them took part in the fit of the shipped weights"
TITLES = {"lateral": "laterals", "limb": "limbs", "slice": "CT", "picture": "photographs"}
SYNTHETIC = tuple(itertools.product(KNOWN_CLASSES, range(6)))
"""Class and seed of the synthetic films."""

_HARD = {
    "inverted_monochrome1_like.png": "inverted",
    "upside_down.jpg": "turned by 180",
    **dict.fromkeys(
        ("colour_not_xray.jpg", "noise.png", "ct_slice.png", "ct_small.dcm"), "stopped"
    ),
}
_NO_CHEST = "not_chest"


@dataclass(frozen=True)
class TestFilm:
    """A frontal film that no fit and no threshold used.

    Attributes:
        pixels: uint8 (height, width).
        source: the collection it comes from.
        sick: whether its data set calls it anything but normal.
        child: whether its data set says so.
    """

    pixels: UInt8Array
    source: str
    sick: bool
    child: bool


def test_films(data: Path) -> list[TestFilm]:
    """The test films of the data sets in a folder.

    Raises:
        DatasetError: no frontal film there, or none for testing.
    """
    found = [data / name for name in DATA_SETS if (data / name).is_dir()]
    test = frontal_films(found or [data]).split("test")
    if not test.records:
        raise DatasetError("No film is held back there.", where=data.name, fix="Give more films.")
    return [
        TestFilm(
            to_uint8(load_image(test.path_of(record)).pixels),
            record.source or record.dataset,
            record.label != "normal" or record.reading in ("indeterminate", "atypical"),
            record.age_group == "child",
        )
        for record in test.records
    ]


def by_source(films: list[TestFilm]) -> Iterator[tuple[str, list[UInt8Array]]]:
    """Films of each source, of the sick, of children, and all."""
    for source in sorted({film.source for film in films}):
        yield source, [film.pixels for film in films if film.source == source]
    if films:
        yield "the sick", [film.pixels for film in films if film.sick]
        yield "children", [film.pixels for film in films if film.child]
        yield "all", [film.pixels for film in films]


def other_pictures(data: Path | None) -> Iterator[tuple[str, list[UInt8Array], str]]:
    """What is no frontal film: a key of `TITLES`, the pictures, and what the row rests on.

    Weights of `gate-fit` come with a record of the fit, so that half of the pictures is known to
    be held back. Without that record all pictures are taken.
    """
    recorded = (shipped_gate() / SCORES).is_file()
    pictures: list[OtherPicture] = sample_pictures()
    if data and (data / OTHERS).is_dir():
        pictures += read_others(data / OTHERS)
    for name in TITLES:
        taken = [item for item in pictures if item.shows == name]
        taken = [item for item in taken if not (recorded and item.fitted)]
        if taken:
            words = HELD_BACK if recorded else PARTLY_USED
            yield name, [read_grey(item.path) for item in taken], words


def folders(data: Path | None) -> Iterator[tuple[str, str, str, list[GateResult]]]:
    """Films with faults that are known one by one: kind, source, what is expected, and results."""
    if data is None:
        return
    found: dict[tuple[str, str, str], list[GateResult]] = {}
    if (data / OTHERS / NIH).is_dir():
        for path in sorted((data / OTHERS / NIH).glob("*.jpg")):
            turned = int(path.stem.split("_")[0]) >= NIH_TURNED_FROM
            key = ("turned films", NIH, "turned by 90") if turned else ("upright", NIH, "through")
            found.setdefault(key, []).append(check(load_image(path)))
    if (data / HARD).is_dir():
        for path in sorted((data / HARD).iterdir()):
            _add(found, path, HARD, _HARD.get(path.name, "through"))
    table = data / DICOM / "index.csv"
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                expected = "stopped" if row["what"] == _NO_CHEST else "through"
                _add(found, table.parent / row["path"], DICOM, expected)
    for (kind, source, expected), results in found.items():
        yield kind, source, expected, results


def _add(
    found: dict[tuple[str, str, str], list[GateResult]], path: Path, source: str, expected: str
) -> None:
    """What the gate says of one file; one that cannot be read has an error of its own."""
    try:
        data = read_file(path)
        film = decode_image(data, path.name)
    except ImageReadError:
        return
    found.setdefault(("files", source, expected), []).append(check(film, facts_of(data, path.name)))
