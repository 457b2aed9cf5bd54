"""Readers of data sets that come with tables: each is made of how its tables are found and read."""

from collections.abc import Callable, Iterable
from pathlib import Path

from xray_core.data.readers.base import Reader
from xray_core.data.readers.places import Films
from xray_core.data.readers.rows import Row, films_of, find_tables, list_records
from xray_core.data.records import Record
from xray_core.errors import DatasetError

ListTables = Callable[[Path], list[Path]]
ReadTables = Callable[[Path, str, list[Path]], list[Record]]


def tables_that(is_table: Callable[[Path], bool], *, first: bool = False) -> ListTables:
    """What lists the tables of a form below a path, as `find_tables`.

    Args:
        is_table: whether a table has the form.
        first: whether only the first counts.
    """
    return lambda path: find_tables(path, is_table)[: 1 if first else None]


def table_reader(
    name: str, title: str, tables: ListTables, read: ReadTables, note: str = ""
) -> Reader:
    """A reader that recognises what has one of its tables.

    Args:
        name: as in `Reader`.
        title: as in `Reader`.
        tables: the tables of a folder or file that the reader uses, the one that lists films first;
            none where the form is another.
        read: `(path, dataset, tables) -> records`, given one table or more.
        note: as in `Reader`.
    """

    def read_all(path: Path, dataset: str) -> list[Record]:
        found = tables(path)
        if not found:
            raise DatasetError(
                "The data set has no table of the form that this reader reads.",
                where=path.name,
                fix="Name the table itself, or another reader with --reader NAME.",
            )
        return read(path, dataset, found)

    return Reader(name, title, lambda path: bool(tables(path)), read_all, tables, note)


def of_one_table(rows: Callable[[Path, Films], Iterable[Row]]) -> ReadTables:
    """What reads a data set of one table, the first.

    Args:
        rows: `(table, films) -> rows`.
    """

    def read(path: Path, dataset: str, tables: list[Path]) -> list[Record]:
        films = films_of(path, tables[0])
        return list_records(rows(tables[0], films), films, dataset)

    return read
