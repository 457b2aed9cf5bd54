"""Tables that people write by hand or export: any encoding, separator and usual header."""

import io
import re
from pathlib import Path

import pandas as pd

from xray_core.errors import DatasetError

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})

_HEADERS = {  # role -> header names without spaces and punctuation, the best first
    "path": "imagepath filepath path filename file image img imagename imagefile imgpath "
    "imageindex",
    "label": "disease label class diagnosis finding findings findinglabels category target",
    "patient": "patientid patient subjectid subject patientnumber",
    "source": "source origin collection hospital site institution dataset",
    "view": "view viewposition projection",
    "age_group": "agegroup age patientage",
    "split": "split subset partition fold set",
    "mask": "lungmask mask maskpath",
    "lesion": "lesionmask lesion lesionpath findingmask",
    "sop_uid": "sopinstanceuid sopuid instanceuid",
}


def read_table(path: Path) -> pd.DataFrame:
    """Read a table as text.

    UTF-8 with or without a byte order mark, UTF-16 and Windows-1252 are told apart; comma,
    semicolon, tab and bar are, by the header line. Empty cells are "".

    Raises:
        DatasetError: the file can't be opened, or its lines don't form a table.
    """
    try:
        data = path.read_bytes()
        text = _decode(data)
        header = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
        frame = pd.read_csv(
            io.StringIO(text),
            sep=max(",;\t|", key=header.count),
            dtype=str,
            keep_default_na=False,
            index_col=False,
            skipinitialspace=True,
        )
    except (OSError, ValueError) as error:  # pandas' parser errors are ValueErrors
        raise DatasetError(
            f"The table could not be read: {str(error).splitlines()[0]}.",
            where=path.name,
            fix="Save it as CSV with a header line.",
        ) from error
    return frame.fillna("").rename(columns=lambda name: str(name).strip())


def find_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Which column plays which role: `{"path": "image path", "label": "disease", ...}`."""
    keys: dict[str, str] = {}
    for name in frame.columns:
        keys.setdefault(re.sub(r"[\W_]+", "", name.casefold()), name)
    columns: dict[str, str] = {}
    for role, headers in _HEADERS.items():
        found = next((keys[header] for header in headers.split() if header in keys), None)
        if found is not None:
            columns[role] = found
    return columns


def describe_headers(role: str) -> str:
    """The header names understood for a role, for error texts."""
    return ", ".join(_HEADERS[role].split())


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
