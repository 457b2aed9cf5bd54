"""CheXpert: one column per finding.

    CheXpert-v1.0-small/train.csv  valid.csv
        Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enlarged Cardiomediastinum,...
    CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg

1 is found, 0 and blank are not. A film with an uncertain finding (-1) is a problem, so that no
guess is learnt. A finding counts alone where the others marked are wider ones that hold it, as
Lung Opacity holds Edema. Support Devices are not a finding.

Source: Irvin et al., AAAI 2019, https://arxiv.org/abs/1901.07031.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from xray_core.data.labels import unify_label
from xray_core.data.readers.rows import (
    Row,
    cells_of,
    films_of,
    has_columns,
    is_mark,
    list_records,
    read_marks,
)
from xray_core.data.readers.table_form import table_reader, tables_that
from xray_core.data.readers.tables import header_key, read_table
from xray_core.data.readers.vocabulary import is_finding, unify_age_group, unify_split, unify_view
from xray_core.data.records import Record

SOURCE = "chexpert"
_FACT_COLUMNS = frozenset({"path", "sex", "age", "frontallateral", "appa", "supportdevices"})
_PATIENT = re.compile(r"(?:^|[/\\])(patient\d+)(?=[/\\])", re.IGNORECASE)
_is_table = has_columns("path frontallateral nofinding")


def _read(path: Path, dataset: str, tables: list[Path]) -> list[Record]:
    rows = (row for table in tables for row in _rows(table))
    return list_records(rows, films_of(path, tables[0]), dataset)


def _rows(table: Path) -> Iterator[Row]:
    frame = read_table(table)
    findings = {
        header_key(name): unify_label(name)
        for name in frame.columns
        if header_key(name) not in _FACT_COLUMNS
        and (is_finding(unify_label(name)) or all(map(is_mark, frame[name].unique())))
    }
    for line, cells in cells_of(frame):
        film = cells["path"]
        patient = _PATIENT.search(film)
        folders = film.replace("\\", "/").split("/")[:-1]
        view = unify_view(cells["frontallateral"])  # "lateral", or "" for frontal
        facts = {
            "patient": patient[1] if patient else "",
            "source": SOURCE,
            "view": view or unify_view(cells.get("appa", "")),
            "age_group": unify_age_group(cells.get("age", "")),
            "split": next(filter(None, map(unify_split, folders)), ""),
        }
        label, problem = read_marks({label: cells[key] for key, label in findings.items()})
        yield Row(line, film, label, facts, problem=problem)


READER = table_reader(
    "chexpert",
    "CheXpert, train.csv with one column per finding",
    tables_that(_is_table),
    _read,
    note="blank findings count as not found; films with an uncertain one (-1) are problems",
)
