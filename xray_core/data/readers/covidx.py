"""COVIDx: text files without a header, separated by spaces.

    train_COVIDx9A.txt   patient file class source
    train/*.png  test/*.png

In the two-class editions (8B, 9B) `negative` only means no COVID-19: `no_covid`, not normal.

Source: Wang, Lin, Wong, Scientific Reports 10:19549, 2020, https://github.com/lindawangg/COVID-Net.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from xray_core.data.decoding.formats import IMAGE_SUFFIXES
from xray_core.data.readers.places import Films
from xray_core.data.readers.rows import Row, films_of, list_records
from xray_core.data.readers.table_form import table_reader, tables_that
from xray_core.data.readers.tables import read_lines
from xray_core.data.readers.vocabulary import unify_fact, unify_finding, unify_patient, unify_split
from xray_core.data.records import Record

_SUFFIXES = "|".join(sorted(suffix[1:] for suffix in IMAGE_SUFFIXES))
_LINE = re.compile(
    rf"(?P<patient>\S+) (?P<film>[^,;\t|]+\.(?:{_SUFFIXES}))"
    r" (?P<label>[^\s,;|]+)(?: (?P<source>\S+))?",
    re.IGNORECASE,
)
_TWO_CLASSES = {"positive": "covid", "negative": "no_covid"}
_N_TRIED = 20


def _is_table(table: Path) -> bool:
    if table.suffix.lower() != ".txt":
        return False
    lines = [text for _, text in read_lines(table, whole=False)][:_N_TRIED]
    return bool(lines) and all(map(_LINE.fullmatch, lines))


def _read(path: Path, dataset: str, tables: list[Path]) -> list[Record]:
    films = films_of(path, tables[0])
    rows = (row for table in tables for row in _rows(table, films))
    return list_records(rows, films, dataset)


def _rows(table: Path, films: Films) -> Iterator[Row]:
    words = re.split(r"[\W_]+", table.stem)
    split = next(filter(None, map(unify_split, words)), "")
    for number, text in read_lines(table):
        match = _LINE.fullmatch(text)
        if match is None:
            problem = f"{table.name}, line {number}: not 'patient file class source'"
            yield Row(number, f"{table.name}, line {number}", "", problem=problem)
            continue
        label = _TWO_CLASSES.get(match["label"].casefold()) or unify_finding(match["label"])
        facts = {
            "patient": unify_patient(match["patient"]),
            "source": unify_fact(match["source"] or ""),
            "split": split,
        }
        in_folder = f"{split}/{match['film']}"
        film = in_folder if films.is_there(in_folder) else match["film"]
        yield Row(number, film, label, facts)


READER = table_reader(
    "covidx",
    "COVIDx, text files of patient, file, class and source",
    tables_that(_is_table),
    _read,
)
