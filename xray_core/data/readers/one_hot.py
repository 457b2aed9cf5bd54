"""A table with one column per class, 1 where it is found and 0 where not.

    file,normal,covid,viral
    images/f0.png,1,0,0

A film with several ones has several findings, one without any has no label, and one with an
uncertain mark (-1) is a problem.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from xray_core.data.labels import unify_label
from xray_core.data.readers.index_csv import FACTS
from xray_core.data.readers.rows import (
    Row,
    films_of,
    is_mark,
    list_records,
    read_marks,
    says_something,
)
from xray_core.data.readers.table_form import table_reader, tables_that
from xray_core.data.readers.tables import find_columns, header_key, read_header, read_table
from xray_core.data.readers.vocabulary import is_finding
from xray_core.data.records import Record

_NO_CLASS = re.compile(
    "(fe)?male|sex|gender|portable|supine|erect|intubated.*|(went)?icu|surviv.*|died|death|smoker"
    "|fever|cough|offset|followup|index|id|unnamed.*|supportdevices|pregnant|vaccinated"
)


def _class_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Column -> class, of the columns that hold nothing but marks, at least one of them a 1."""
    taken = set(find_columns(frame.columns).values())
    columns = {}
    for name in frame.columns:
        cells = frame[name].unique()
        if name in taken or _NO_CLASS.fullmatch(header_key(name)) or not unify_label(name):
            continue
        if all(map(is_mark, cells)) and any(map(says_something, cells)):
            columns[name] = unify_label(name)
    return columns


def _is_table(table: Path) -> bool:
    columns = find_columns(read_header(table))
    if "path" not in columns or "label" in columns:
        return False
    classes = set(_class_columns(read_table(table)).values())
    return len(classes) > 1 or any(map(is_finding, classes))


def _read(path: Path, dataset: str, tables: list[Path]) -> list[Record]:
    return list_records(_rows(read_table(tables[0])), films_of(path, tables[0]), dataset)


def _rows(frame: pd.DataFrame) -> Iterator[Row]:
    columns = find_columns(frame.columns)
    classes = _class_columns(frame)
    facts: dict[str, tuple[str, Callable[[str], str]]] = {
        role: (columns[role], read) for role, read in FACTS.items() if role in columns
    }
    for line, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        label, problem = read_marks({label: str(cells[name]) for name, label in classes.items()})
        read = {role: unify(str(cells[name])) for role, (name, unify) in facts.items()}
        yield Row(int(line), str(cells[columns["path"]]), label, read, problem=problem)


READER = table_reader(
    "one_hot",
    "a table with one column of 0 and 1 per class",
    tables_that(_is_table, first=True),
    _read,
)
