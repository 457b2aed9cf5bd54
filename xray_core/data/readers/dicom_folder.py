"""A folder of DICOM files and a CSV table of labels.

    labels.csv   file,label | SOPInstanceUID,label | patientId,Target ...
    a/1.dcm  a/2.dcm ...

A row belongs to the file that its path, file name, stem, SOP instance UID or patient id names.
View, age and patient are read from the header, no pixel is. The header's patient id is kept only
as a short digest; the table's own patient column is kept as it is.
"""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd
import pydicom
from pydicom.errors import InvalidDicomError

from xray_core.data.labels import unify_label
from xray_core.data.readers.base import Reader, make_record, root_of, walk_files
from xray_core.data.readers.tables import TABLE_SUFFIXES, find_columns, read_table
from xray_core.data.readers.vocabulary import unify_age_group, unify_split, unify_view
from xray_core.data.records import Record
from xray_core.errors import DatasetError

_SUFFIXES = (".dcm", ".dicom")
_TAGS = ["SOPInstanceUID", "PatientID", "ViewPosition", "PatientAge"]
_KEYS = ("path", "sop_uid", "patient")  # the roles that can name a file, the surest first
# What pydicom raises on damaged headers.
_DAMAGE = (OSError, InvalidDicomError, ValueError, LookupError, TypeError, AttributeError)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Header:
    sop_uid: str = ""
    patient: str = ""
    view: str = ""
    age_group: str = ""


def _dicom_files(root: Path) -> list[str]:
    return [path for path in walk_files(root) if path.lower().endswith(_SUFFIXES)]


def _find_table(path: Path) -> tuple[Path, pd.DataFrame, dict[str, str]] | None:
    """The table itself, or the first of the folder that has a label and names files."""
    candidates = [path] if path.is_file() else sorted(path.iterdir())
    for table in candidates:
        if table.suffix.lower() not in TABLE_SUFFIXES or not table.is_file():
            continue
        try:
            frame = read_table(table)
        except DatasetError as error:
            _log.info("%s is not a table of labels: %s", table.name, error.what)
            continue
        columns = find_columns(frame)
        if "label" in columns and any(role in columns for role in _KEYS):
            return table, frame, columns
    return None


def _recognises(path: Path) -> bool:
    root = root_of(path)
    has_films = any(file.lower().endswith(_SUFFIXES) for file in walk_files(root))
    return has_films and _find_table(path) is not None


def _read(path: Path, dataset: str) -> list[Record]:
    found = _find_table(path)
    if found is None:
        raise DatasetError(
            "The folder has no table of labels.",
            where=path.name,
            fix="Put a CSV beside the files, with a label and a file, SOPInstanceUID or "
            "PatientID column.",
        )
    _, frame, columns = found
    root = root_of(path)
    rows = _index_rows(frame, columns)
    used: set[int] = set()
    records = []
    for file in _dicom_files(root):
        header = _read_header(root / file)
        row = _match(file, header, rows)
        cells = {}
        if row is not None:
            used.add(row)
            cells = {role: str(frame.at[row, name]).strip() for role, name in columns.items()}
        records.append(_record(dataset, file, header, cells))
    records += [
        _missing(dataset, row, frame, columns) for row in range(len(frame)) if row not in used
    ]
    return list({record.id: record for record in reversed(records)}.values())[::-1]


def _missing(dataset: str, row: int, frame: pd.DataFrame, columns: dict[str, str]) -> Record:
    key = next(columns[role] for role in _KEYS if role in columns)
    name = PurePosixPath(str(frame.at[row, key]).replace("\\", "/")).name
    return make_record(
        dataset,
        name or f"row {row + 2}",
        unify_label(str(frame.at[row, columns["label"]])),
        problem=f"row {row + 2}: no DICOM file belongs to it",
    )


def _index_rows(frame: pd.DataFrame, columns: dict[str, str]) -> dict[str, dict[str, int]]:
    """For each role, cell -> row; the first row of equal ones counts."""
    index: dict[str, dict[str, int]] = {}
    for role in _KEYS:
        if role in columns:
            cells: dict[str, int] = {}
            for row, cell in enumerate(frame[columns[role]]):
                cells.setdefault(str(cell).strip().replace("\\", "/"), row)
            cells.pop("", None)
            index[role] = cells
    return index


def _match(file: str, header: _Header, rows: dict[str, dict[str, int]]) -> int | None:
    path = PurePosixPath(file)
    names = (file, path.name, path.stem)
    for role, wanted in (
        ("path", (*names, header.sop_uid)),
        ("sop_uid", (header.sop_uid, path.stem)),
        ("patient", (header.patient, path.stem)),
    ):
        for name in wanted:
            if name and name in rows.get(role, {}):
                return rows[role][name]
    return None


def _record(dataset: str, file: str, header: _Header, cells: dict[str, str]) -> Record:
    return make_record(
        dataset,
        file,
        unify_label(cells.get("label", "")),
        patient=cells.get("patient") or _digest(header.patient),
        source=cells.get("source", ""),
        view=unify_view(cells.get("view", "")) or header.view,
        age_group=unify_age_group(cells.get("age_group", "")) or header.age_group,
        split=unify_split(cells.get("split", "")),
    )


def _digest(patient: str) -> str:
    return hashlib.sha256(patient.encode()).hexdigest()[:12] if patient else ""


def _read_header(path: Path) -> _Header:
    """The facts of a header; empty for a damaged file, which the scan will report."""
    try:
        tags = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=_TAGS)
        return _Header(
            sop_uid=str(tags.get("SOPInstanceUID", "")),
            patient=str(tags.get("PatientID", "") or ""),
            view=unify_view(str(tags.get("ViewPosition", "") or "")),
            age_group=unify_age_group(str(tags.get("PatientAge", "") or "")),
        )
    except (
        OSError,
        InvalidDicomError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ) as error:
        _log.info("the header of %s is not readable: %s", path.name, error)
        return _Header()


READER = Reader("dicom_folder", "DICOM files with a CSV table of labels", _recognises, _read)
