"""One folder per class, with train/val/test folders anywhere above or below the class.

    NORMAL/1.png          train/covid/1.png          covid/test/1.png
    fold1/train/covid/images/1.png  with masks in  fold1/train/covid/masks/1.png

The class is the nearest folder whose name is neither that of a split nor a plain `images`.
"""

from pathlib import Path, PurePosixPath

from xray_core.data.labels import unify_label
from xray_core.data.readers.base import MASK_FOLDERS, Reader, divide_masks, make_record, walk_images
from xray_core.data.readers.vocabulary import unify_split
from xray_core.data.records import Record

_PLAIN = MASK_FOLDERS | {"images", "image", "img", "imgs"}


def _facts(path: str) -> tuple[str, str]:
    """Label and split that the folders of a relative path tell; "" where they don't."""
    folders = PurePosixPath(path).parts[:-1]
    splits = [split for split in map(unify_split, folders) if split]
    names = [name for name in folders if not unify_split(name) and name.lower() not in _PLAIN]
    return (unify_label(names[-1]) if names else ""), (splits[-1] if splits else "")


def _recognises(path: Path) -> bool:
    if not path.is_dir():
        return False
    return any(_facts(film)[0] for film in walk_images(path))


def _read(path: Path, dataset: str) -> list[Record]:
    films, masks = divide_masks(list(walk_images(path)))
    records = []
    for film in films:
        label, split = _facts(film)
        records.append(make_record(dataset, film, label, split=split, mask=masks.get(film, "")))
    return records


READER = Reader("class_folders", "one folder of images per class", _recognises, _read)
