"""A folder of DICOM files and a CSV table of labels.

    labels.csv   file,label | SOPInstanceUID,label | patientId,Target ...
    a/1.dcm  a/2.dcm ...

A row belongs to the file that its path, file name, stem, SOP instance UID or patient id names.
View, age and patient are read from the header; no pixels are. The header's patient id is kept only
as a short digest; the table's own patient column is kept as it is.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from xray_core.data.decoding.formats import DICOM_SUFFIXES, IMAGE_SUFFIXES, is_dicom_file
from xray_core.data.readers.base import Reader, make_record, root_of, walk_files
from xray_core.data.readers.index_csv import rows_of
from xray_core.data.readers.rows import Row, films_of, find_tables, merge_rows
from xray_core.data.readers.tables import find_columns, read_header, read_table
from xray_core.data.readers.vocabulary import (
    unify_age_group,
    unify_fact,
    unify_patient,
    unify_view,
)
from xray_core.data.records import Record
from xray_core.errors import DatasetError

_TAGS = ["SOPInstanceUID", "PatientID", "ViewPosition", "PatientAge"]
_KEYS = ("path", "sop_uid", "patient")  # the roles that can name a file, the most reliable first
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Header:
    """What the header of a DICOM file says; "" for what it doesn't.

    Attributes:
        sop_uid: SOP instance UID.
        patient: patient id, to match it with a table; never kept.
        view, age_group: as in `Record`.
    """

    sop_uid: str = ""
    patient: str = ""
    view: str = ""
    age_group: str = ""

    @property
    def patient_code(self) -> str:
        """A short digest of the patient id."""
        return hashlib.sha256(self.patient.encode()).hexdigest()[:12] if self.patient else ""


def _dicom_files(root: Path) -> list[str]:
    return [path for path in walk_files(root) if is_dicom_file(root / path)]


def _find_table(path: Path) -> Path | None:
    """The table itself, or the first of the folder that has a label and names files."""
    return next(iter(find_tables(path, _names_files)), None)


def _names_files(table: Path) -> bool:
    columns = find_columns(read_header(table))
    if "label" not in columns or not any(role in columns for role in _KEYS):
        return False
    # Pictures are beyond this reader: `index_csv` reads them, and DICOM among them.
    names = read_table(table)[columns["path"]] if "path" in columns else ()
    return not any(_is_picture(name) for name in names)


def _is_picture(name: str) -> bool:
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    return suffix in IMAGE_SUFFIXES - DICOM_SUFFIXES


def _recognises(path: Path) -> bool:
    root = root_of(path)
    has_films = any(is_dicom_file(root / file) for file in walk_files(root))
    return has_films and _find_table(path) is not None


def _read(path: Path, dataset: str) -> list[Record]:
    table = _find_table(path)
    if table is None:
        raise DatasetError(
            "The folder has no table of labels.",
            where=path.name,
            fix="Put a CSV beside the files, with a label and a file, SOPInstanceUID or "
            "PatientID column.",
        )
    root = root_of(path)
    frame = read_table(table)
    rows = list(rows_of(frame, films_of(path, table)))
    columns = find_columns(frame.columns)
    index = {role: _index(frame[columns[role]].tolist()) for role in _KEYS if role in columns}
    used: set[int] = set()
    records = []
    for file in _dicom_files(root):
        header = read_header_facts(root / file)
        places = _match(file, header, index)
        used.update(places)
        facts = {"view": header.view, "age_group": header.age_group, "patient": header.patient_code}
        lines = [rows[place] for place in places] or [Row(0, file, "")]
        lines = [replace(line, facts=facts | _filled(line.facts)) for line in lines]
        records.append(merge_rows(dataset, file, lines))
    key = next(columns[role] for role in _KEYS if role in columns)
    records += [
        _missing(dataset, row, str(frame[key].iloc[place]))
        for place, row in enumerate(rows)
        if place not in used
    ]
    return list({record.id: record for record in reversed(records)}.values())[::-1]


def _filled(facts: Mapping[str, str]) -> dict[str, str]:
    return {role: text for role, text in facts.items() if text}


def _missing(dataset: str, row: Row, cell: str) -> Record:
    name = PurePosixPath(cell.replace("\\", "/")).name
    return make_record(
        dataset,
        name or f"row {row.line}",
        row.label,
        problem=f"row {row.line}: no DICOM file belongs to it",
    )


def _index(cells: list[str]) -> dict[str, list[int]]:
    """Cell -> all places of the table where it stands."""
    index: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        if name := unify_fact(cell):
            index.setdefault(name.replace("\\", "/"), []).append(place)
    return index


def _match(file: str, header: Header, index: dict[str, dict[str, list[int]]]) -> list[int]:
    """Places of the lines that belong to a file."""
    path = PurePosixPath(file)
    names = (file, path.name, path.stem)
    for role, wanted in (
        ("path", (*names, header.sop_uid)),
        ("sop_uid", (header.sop_uid, path.stem)),
        ("patient", (header.patient, path.stem)),
    ):
        for name in wanted:
            if name and name in index.get(role, {}):
                return index[role][name]
    return []


def read_header_facts(path: Path) -> Header:
    """The facts of a header; empty for a damaged file, which the scan will report."""
    from xray_core.data.decoding import dicom  # most data sets never need pydicom

    try:
        tags = dicom.read_elements(path, _TAGS)
        return Header(
            sop_uid=str(tags.get("SOPInstanceUID", "")),
            patient=unify_patient(str(tags.get("PatientID", "") or "")),
            view=unify_view(str(tags.get("ViewPosition", "") or "")),
            age_group=unify_age_group(str(tags.get("PatientAge", "") or "")),
        )
    except Exception as error:  # whatever it is, the other files are read all the same
        _log.info("the header of %s is not readable: %s", path.name, error)
        return Header()


def with_header(record: Record, root: Path) -> Record:
    """A record with the view and age that its file's header knows and its table does not."""
    if record.problem or not is_dicom_file(root / record.path):
        return record
    header = read_header_facts(root / record.path)
    return replace(
        record,
        view=record.view or header.view,
        age_group=record.age_group or header.age_group,
        patient=record.patient or header.patient_code,
    )


READER = Reader(
    "dicom_folder",
    "DICOM files with a table of labels",
    _recognises,
    _read,
    lambda path: filter(None, [_find_table(path)]),
)
