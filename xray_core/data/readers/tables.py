"""Tables written by hand or exported: any encoding, separator and common header."""

import csv
import functools
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from xray_core.data.decoding.formats import IMAGE_SUFFIXES
from xray_core.data.readers.letters import decode_text
from xray_core.data.readers.sheets import sheet_lines
from xray_core.errors import DatasetError
from xray_core.settings import get_settings

SHEET_SUFFIXES = frozenset({".xlsx", ".xlsm"})
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt"}) | SHEET_SUFFIXES
UNREAD_SUFFIXES = frozenset({".xls", ".xlsb", ".ods", ".numbers", ".parquet", ".feather"})
"""Suffixes of tables that are named, never read."""

_HEADERS = {  # role -> header names without spaces and punctuation, the best first
    "path": "imagepath filepath path filename file image img imagename imagefile imgpath "
    "imageindex imageid xrayimagename imagefilename",
    "label": "disease label class diagnosis finding findings findinglabels category target "
    "classname labels pathology",
    "patient": "patientid patient subjectid subject patientnumber",
    "source": "source origin collection hospital site institution dataset",
    "view": "view viewposition projection",
    "age_group": "agegroup age patientage",
    "split": "split subset partition fold set datasettype",
    "mask": "lungmask mask maskpath",
    "lesion": "lesionmask lesion lesionpath findingmask",
    "sop_uid": "sopinstanceuid sopuid instanceuid",
    "boxes": "boxes bboxes boundingboxes",
    "reading": "reading",
    "label_basis": "labelbasis labelpolicy labelsays",
    "modality": "modality",
}
_EXCEL_SEPARATOR = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)
_HEAD_BYTES = 65_536
_SHOWN_COLUMNS = 20
# What a file that is not a table raises: csv and codecs ValueErrors apart, zip's own.
_DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, SyntaxError, csv.Error)
_SHEET_DAMAGE = (
    *(*_DAMAGE, zipfile.BadZipFile, zlib.error),
    *(RuntimeError, EOFError, ArithmeticError),
)


def read_table(path: Path) -> pd.DataFrame:
    """Read a table as text.

    UTF-8 with or without a byte order mark, UTF-16 and Windows-1252 are distinguished; so
    are comma, semicolon, tab and bar, by the header line or Excel's line `sep=;`. Of an Excel file
    the sheet that lists files is read, else the first that holds anything. Empty cells are "", and
    lines without any cell are left out.

    Returns:
        Columns as in the header, a number behind a name that comes twice; the index is the line
        in the file, the first being 1.

    Raises:
        DatasetError: the file can't be opened, or its lines don't form a table.
    """
    lines = _lines(path)
    try:
        _, header = next(lines)
    except StopIteration:
        raise _unreadable(path, "it is empty") from None
    numbers, rows = [], []
    for number, row in lines:
        if any(row[len(header) :]):
            raise DatasetError(
                f"Line {number} has {len(row)} cells, the header has {len(header)}: "
                f"{_shorten(row)}. Columns: {_shorten(header)}.",
                where=path.name,
                fix="Put quotes round a cell that holds the separator.",
            )
        numbers.append(number)
        rows.append((row + [""] * (len(header) - len(row)))[: len(header)])
    return pd.DataFrame(rows, columns=_unique(header), index=numbers, dtype=object)


def read_header(path: Path) -> tuple[str, ...]:
    """The column names of a table, from the start of the file alone.

    Raises:
        DatasetError: as `read_table`, as far as the header shows it.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error.strerror or "it can't be opened") from error
    return _header(path, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=64)
def _header(path: Path, changed: int, size: int) -> tuple[str, ...]:
    _, header = next(_lines(path, whole=False), (0, []))
    return tuple(_unique(header))


def read_lines(path: Path, *, whole: bool = True) -> Iterator[tuple[int, str]]:
    """Number and text of every line of a text file that has any, stripped.

    Args:
        path: of a file that is not a sheet.
        whole: False reads its start alone.

    Raises:
        DatasetError: the file can't be opened, or is not text.
    """
    try:
        lines = _text(path, whole=whole).splitlines()
    except _DAMAGE as error:
        raise _unreadable(path, _words_of(error)) from error
    if not whole and len(lines) > 1:
        lines.pop()  # cut anywhere
    for number, line in enumerate(lines, 1):
        if text := line.strip():
            yield number, text


def find_columns(names: Iterable[str]) -> dict[str, str]:
    """Which column plays which role: `{"path": "image path", "label": "disease", ...}`."""
    keys: dict[str, str] = {}
    for name in names:
        keys.setdefault(header_key(name), name)
    columns: dict[str, str] = {}
    for role, headers in _HEADERS.items():
        found = next((keys[header] for header in headers.split() if header in keys), None)
        if found is not None:
            columns[role] = found
    return columns


def other_columns(role: str, names: Iterable[str]) -> list[str]:
    """The columns that could play a role, too, but for one with a better name."""
    header = list(names)
    chosen = find_columns(header).get(role)
    known = _HEADERS[role].split()
    return [name for name in header if name != chosen and header_key(name) in known]


def _names_files(header: list[str]) -> bool:
    return "path" in find_columns(header)


def header_key(name: str) -> str:
    """A column name as it is compared: `X_ray Image-Name` -> `xrayimagename`."""
    return re.sub(r"[\W_]+", "", name.casefold())


def describe_headers(role: str) -> str:
    """The header names understood for a role, for error texts."""
    return ", ".join(_HEADERS[role].split())


def lacks_columns(path: Path, names: Iterable[str]) -> DatasetError | None:
    """Why a table can't list films: columns found and wanted; None where it can."""
    header = list(names)
    columns = find_columns(header)
    for role in ("path", "label"):
        found = columns.get(role)
        if found and f"{found}.1" in header:
            reason = f"The table has several columns named {found}, so that none can be trusted."
            return DatasetError(reason, where=path.name, fix="Remove or rename all but one.")
    words = (word for name in header for word in name.split())
    if any(Path(word).suffix.lower() in IMAGE_SUFFIXES for word in words):
        reason = f"The table has no header line. Its first line: {_shorten(header)}. Wanted: "
        reason += f"one of {describe_headers('path')}, and one of {describe_headers('label')}."
    else:
        wanted = {"path": "an image path", "label": "a disease"}
        absent = [role for role in wanted if role not in columns]
        if not absent:
            return None
        missing = " and none for ".join(wanted[role] for role in absent)
        reason = (
            f"The table has no column for {missing}. "
            f"Its columns: {_shorten(header)}. "
            f"Wanted: {'; '.join(describe_headers(role) for role in absent)}."
        )
    return DatasetError(reason, where=path.name, fix="Add a header line, or rename a column.")


def _lines(path: Path, *, whole: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of every line that has any, the header first; all cells stripped."""
    suffix = path.suffix.lower()
    if suffix in UNREAD_SUFFIXES:
        raise _unreadable(path, f"{suffix} files are not read")
    reader = (
        sheet_lines(path, _names_files) if suffix in SHEET_SUFFIXES else _text_lines(path, whole)
    )
    try:
        for number, row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield number, cells
    except _SHEET_DAMAGE as error:
        raise _unreadable(path, _words_of(error)) from error


def _words_of(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) else str(error).partition("\n")[0]
    return words or type(error).__name__


def _text(path: Path, *, whole: bool) -> str:
    """The text of a file, or of its start.

    Raises:
        OSError, ValueError: it can't be opened, is too large or not text.
    """
    limit = get_settings().max_file_bytes
    with path.open("rb") as file:
        data = file.read(limit + 1 if whole else _HEAD_BYTES)
    if len(data) > limit:
        raise ValueError(f"it is larger than {limit / 2**20:,.0f} MB")
    text = decode_text(data, whole=whole)
    if "\0" in text:
        raise ValueError("it holds binary data")
    return text


def _text_lines(path: Path, whole: bool) -> Iterator[tuple[int, list[str]]]:
    text = _text(path, whole=whole)
    first = next((line for line in text.splitlines() if line.strip()), "")
    named = _EXCEL_SEPARATOR.match(first)
    plain = re.sub(r'"[^"]*"', "", first)
    separator = named[1] if named else max(",;\t|", key=plain.count)
    source = io.StringIO(text, newline="")
    lines = csv.reader(source, delimiter=separator, skipinitialspace=True, strict=True)
    last = 0
    try:
        for row in lines:
            last = lines.line_num
            if named and any(row):
                named = None
            else:
                yield last, row
    except csv.Error as error:
        raise ValueError(f"line {last + 1}: {error}") from error


def _unique(names: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}.{seen[name] - 1}")
    return unique


def _shorten(cells: Iterable[str]) -> str:
    """Cells for an error text: not too many, none too long, at least one."""
    listed = [cell if len(cell) <= 60 else f"{cell[:57]}..." for cell in cells if cell]
    more = f" and {len(listed) - _SHOWN_COLUMNS} more" if len(listed) > _SHOWN_COLUMNS else ""
    return (", ".join(listed[:_SHOWN_COLUMNS]) or "none") + more


def _unreadable(path: Path, reason: str) -> DatasetError:
    return DatasetError(
        f"The table could not be read: {reason}.",
        where=path.name,
        fix="Save it as CSV or .xlsx with a header line.",
    )
