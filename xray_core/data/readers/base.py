"""What all readers share: the form of a reader, walking a folder, making a record."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xray_core.data.boxes import Box
from xray_core.data.decisions import DECISIONS
from xray_core.data.decoding.formats import is_film_file
from xray_core.data.readers.mask_files import divide_masks
from xray_core.data.records import Record

_HIDDEN = (".", "$", "@", "#")  # `$RECYCLE.BIN`, `@eaDir`, `#recycle` of network storage
_SKIPPED = frozenset(
    {"__macosx", "__pycache__", "desktop.ini", "system volume information"}
    | {"thumbs.db", "thumbs", "thumbnails", "lost+found", DECISIONS}
)


@dataclass(frozen=True)
class Reader:
    """One form in which data sets come.

    Attributes:
        name: key in `READERS` and value of `--reader`.
        title: the form in one line, for display.
        recognises: whether a folder or file has this form; cheap, decodes nothing.
        read: lists the films of a folder or index file for a data set name, in a fixed order,
            with paths relative to `root_of(path)`. Facts that the data set doesn't give stay
            empty; an unusable line becomes a record with a `problem`.
        tables: the tables of a folder that the reader uses.
        note: how the reader understands what the form leaves open, for display; "" for none.
    """

    name: str
    title: str
    recognises: Callable[[Path], bool]
    read: Callable[[Path, str], list[Record]]
    tables: Callable[[Path], Iterable[Path]] = lambda _path: ()
    note: str = ""


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

    Hidden entries and what operating systems leave behind are skipped. Linked folders are
    followed once, so a link in a circle ends.

    Args:
        root: what the paths are relative to.
        below: relative folder to start at; "" for all.
    """
    for folder, files in _walk(root, below):
        prefix = f"{folder}/" if folder else ""
        yield from (prefix + name for name in sorted(files) if is_wanted(name))


def walk_folders(root: Path) -> Iterator[str]:
    """As `walk_files`, the folders, the empty ones, too."""
    return (folder for folder, _ in _walk(root, "") if folder)


def _walk(root: Path, below: str) -> Iterator[tuple[str, list[str]]]:
    """Relative path and names of the files of each folder, outer ones first; "" for the root."""
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
        yield "" if start == "." else start, files


def walk_images(root: Path, *, below: str = "") -> Iterator[str]:
    """As `walk_files`, only files that are films by suffix or by content (`formats`)."""
    return (path for path in walk_files(root, below=below) if is_film_file(root / path))


def unpacked_folders(path: Path) -> Iterator[Path]:
    """A folder and what archives wrap around a data set: its only child folder, and so on."""
    while path.is_dir():
        yield path
        children = [child for child in path.iterdir() if child.is_dir() and is_wanted(child.name)]
        if len(children) != 1:
            return
        path = children[0]


def passed_over(root: Path, folder: Path, dataset: str, form: str) -> list[Record]:
    """A folder that the form of a data set doesn't know, as a problem; none if it has no images.

    Args:
        root: what paths are relative to.
        folder: below it.
        dataset: name of the data set.
        form: what the data set was read as.
    """
    below = folder.relative_to(root).as_posix()
    n_images = len(divide_masks(walk_images(root, below=below)).films) * is_wanted(folder.name)
    if not n_images:
        return []
    problem = (
        f"this folder with {n_images:,} images is not part of a {form} and was skipped; "
        "--reader class_folders reads every class folder"
    )
    return [make_record(dataset, below, "", problem=problem)]


def is_wanted(name: str) -> bool:
    """Whether a file or folder is neither hidden nor what operating systems leave behind."""
    return not name.startswith(_HIDDEN) and name.casefold() not in _SKIPPED
