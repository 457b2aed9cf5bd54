"""Kermany: chest films of children, Guangzhou Women and Children's Medical Center.

    chest_xray/{train,val,test}/{NORMAL,PNEUMONIA}/
        person12_bacteria_34.jpeg  person12_virus_35.jpeg  IM-0115-0001.jpeg
        NORMAL2-IM-0666-0001.jpeg                                       (Kaggle)
        BACTERIA-1008087-0001.jpeg  VIRUS-...  NORMAL-28501-0001.jpeg   (Mendeley, version 3)

All films are AP, of children of one to five years. `personN` counts as one patient, whether
bacteria or virus and in whichever split: the numbers may restart, so this is the stricter reading.

Source: Kermany et al., Cell 172(5), 2018; Mendeley Data, doi:10.17632/rscbjbr9sj (CC BY 4.0).
"""

import re
from pathlib import Path, PurePosixPath

from xray_core.data.labels import unify_label
from xray_core.data.readers.base import (
    Reader,
    make_record,
    passed_over,
    unpacked_folders,
    walk_images,
)
from xray_core.data.readers.mask_files import divide_masks
from xray_core.data.readers.vocabulary import unify_split
from xray_core.data.records import Record

SOURCE = "kermany"
_CLASSES = frozenset({"normal", "pneumonia"})
_LEAST_NAMED = 0.5  # share of the films, so that another set of these classes is none of children
_NAME = re.compile(
    r"(?P<person>person\d+)_(?P<germ>bacteria|virus)_\d+"
    r"|(?P<kind>BACTERIA|VIRUS|NORMAL)-(?P<number>\d+)-\d+"
    r"|(?P<normal>(?:NORMAL2-)?IM-\d+)",
    re.IGNORECASE,
)


def is_of_person(path: str) -> bool:
    """Whether a film has a name that only this set gives: `person12_virus_35.jpeg`."""
    match = _NAME.match(PurePosixPath(path).name)
    return bool(match and match["person"])


def parse_name(path: str) -> tuple[str, str]:
    """Label and patient that the name of a file gives, "" where it doesn't.

    `person12_virus_35.jpeg` -> ("viral", "person12"); `IM-0115-0001.jpeg` -> ("", "IM-0115").
    """
    match = _NAME.match(PurePosixPath(path).name)
    if not match:
        return "", ""
    germ = match["germ"] or match["kind"] or ""
    return unify_label(germ), match["person"] or match["number"] or match["normal"]


def _base(path: Path) -> Path | None:
    """The folder that holds `train/NORMAL`: the path itself, or as an archive unpacks.

    Another class folder beside these two, as `train/COVID19`, shows that it is another data set, as
    do films of other names.
    """
    for base in unpacked_folders(path):
        if _has_layout(base):
            return None if _other_classes(base) or not _is_named(base) else base
    return None


def _splits(base: Path) -> list[Path]:
    """The folders of the splits, however they are written: `train`, `Validation`."""
    return [folder for folder in _folders(base) if unify_split(folder.name)]


def _folders(base: Path) -> list[Path]:
    return sorted(folder for folder in base.iterdir() if folder.is_dir())


def _has_layout(base: Path) -> bool:
    return any(
        {unify_label(folder.name) for folder in _folders(split)} >= _CLASSES
        for split in _splits(base)
    )


def _other_classes(base: Path) -> list[Path]:
    """Folders with images beside `NORMAL` and `PNEUMONIA` in a split."""
    return [
        folder
        for split in _splits(base)
        for folder in _folders(split)
        if unify_label(folder.name) not in _CLASSES and _films(base, folder)
    ]


def _is_named(base: Path) -> bool:
    """Whether most films have the names of this set."""
    films = [film for split in _splits(base) for film in _films(base, split)]
    n_named = sum(bool(parse_name(film)[1]) for film in films)
    return n_named >= _LEAST_NAMED * len(films)


def _films(root: Path, folder: Path) -> list[str]:
    return divide_masks(walk_images(root, below=folder.relative_to(root).as_posix())).films


def _recognises(path: Path) -> bool:
    return _base(path) is not None


def _read(path: Path, dataset: str) -> list[Record]:
    base = _base(path)
    if base is None:
        return []
    records = []
    splits = _splits(base)
    for split in splits:
        for film in _films(path, split):
            file = PurePosixPath(film)
            label, patient = parse_name(film)
            records.append(
                make_record(
                    dataset,
                    film,
                    label or unify_label(file.parent.name),
                    patient=patient,
                    source=SOURCE,
                    view="AP",
                    age_group="child",
                    split=unify_split(split.name),
                )
            )
    for folder in _folders(base):
        is_copy = _has_layout(folder)  # the archive of Kaggle holds all films twice
        if folder not in splits and not is_copy:
            records += passed_over(path, folder, dataset, "Kermany set")
    return records


READER = Reader(
    "kermany",
    "Kermany pneumonia set, chest_xray/{train,test}/{NORMAL,PNEUMONIA}",
    _recognises,
    _read,
)
