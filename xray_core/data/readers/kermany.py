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
_SPLIT_FOLDERS = ("train", "val", "test")
_CLASS_FOLDERS = ("NORMAL", "PNEUMONIA")
_NAME = re.compile(
    r"(?P<person>person\d+)_(?P<germ>bacteria|virus)_\d+"
    r"|(?P<kind>BACTERIA|VIRUS|NORMAL)-(?P<number>\d+)-\d+"
    r"|(?P<normal>(?:NORMAL2-)?IM-\d+)",
    re.IGNORECASE,
)


def parse_name(name: str) -> tuple[str, str]:
    """Label and patient that a file name gives, "" where it doesn't.

    `person12_virus_35.jpeg` -> ("viral", "person12"); `IM-0115-0001.jpeg` -> ("", "IM-0115").
    """
    match = _NAME.match(name)
    if not match:
        return "", ""
    germ = match["germ"] or match["kind"] or ""
    return unify_label(germ), match["person"] or match["number"] or match["normal"]


def _base(path: Path) -> Path | None:
    """The folder that holds `train/NORMAL`: the path itself, or as an archive unpacks.

    Another class folder beside these two, as `train/COVID19`, shows that it is another data set.
    """
    for base in unpacked_folders(path):
        if _has_layout(base):
            return None if _other_classes(base) else base
    return None


def _has_layout(base: Path) -> bool:
    return any(
        all((base / split / name).is_dir() for name in _CLASS_FOLDERS) for split in _SPLIT_FOLDERS
    )


def _other_classes(base: Path) -> list[Path]:
    """Folders with images beside `NORMAL` and `PNEUMONIA` in a split."""
    return [
        folder
        for split in _SPLIT_FOLDERS
        if (base / split).is_dir()
        for folder in sorted((base / split).iterdir())
        if folder.is_dir()
        and folder.name not in _CLASS_FOLDERS
        and divide_masks(walk_images(base, below=folder.relative_to(base).as_posix())).films
    ]


def _recognises(path: Path) -> bool:
    return _base(path) is not None


def _read(path: Path, dataset: str) -> list[Record]:
    base = _base(path)
    if base is None:
        return []
    prefix = base.relative_to(path).as_posix()
    records = []
    for split in _SPLIT_FOLDERS:
        for film in divide_masks(walk_images(path, below=f"{prefix}/{split}")).films:
            file = PurePosixPath(film)
            label, patient = parse_name(file.name)
            records.append(
                make_record(
                    dataset,
                    film,
                    label or unify_label(file.parent.name),
                    patient=patient,
                    source=SOURCE,
                    view="AP",
                    age_group="child",
                    split=unify_split(split),
                )
            )
    for folder in sorted(base.iterdir()):
        is_copy = _has_layout(folder)  # the archive of Kaggle holds all films twice
        if folder.is_dir() and folder.name not in _SPLIT_FOLDERS and not is_copy:
            records += passed_over(path, folder, dataset, "Kermany set")
    return records


READER = Reader(
    "kermany",
    "Kermany pneumonia set, chest_xray/{train,test}/{NORMAL,PNEUMONIA}",
    _recognises,
    _read,
)
