"""Which folders the pages may open for a visitor; the command line opens what its user may.

Nothing outside the given folders is opened: the answer is the same whether anything is there or
not. Links count as what they lead to, and what starts with a dot is outside everywhere.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from xray_core.data.readers.base import is_wanted
from xray_core.data.readers.tables import TABLE_SUFFIXES
from xray_core.data.records import Record
from xray_core.errors import DatasetError

LEADS_OUTSIDE = "a link that leads outside the folders that this app may open"
MAX_CHARACTERS = 4096
_TABLES = TABLE_SUFFIXES | {".xlsx", ".xls", ".json"}


def allowed_path(text: str, roots: Sequence[Path]) -> Path:
    """A path given by a visitor.

    Args:
        text: as it was typed; a leading `~` is the home folder of whoever runs the app.
        roots: folders that may be opened, with all that lies in them.

    Returns:
        The absolute path, links followed; it need not exist.

    Raises:
        DatasetError: it lies outside, whether something is there or not.
    """
    path = _resolved(text)
    if path is None or not _is_inside(path, roots):
        raise DatasetError(
            "This app does not open that path.",
            where=_shown(text),
            fix=f"Name one in {' or '.join(root.name or str(root) for root in roots)}; whoever "
            "runs the app lists further folders in XRAY_DATA_ROOTS."
            if roots
            else "Whoever runs the app lists the folders that it may open in XRAY_DATA_ROOTS.",
        )
    return path


def require_no_way_out(root: Path, roots: Sequence[Path]) -> frozenset[str]:
    """Check a data set's folder for links before it is read.

    Returns:
        Pictures, relative to it, that are links leading outside; they must not be opened.

    Raises:
        DatasetError: a folder or table in it is such a link, so it would be listed.
    """
    pictures, seen = set[str](), set[str]()
    for folder, folders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a circle of links
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [name for name in folders if is_wanted(name)]
        for name in (*folders, *filter(is_wanted, files)):
            path = Path(folder, name)
            if not path.is_symlink() or _is_inside(_real(path), roots):
                continue
            relative = path.relative_to(root).as_posix()
            if name in folders or path.suffix.lower() in _TABLES:
                raise DatasetError(
                    f"The folder holds {LEADS_OUTSIDE}.",
                    where=relative,
                    fix="Remove the link, or have its target listed in XRAY_DATA_ROOTS.",
                )
            pictures.add(relative)
    return frozenset(pictures)


def confine(record: Record, links: frozenset[str]) -> Record:
    """The record; with a problem where its film is outside, without masks that are.

    Args:
        record: as a reader listed it.
        links: from `require_no_way_out`.
    """

    def is_out(path: str) -> bool:
        return path in links or any(part.startswith(".") for part in PurePosixPath(path).parts)

    if not record.problem and is_out(record.path):
        return replace(record, problem=LEADS_OUTSIDE, mask="", lesion="")
    masks = {name: "" for name in ("mask", "lesion") if is_out(getattr(record, name))}
    return replace(record, **masks) if masks else record  # type: ignore[arg-type]


def _is_inside(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a path without links lies in one of the folders, and below no dot folder of it."""
    return any(
        path.is_relative_to(root)
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
        for root in roots
    )


def _resolved(text: str) -> Path | None:
    if not text.strip() or len(text) > MAX_CHARACTERS:
        return None
    words = text.strip()
    # `~name` would reveal which accounts exist.
    home = words == "~" or words.startswith(("~/", "~" + os.sep))
    try:
        return _real(Path(words).expanduser() if home else Path(words))
    except (OSError, ValueError, RuntimeError):
        return None


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # ends in a circle of links, too


def _shown(text: str) -> str:
    """The end of what was typed, as far as it can be shown."""
    name = PurePosixPath(text.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable())[:60]
