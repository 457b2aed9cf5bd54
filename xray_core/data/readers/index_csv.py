"""A table of disease and image path, in any column order, with the usual header names.

    disease,image path,patient id,source,age group
    COVID,images/covid/0017.jpg,p12,hospital A,adult

Paths are relative to the table's folder. The table may be named itself, or be `index.csv` or the
only such table of a folder.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pandas as pd

from xray_core.data.labels import unify_label
from xray_core.data.readers.base import Reader, make_record, root_of
from xray_core.data.readers.tables import TABLE_SUFFIXES, describe_headers, find_columns, read_table
from xray_core.data.readers.vocabulary import unify_age_group, unify_split, unify_view
from xray_core.data.records import Record
from xray_core.errors import DatasetError

_FACTS: dict[str, Callable[[str], str]] = {
    "patient": str,
    "source": str,
    "view": unify_view,
    "age_group": unify_age_group,
    "split": unify_split,
}
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")


def locate(text: str, root: Path) -> tuple[str, str]:
    """A cell of the table as a relative path with forward slashes, and what is wrong with it.

    An absolute path inside the data set's folder is made relative. One outside keeps only its
    file name, so that no foreign folder is ever opened or written down.
    """
    cell = text.strip()
    if not cell:
        return "", "the image path is empty"
    if _ABSOLUTE.match(cell):
        if not Path(cell).is_relative_to(root):
            name = PurePosixPath(cell.replace("\\", "/")).name
            return name, "the path is outside the data set's folder"
        cell = Path(cell).relative_to(root).as_posix()
    path = posixpath.normpath(cell.replace("\\", "/"))
    if path == ".." or path.startswith("../"):
        return path, "the path is outside the data set's folder"
    return path, ""


def _usable_tables(folder: Path) -> list[Path]:
    tables = []
    for table in sorted(folder.iterdir()):
        if table.suffix.lower() in TABLE_SUFFIXES and table.is_file():
            try:
                columns = find_columns(read_table(table))
            except DatasetError:
                continue  # a text file that is no table says nothing about the folder
            if {"path", "label"} <= columns.keys():
                tables.append(table)
    return tables


def _find_table(path: Path) -> Path | None:
    """The table to read: the file itself, `index.csv`, or the folder's only usable one.

    Raises:
        DatasetError: the folder has several usable tables, none of them `index.csv`.
    """
    if path.is_file():
        return path
    tables = _usable_tables(path)
    named = [table for table in tables if table.name.lower() == "index.csv"]
    if named or len(tables) <= 1:
        return next(iter(named or tables), None)
    raise DatasetError(
        f"Several tables list images: {', '.join(table.name for table in tables)}.",
        where=path.name,
        fix="Name the table itself instead of its folder, or another reader with --reader NAME.",
    )


def _recognises(path: Path) -> bool:
    if path.is_file():
        return path.suffix.lower() in TABLE_SUFFIXES
    return _find_table(path) is not None


def _read(path: Path, dataset: str) -> list[Record]:
    table = _find_table(path)
    if table is None:
        raise DatasetError(
            "The folder has no table of images.", where=path.name, fix="Name the table itself."
        )
    frame = read_table(table)
    columns = find_columns(frame)
    for role, wanted in (("path", "an image path"), ("label", "a disease")):
        if role not in columns:
            raise DatasetError(
                f"The table has no column for {wanted}. "
                f"Its columns: {', '.join(frame.columns)}. Wanted: {describe_headers(role)}.",
                where=table.name,
                fix="Add a header line, or rename a column.",
            )
    return _merge(_rows(frame, columns, root_of(path), dataset))


def _rows(frame: pd.DataFrame, columns: dict[str, str], root: Path, dataset: str) -> list[Record]:
    cells = {role: frame[name].tolist() for role, name in columns.items()}
    records = []
    for row in range(len(frame)):
        path, problem = locate(cells["path"][row], root)
        facts = {
            role: unify(cells[role][row].strip()) for role, unify in _FACTS.items() if role in cells
        }
        for role in {"mask", "lesion"} & cells.keys():
            mask, flaw = locate(cells[role][row], root)
            facts[role] = "" if flaw else mask
        if problem:
            problem = f"row {row + 2}: {problem}"
            path = path or f"row {row + 2}"
        label = unify_label(cells["label"][row])
        records.append(make_record(dataset, path, label, problem=problem, **facts))
    return records


def _merge(records: list[Record]) -> list[Record]:
    """One record an image; an image listed with several labels is a problem."""
    merged: dict[str, Record] = {}
    labels: dict[str, list[str]] = {}
    for record in records:
        merged.setdefault(record.id, record)
        seen = labels.setdefault(record.id, [])
        if record.label not in seen:
            seen.append(record.label)
    return [
        _conflict(record, labels[key]) if len(labels[key]) > 1 else record
        for key, record in merged.items()
    ]


def _conflict(record: Record, labels: list[str]) -> Record:
    names = ", ".join(label or "no label" for label in labels)
    return replace(record, problem=record.problem or f"listed with several labels: {names}")


READER = Reader(
    "index_csv", "a CSV table with a disease and an image path column", _recognises, _read
)
