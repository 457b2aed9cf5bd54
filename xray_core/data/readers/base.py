"""What all readers share: the form of a reader, walking a folder, making a record."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from xray_core.data.boxes import Box
from xray_core.data.images import IMAGE_SUFFIXES
from xray_core.data.records import Record

MASK_FOLDERS = frozenset({"mask", "masks"})
_SKIPPED = frozenset({"__MACOSX", "__pycache__", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Reader:
    """One form in which data sets come.

    Attributes:
        name: key in `READERS` and value of `--reader`.
        title: the form in one line, for people.
        recognises: whether a folder or file has this form; cheap, decodes nothing.
        read: lists the films of a folder or index file for a data set name, in a fixed order,
            with paths relative to `root_of(path)`. Facts that the data set doesn't give stay
            empty; an unusable line becomes a record with a `problem`.
    """

    name: str
    title: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path, str], list[Record]]


def root_of(path: Path) -> Path:
    """The folder that a data set's paths are relative to: itself, or that of its index file."""
    return path.parent if path.is_file() else path


def make_record(
    dataset: str, path: str, label: str, *, boxes_px: tuple[Box, ...] = (), **facts: Any
) -> Record:
    """A record whose id follows the rule `<dataset>/<path>`."""
    return Record(f"{dataset}/{path}", dataset, path, label, boxes_px=boxes_px, **facts)


def walk_files(root: Path, *, below: str = "") -> Iterator[str]:
    """Relative paths of all files under a folder, sorted, forward slashes.

    Hidden entries and what operating systems leave behind are passed over. Linked folders are
    followed once, so a link in a circle ends.

    Args:
        root: what the paths are relative to.
        below: relative folder to start at; "" for all.
    """
    seen: set[tuple[int, int]] = set()
    for folder, folders, files in os.walk(root / below, followlinks=True):
        status = os.stat(folder)  # noqa: PTH116 - os.walk gives text
        key = (status.st_dev, status.st_ino)
        if key in seen:
            folders.clear()
            continue
        seen.add(key)
        folders[:] = sorted(name for name in folders if is_wanted(name))
        start = Path(folder).relative_to(root).as_posix()
        prefix = "" if start == "." else f"{start}/"
        yield from (prefix + name for name in sorted(files) if is_wanted(name))


def walk_images(root: Path, *, below: str = "") -> Iterator[str]:
    """As `walk_files`, only names with the suffix of an image."""
    suffixes = tuple(IMAGE_SUFFIXES)
    return (path for path in walk_files(root, below=below) if path.lower().endswith(suffixes))


def unpacked_folders(path: Path) -> Iterator[Path]:
    """A folder and what archives wrap around a data set: its only child folder, and so on."""
    while path.is_dir():
        yield path
        children = [child for child in path.iterdir() if child.is_dir() and is_wanted(child.name)]
        if len(children) != 1:
            return
        path = children[0]


def divide_masks(paths: list[str]) -> tuple[list[str], dict[str, str]]:
    """Films, and the lung mask of each film that has one.

    A mask lies in a folder `masks` beside the film's own folder or under it, with the film's
    stem: `COVID/masks/COVID-1.png` for `COVID/images/COVID-1.png`.

    Returns:
        The paths that are no masks, and a mapping from film to mask.
    """
    films: list[str] = []
    masks: dict[tuple[PurePosixPath, str], str] = {}
    for text in paths:
        path = PurePosixPath(text)
        if path.parent.name.lower() in MASK_FOLDERS:
            masks[path.parent.parent, path.stem] = text
        else:
            films.append(text)
    if not masks:
        return films, {}
    of_film: dict[str, str] = {}
    for text in films:
        path = PurePosixPath(text)
        for folder in (path.parent, path.parent.parent):
            if mask := masks.get((folder, path.stem)):
                of_film[text] = mask
                break
    return films, of_film


def is_wanted(name: str) -> bool:
    """Whether a file or folder is neither hidden nor what operating systems leave behind."""
    return not name.startswith(".") and name not in _SKIPPED
