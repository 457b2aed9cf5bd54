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
from xray_core.data.readers.base import Reader, make_record, unpacked_folders, walk_images
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
    """Label and patient that a file name tells, "" where it doesn't.

    `person12_virus_35.jpeg` -> ("viral", "person12"); `IM-0115-0001.jpeg` -> ("", "IM-0115").
    """
    match = _NAME.match(name)
    if not match:
        return "", ""
    germ = match["germ"] or match["kind"] or ""
    return unify_label(germ), match["person"] or match["number"] or match["normal"]


def _base(path: Path) -> Path | None:
    """The folder that holds `train/NORMAL`: the path itself, or as an archive unpacks."""
    for base in unpacked_folders(path):
        for split in _SPLIT_FOLDERS:
            if all((base / split / name).is_dir() for name in _CLASS_FOLDERS):
                return base
    return None


def _recognises(path: Path) -> bool:
    return _base(path) is not None


def _read(path: Path, dataset: str) -> list[Record]:
    base = _base(path)
    if base is None:
        return []
    prefix = base.relative_to(path).as_posix()
    records = []
    for split in _SPLIT_FOLDERS:
        for film in walk_images(path, below=f"{prefix}/{split}"):
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
    return records


READER = Reader(
    "kermany",
    "Kermany pneumonia set, chest_xray/{train,test}/{NORMAL,PNEUMONIA}",
    _recognises,
    _read,
)
