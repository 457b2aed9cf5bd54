"""One folder per class, with split, patient, study and view folders anywhere above or below it.

    NORMAL/1.png          train/covid/1.png          covid/test_set/1.png
    fold1/train/covid/images/1.png  with masks in  fold1/train/covid/masks/1.png
    viral/P002/study1/1.png         of patient P002
    PNEUMONIA/person12_virus_3.jpeg of patient person12: the names of Kermany's films, copied often

The class is the nearest folder whose name can be that of a class (see `folder_names`). A name that
lies under known classes alone (`covid/Madrid`, `normal/NIH`) is not a class, nor is a lone
name that is not a known finding: it is that of the data set.
"""

import itertools
import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from xray_core.data.labels import KNOWN_CLASSES
from xray_core.data.readers.base import Reader, make_record, walk_images
from xray_core.data.readers.folder_names import FolderName, read_folder_name
from xray_core.data.readers.kermany import is_of_person, parse_name
from xray_core.data.readers.mask_files import divide_masks, is_mask_folder
from xray_core.data.readers.vocabulary import is_finding
from xray_core.data.records import Record

ORPHAN = "named as a mask, but its film is not there"
_LONGEST_CLASS_NUMBER = 2  # `0`, `1` or `12` may be a class; a longer number never is
_MOST_NAMED = 5


def _names(path: str) -> list[FolderName]:
    """The folders above a film, the nearest first."""
    folders = PurePosixPath(path).parts[-2::-1]
    return [FolderName() if is_mask_folder(name) else read_folder_name(name) for name in folders]


def _parts_of_classes(films: Iterable[str]) -> frozenset[str]:
    """Labels that lie under known classes alone: sites, groups or people, not classes.

    A finding that is known by name is a class also there, unless it lies under several; and so is
    what lies beside a known class, `COVID-19 sets/asthma` beside `COVID-19 sets/normal`.
    """
    above: dict[str, set[str]] = defaultdict(set)
    chains = set()
    for folder in {PurePosixPath(film).parent for film in films}:
        labels = [name.label for name in reversed(_names(f"{folder}/film"))]
        chains.add(
            tuple(zip(itertools.accumulate(folder.parts, posixpath.join), labels, strict=True))
        )
    around = {
        outer
        for chain in chains
        for (outer, label), (_, below) in itertools.combinations(chain, 2)
        if is_finding(label) and below in KNOWN_CLASSES and label not in ("", below)
    }
    for chain in chains:
        for depth, (_, label) in enumerate(chain):
            if label and label not in KNOWN_CLASSES:
                parents = {
                    up for place, up in chain[:depth] if is_finding(up) and place not in around
                }
                above[label] |= parents or {""}
    return frozenset(
        label
        for label, parents in above.items()
        if "" not in parents and (len(parents) > 1 or not is_finding(label))
    )


def _place(path: str, shared: frozenset[str]) -> FolderName:
    """Class, split, patient and view that the folders of a relative path give."""
    names = _names(path)
    label = next((name.label for name in names if name.label and name.label not in shared), "")
    numbers = [name.number for name in names if name.number]
    if not label and numbers and len(numbers[-1]) <= _LONGEST_CLASS_NUMBER:
        label = numbers.pop()
    patients = [name.patient for name in names if name.patient]
    codes = [number for number in numbers if len(number) > _LONGEST_CLASS_NUMBER]
    return FolderName(
        label,
        split=next((name.split for name in names if name.split), ""),
        patient=patients[0] if patients else next(reversed(codes), ""),
        view=next((name.view for name in names if name.view), ""),
    )


def _recognises(path: Path) -> bool:
    if not path.is_dir():
        return False
    films = divide_masks(walk_images(path)).films
    shared = _parts_of_classes(films)
    labels = {label for film in films if (label := _place(film, shared).label)}
    return len(labels) > 1 or any(map(is_finding, labels))


def _read(path: Path, dataset: str) -> list[Record]:
    division = divide_masks(walk_images(path))
    shared = _parts_of_classes(division.films)
    has_persons = any(map(is_of_person, division.films))
    records = []
    for film in division.films:
        place = _place(film, shared)
        records.append(
            make_record(
                dataset,
                film,
                place.label,
                split=place.split,
                patient=place.patient or (parse_name(film)[1] if has_persons else ""),
                view=place.view,
                mask=division.lungs.get(film, ""),
                lesion=division.lesions.get(film, ""),
            )
        )
    records += [
        make_record(dataset, mask, _place(mask, shared).label, problem=ORPHAN)
        for mask in division.orphans
    ]
    return records


def describe_without_classes(folder: Path) -> str:
    """What lies in a folder that has films but no class; "" where it has neither film nor mask."""
    division = divide_masks(walk_images(folder))
    if not division.films:
        return f"{division.n_masks:,} masks and no film" if division.n_masks else ""
    counts = Counter(str(PurePosixPath(film).parent) for film in division.films)
    named = [
        f"{'the folder itself' if name == '.' else name} ({count:,})"
        for name, count in counts.most_common(_MOST_NAMED)
    ]
    more = f" and {len(counts) - _MOST_NAMED:,} more" if len(counts) > _MOST_NAMED else ""
    return (
        f"{len(division.films):,} images in {', '.join(named)}{more}; these folders are named for "
        "splits, patients, studies, views, data sets or as mere containers, none for a class"
    )


READER = Reader("class_folders", "one folder of images per class", _recognises, _read)
