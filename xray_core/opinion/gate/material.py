"""What a gate is fitted on and what is held back, for the fit and for its measurement alike."""

import csv
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from xray_core.arrays import UInt8Array
from xray_core.data.decoding.images import load_image, to_uint8
from xray_core.data.duplicates import leak_groups
from xray_core.data.records import SPLITS, Manifest, combine_manifests, film_code, with_splits
from xray_core.errors import DatasetError
from xray_core.lungs.finder import likelihoods, load_network
from xray_core.lungs.pairs import scan_masked
from xray_core.runs.listing import list_runs

KINDS_OF_OTHERS = {"lateral": "lateral", "limb": "limb", "slice": "slice", "ct_slice": "slice"}
"""Words of an index of other pictures -> names of `SHOWS`."""

SHARES = (0.7, 0.85)
"""Films that nobody divided before: below the first to training, below the second to validation."""

_SAMPLES = {"skimage": "data", "sklearn": "datasets/images"}
_PICTURES = (".png", ".jpg")


@dataclass(frozen=True)
class OtherPicture:
    """A picture that is no upright frontal chest film.

    Attributes:
        name: to be shown; never a path.
        path: where it lies.
        shows: a name of `SHOWS`, or the word of the index where that is none.
        fitted: whether a fit takes it; the others are held back for the measurement.
    """

    name: str
    path: Path
    shows: str
    fitted: bool


def frontal_films(
    paths: Iterable[Path], progress: Callable[[int, int], None] | None = None
) -> Manifest:
    """Frontal films of data sets, each with the split that holds it back from fitting or not.

    A film stays where the shipped runs have it, else where its data set puts it, else it goes by
    the hash of its group. Films of one patient, and copies, stay together. A label is not needed.

    Args:
        paths: folders or index files, as `scan` takes them; or `images` beside `masks`.
        progress: called with (films done, films in all) of each data set.

    Raises:
        DatasetError: a data set cannot be read, or none holds a frontal film.
    """
    scanned = combine_manifests(scan_masked(path, progress) for path in paths)
    records = tuple(
        replace(record, label=record.label or "normal", problem="")
        for record in scanned.records
        if record.width and record.view != "lateral"
    )
    if not records:
        raise DatasetError("No frontal film can be read.", fix="Give other films.")
    manifest = Manifest(records, scanned.roots)
    before = {
        film.id: film.split for run in list_runs() if run.shipped for film in run.manifest().records
    }
    groups = leak_groups(manifest)
    held: dict[str, str] = {}
    for record in records:
        group = groups[record.id]
        split = before.get(film_code(record)) or record.split
        if split:
            held[group] = max(split, held.get(group, SPLITS[0]), key=SPLITS.index)
    return with_splits(
        manifest, {film: held.get(group) or _drawn(group) for film, group in groups.items()}
    )


def read_others(index: Path) -> list[OtherPicture]:
    """The pictures of a table with the columns `path` and `kind`; half of them are held back.

    Pictures of one patient or volume, by the first number of three digits or more in the path,
    stay together.

    Args:
        index: the table, or the folder that holds it as `index.csv`.

    Raises:
        DatasetError: no table, or none of its pictures is there.
    """
    table = index / "index.csv" if index.is_dir() else index
    try:
        with table.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row.get("path") and row.get("kind")]
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(
            "The table of other pictures cannot be read.",
            where=table.name,
            fix="Give a CSV file with the columns path and kind.",
        ) from error
    found = [
        OtherPicture(
            Path(row["path"]).name,
            table.parent / row["path"],
            KINDS_OF_OTHERS.get(row["kind"], row["kind"]),
            is_fitted(_group_of(row["path"])),
        )
        for row in rows
        if (table.parent / row["path"]).is_file()
    ]
    if not found:
        raise DatasetError(
            "None of the other pictures is there.",
            where=table.name,
            fix="Give a CSV file with the columns path and kind, beside the pictures.",
        )
    return found


def sample_pictures() -> list[OtherPicture]:
    """Photographs and drawings that scikit-image and scikit-learn bring along."""
    found = []
    for package, inside in _SAMPLES.items():
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue
        for path in sorted((Path(spec.origin).parent / inside).iterdir()):
            if path.suffix in _PICTURES:
                found.append(OtherPicture(path.name, path, "picture", is_fitted(path.name)))
    return found


def is_fitted(name: str) -> bool:
    """Whether a fit takes the picture, by the hash of its name or group: every second one."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def read_grey(path: Path) -> UInt8Array:
    """The grey levels of a picture.

    Raises:
        ImageReadError, ImageTooLargeError: as `load_image`.
    """
    return to_uint8(load_image(path).pixels)


def lungs_on(films: UInt8Array) -> UInt8Array:
    """Where the lungs are on films, uint8 (n, 128, 128): 1 there, 0 elsewhere.

    Raises:
        WeightsError: the weights of the network that finds lungs are missing or damaged.
    """
    return (likelihoods(load_network(), films) > 0.5).astype(np.uint8)


def _group_of(path: str) -> str:
    number = re.search(r"\d{3,}", path)
    return number.group() if number else path


def _drawn(group: str) -> str:
    share = int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) / 16**8
    return next((split for split, end in zip(SPLITS, SHARES, strict=False) if share < end), "test")
