"""A table of disease and image path, in any column order, with the usual header names.

    disease,image path,patient id,source,age group
    COVID,images/covid/0017.jpg,p12,hospital A,adult

Paths are relative to the table's folder; a bare name may lie anywhere below (see `places`). The
table, CSV or Excel, may be named itself, or be `index.csv` or the only such table of a folder. A
column `boxes` holds JSON lists of [x, y, width, height], in shares of the film or in pixels.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from xray_core.data.origins import unify_basis
from xray_core.data.readers.base import Reader
from xray_core.data.readers.places import Films, locate
from xray_core.data.readers.rows import (
    Row,
    by_unit,
    films_of,
    find_box_columns,
    find_tables,
    list_records,
    read_box,
    read_box_list,
)
from xray_core.data.readers.tables import (
    TABLE_SUFFIXES,
    UNREAD_SUFFIXES,
    find_columns,
    header_key,
    lacks_columns,
    read_header,
    read_table,
)
from xray_core.data.readers.vocabulary import (
    not_a_radiograph,
    unify_age_group,
    unify_fact,
    unify_finding,
    unify_patient,
    unify_split,
    unify_view,
)
from xray_core.data.records import Record
from xray_core.errors import DatasetError

FACTS: dict[str, Callable[[str], str]] = {
    "patient": unify_patient,
    "source": unify_fact,
    "view": unify_view,
    "age_group": unify_age_group,
    "split": unify_split,
    "reading": unify_fact,
    "label_basis": unify_basis,
}
"""Role of a column -> how its cells are understood."""


def _lists_films(table: Path) -> bool:
    return lacks_columns(table, read_header(table)) is None


def _find_table(path: Path) -> Path | None:
    """The table to read: the file itself, `index.csv`, or the folder's only usable one.

    Raises:
        DatasetError: the folder has several usable tables, none of them `index.csv`.
    """
    if path.is_file():
        return path
    tables = find_tables(path, _lists_films)
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
        return path.suffix.lower() in TABLE_SUFFIXES | UNREAD_SUFFIXES
    return _find_table(path) is not None


def _read(path: Path, dataset: str) -> list[Record]:
    table = _find_table(path)
    if table is None:
        raise DatasetError(
            "The folder has no table of images.", where=path.name, fix="Name the table itself."
        )
    frame = read_table(table)
    if error := lacks_columns(table, frame.columns):
        raise error
    films = films_of(path, table)
    return list_records(rows_of(frame, films), films, dataset)


def rows_of(frame: pd.DataFrame, films: Films) -> Iterator[Row]:
    """The lines of a table with a label column; `film` is "" where it has no path column."""
    columns = find_columns(frame.columns)
    box_columns = find_box_columns(frame.columns)
    cells = {role: frame[name].tolist() for role, name in columns.items()}
    sides = {header_key(name): frame[name].tolist() for name in frame.columns}
    for place, line in enumerate(frame.index):
        facts = {role: read(cells[role][place]) for role, read in FACTS.items() if role in cells}
        for role in {"mask", "lesion"} & cells.keys():
            mask, flaw = locate(cells[role][place], films.base)
            facts[role] = "" if flaw else films.place(mask)
        if "boxes" in cells:
            boxes, flaw = read_box_list(cells["boxes"][place])
        elif box_columns:
            boxes, flaw = read_box({key: sides[key][place] for key in box_columns}, box_columns)
        else:
            boxes, flaw = (), ""
        words = (cells[role][place] if role in cells else "" for role in ("modality", "view"))
        yield Row(
            int(line),
            cells["path"][place] if "path" in cells else "",
            unify_finding(cells["label"][place]),
            facts,
            **by_unit(boxes),
            problem=f"row {line}: {flaw}" if flaw else not_a_radiograph(*words),
        )


READER = Reader(
    "index_csv",
    "a table (CSV, .xlsx) with a disease and an image path column",
    _recognises,
    _read,
    lambda path: filter(None, [_find_table(path)]),
)
