"""Excel files: which of their sheets is the table, and its cells as text."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from xray_core.settings import get_settings


def sheet_lines(
    path: Path, lists_films: Callable[[list[str]], bool]
) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of the lines of the sheet that is the table.

    Args:
        path: of the Excel file.
        lists_films: whether a header is that of a table of films.

    Raises:
        ValueError: the file unpacks to too much, or several of its sheets list films.
        Exception: whatever openpyxl raises on a damaged file.
    """
    limit = get_settings().max_file_bytes
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > 4 * limit:
            raise ValueError(f"it unpacks to more than {4 * limit / 2**20:,.0f} MB")
    book = open_book(path)
    try:
        yield from _lines(_table_of(book.worksheets, lists_films))
    finally:
        book.close()


def _table_of(sheets: list[Any], lists_films: Callable[[list[str]], bool]) -> Any:
    """The sheet that lists films, else the first that holds anything.

    Raises:
        ValueError: several sheets list films, so that none may be passed over.
    """
    headers = {}
    for sheet in sheets:
        header = next((row for _, row in _lines(sheet) if any(row)), None)
        if header is not None:
            headers[sheet.title] = header
    listing = [title for title, header in headers.items() if lists_films(header)]
    if len(listing) > 1:
        raise ValueError(
            f"several of its sheets list films ({', '.join(listing)}): save each alone"
        )
    chosen = next(iter(listing or headers), sheets[0].title)
    return next(sheet for sheet in sheets if sheet.title == chosen)


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # some programs write too small ones
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def open_book(path: Path) -> Any:
    """A workbook to read the values of its cells from; close it.

    Raises:
        ValueError: its name says that it is another kind of file.
        Exception: whatever openpyxl raises on a damaged file.
    """
    from openpyxl import load_workbook  # most data sets never need it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(path, read_only=True, data_only=True)
    except InvalidFileException as error:
        raise ValueError(str(error)) from error
