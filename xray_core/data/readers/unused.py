"""Tables that lie beside films and that no reader can use: never skipped silently."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from xray_core.data.decoding.formats import IMAGE_SUFFIXES
from xray_core.data.readers.base import Reader, walk_files, walk_folders, walk_images
from xray_core.data.readers.folder_names import read_folder_name
from xray_core.data.readers.letters import describe_guess
from xray_core.data.readers.mask_files import divide_masks, is_mask_folder
from xray_core.data.readers.tables import (
    SHEET_SUFFIXES,
    TABLE_SUFFIXES,
    UNREAD_SUFFIXES,
    find_columns,
    lacks_columns,
    other_columns,
    read_header,
    read_lines,
    read_table,
)
from xray_core.data.readers.vocabulary import is_finding
from xray_core.data.records import Record
from xray_core.errors import DatasetError
from xray_core.files import is_there

_FILM = re.compile(rf"[\w)]({'|'.join(re.escape(suffix) for suffix in IMAGE_SUFFIXES)})\b", re.I)
_MOST_NAMED = 3
_N_TRIED = 50


def refuse_unused_tables(folder: Path) -> None:
    """Stop where a table lies in a folder that no reader of tables has recognised.

    Raises:
        DatasetError: names each table and why it can't be used.
    """
    if folder.is_file():
        return
    tables = [name for name in walk_files(folder) if _is_table(folder / name)]
    if not tables:
        return
    reasons = [f"{name}: {_reason(folder, name)}" for name in tables[:_MOST_NAMED]]
    more = f" And {len(tables) - _MOST_NAMED:,} more." if len(tables) > _MOST_NAMED else ""
    raise DatasetError(
        f"A table lies beside the films and can't be used. {' '.join(reasons)}{more}",
        where=f"{folder.name}/{tables[0]}",
        fix="Correct the table or name another one; to use the folders as classes instead, add "
        "--reader class_folders, or choose that on the Dataset page.",
    )


def describe_unused(reader: Reader, path: Path, records: Iterable[Record]) -> tuple[str, ...]:
    """What lies in a data set's folder and was not used, as notes: tables and films.

    Args:
        reader: what read the folder.
        path: folder or index file; beside a file that was named itself nothing else is searched.
        records: what was read.
    """
    if path.is_file():
        return (*_describe_letters([path]), *_describe_columns(reader, path))
    used = set(reader.tables(path))
    tables = [
        name for name in walk_files(path) if path / name not in used and _is_table(path / name)
    ]
    listed, folders = set(), tuple[str, ...]()
    for record in records:
        listed.add(record.path)
        if record.problem and is_there(path / record.path) and (path / record.path).is_dir():
            folders += (f"{record.path}/",)
    n_films = sum(
        film not in listed and not film.startswith(folders)
        for film in divide_masks(walk_images(path)).films
    )
    notes = [*_describe_letters(sorted(used)), *_describe_columns(reader, path)]
    if tables:
        shown = ", ".join(tables[:_MOST_NAMED])
        more = f" and {len(tables) - _MOST_NAMED:,} more" if len(tables) > _MOST_NAMED else ""
        notes.append(f"tables that were not used: {shown}{more}")
    if empty := _class_folders_without(path, listed):
        shown = ", ".join(empty[:_MOST_NAMED])
        more = f" and {len(empty) - _MOST_NAMED:,} more" if len(empty) > _MOST_NAMED else ""
        notes.append(f"folders named as a class in which no film lies: {shown}{more}")
    if n_films:
        notes.append(f"films below the folder that the data set does not list: {n_films:,}")
    return tuple(notes)


def _describe_letters(tables: Iterable[Path]) -> Iterator[str]:
    """Which tables are not UTF-8; a sheet has no encoding."""
    texts = (table for table in tables if table.suffix.lower() not in SHEET_SUFFIXES)
    return filter(None, map(describe_guess, texts))


def _describe_columns(reader: Reader, path: Path) -> tuple[str, ...]:
    """Columns that could be the label as well, of the reader that chooses by their names."""
    if reader.name != "index_csv":
        return ()
    (table,) = reader.tables(path)
    header = read_header(table)
    others = other_columns("label", header)
    if not others:
        return ()
    return (f"the label is column {find_columns(header)['label']}, not {', '.join(others)}",)


def _class_folders_without(root: Path, listed: set[str]) -> list[str]:
    """Folders that a known finding names and that hold no listed film, an empty one, too."""
    used = {str(folder) for path in listed for folder in PurePosixPath(path).parents}
    return [
        folder
        for folder in walk_folders(root)
        if folder not in used
        and folder not in listed  # passed over, and named as a problem
        and not any(map(is_mask_folder, PurePosixPath(folder).parts))
        and is_finding(read_folder_name(PurePosixPath(folder).name).label)
    ]


def _is_table(path: Path) -> bool:
    """Whether a file is a table that may list films; a text is one where most lines name a film."""
    suffix = path.suffix.lower()
    if suffix not in TABLE_SUFFIXES | UNREAD_SUFFIXES or not path.is_file():
        return False
    if suffix != ".txt":
        return True
    try:
        lines = [text for _, text in read_lines(path, whole=False)][:_N_TRIED]
    except DatasetError:
        return False
    return sum(bool(_FILM.search(line)) for line in lines) * 2 > len(lines)


def _reason(folder: Path, name: str) -> str:
    try:
        error = lacks_columns(folder / name, read_table(folder / name).columns)
    except DatasetError as unreadable:
        error = unreadable
    return error.what if error else "It lies in a folder below; name the table itself."
