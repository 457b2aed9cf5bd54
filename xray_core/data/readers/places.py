"""Which file a table means: by its path, else by its name where only one film has it.

A table may write `images/1.png`, a bare `1.png` or `1` for a film that lies deeper, or a path from
a folder above (`CheXpert-v1.0-small/train/...`). A film is taken where its path ends as the table
writes, or the other way round; upper and lower case, the suffix of an image and how letters are
composed (`ü` as one sign or as `u` with dots, as macOS packs it) may differ. Of an absolute path of
another machine only its end counts, so that nothing outside the folder is opened.
"""

import functools
import os
import posixpath
import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

from xray_core.data.decoding.formats import IMAGE_SUFFIXES
from xray_core.data.readers.base import walk_images
from xray_core.data.readers.mask_files import divide_masks
from xray_core.data.readers.vocabulary import is_blank

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
OUTSIDE = "the path is outside the data set's folder"


def locate(text: str, root: Path) -> tuple[str, str]:
    """A cell of the table as a relative path with forward slashes, and what is wrong with it.

    An absolute path inside the data set's folder is made relative. One outside keeps only its
    file name, so that no foreign folder is ever opened or written down.
    """
    cell = text.strip()
    if is_blank(cell):
        return "", "the image path is empty"
    if _ABSOLUTE.match(cell):
        if not Path(cell).is_relative_to(root):
            return PurePosixPath(cell.replace("\\", "/")).name, OUTSIDE
        cell = Path(cell).relative_to(root).as_posix()
    path = posixpath.normpath(cell.replace("\\", "/"))
    return path, OUTSIDE if path == ".." or path.startswith("../") else ""


class Films:
    """The films below a folder, by the names that a table may give them.

    Args:
        root: folder that paths are relative to.
        base: folder of the table, below `root` or the same; its paths are tried first.
    """

    def __init__(self, root: Path, base: Path | None = None) -> None:
        self.root = root
        self.base = base or root
        self._below = "" if self.base == root else f"{self.base.relative_to(root).as_posix()}/"

    def find(self, text: str) -> tuple[str, str]:
        """The film that a cell means, relative to `root`, and what is wrong with it.

        A name that no film has is returned unchanged, without a flaw: the scan then reports the
        file as missing.
        """
        path, flaw = locate(text, self.base)
        if flaw:
            found = self._by_tail(_without_anchor(text)) if _ABSOLUTE.match(text.strip()) else []
            return (found[0], "") if len(found) == 1 else (path, flaw)
        for place in (self._below + path, path):
            if _is_file(self.root, place):
                return place, ""
        found = self._by_tail(path)
        if len(found) == 1:
            return found[0], ""
        if found:
            shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if found[3:] else "")
            return self._below + path, f"several films have that name: {shown}"
        return self._below + path, ""

    def is_there(self, path: str) -> bool:
        """Whether a path from the table's folder is that of a file."""
        found, flaw = locate(path, self.base)
        return not flaw and _is_file(self.base, found)

    def place(self, path: str) -> str:
        """A path from the table's folder as one from `root`."""
        return self._below + path

    def _by_tail(self, path: str) -> list[str]:
        """The films whose path ends as this one does, or that this path ends as."""
        parts = _key(path).split("/")
        found = self._tails.get("/".join(parts), [])
        for start in range(1, len(parts)):
            tail = "/".join(parts[start:])
            for whole in (_key(self._below) + tail, tail):
                found = found or self._wholes.get(whole, [])
        if len(found) > 1:
            found = [film for film in found if _agree(film.casefold(), path.casefold())] or found
        if len(found) > 1:
            found = [film for film in found if _agree(film, path)] or found
        return found

    @functools.cached_property
    def _tails(self) -> dict[str, list[str]]:
        """`covid/images/1`, `images/1` and `1`, in lower case -> the films that end so."""
        tails: dict[str, list[str]] = {}
        for whole, films in self._wholes.items():
            parts = whole.split("/")
            for start in range(len(parts)):
                tails.setdefault("/".join(parts[start:]), []).extend(films)
        return tails

    @functools.cached_property
    def _wholes(self) -> dict[str, list[str]]:
        """The path in lower case without suffix -> the films that have it."""
        wholes: dict[str, list[str]] = {}
        for film in divide_masks(walk_images(self.root)).films:
            wholes.setdefault(_key(film), []).append(film)
        return wholes


def _without_anchor(text: str) -> str:
    """An absolute path of any system without its root: `C:\\films\\1.png` -> `films/1.png`."""
    path = PureWindowsPath(text.strip())
    return path.relative_to(path.anchor).as_posix()


def _is_file(folder: Path, path: str) -> bool:
    """Whether there is such a file; False, too, for what no file can be named."""
    return os.path.isfile(f"{folder}/{path}")  # noqa: PTH113 - a hundred thousand times


def _key(path: str) -> str:
    """A path in lower case and composed letters, without the suffix of an image."""
    key = unicodedata.normalize("NFC", path).casefold()
    stem, dot, suffix = key.rpartition(".")
    return stem if f"{dot}{suffix}" in IMAGE_SUFFIXES else key


def _agree(film: str, path: str) -> bool:
    """Whether one of two paths ends as the other, suffix and all."""
    longer, shorter = sorted((film, path), key=len, reverse=True)
    return f"/{longer}".endswith(f"/{shorter}")
