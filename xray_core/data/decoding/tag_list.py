"""The tags of a DICOM file as a list to read; none is exported unless the reader asks for it."""

from io import BytesIO

import pydicom
from pydicom.errors import InvalidDicomError

MOST_TAGS = 300
MOST_LETTERS = 120
PATIENT_TAGS = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "PatientAge"),
    *("StudyDate", "StudyTime", "AccessionNumber", "InstitutionName"),
)
"""Keywords of what says whose film it is, and when and where it was taken."""

_BINARY = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN", "SQ"})


def tags_of(data: bytes) -> tuple[tuple[str, str], ...]:
    """Name and value of each tag, in the order of the file; empty for a file that is no DICOM.

    Pixels, sequences and binary values are left out, long values are cut.

    Args:
        data: the whole file.
    """
    found: list[tuple[str, str]] = []
    for element in _header_of(data) or ():
        if element.VR in _BINARY or len(found) == MOST_TAGS:
            continue
        found.append((str(element.name), _short(element.value)))
    return tuple(found)


def patient_tags_of(data: bytes) -> tuple[tuple[str, str], ...]:
    """Name and value of the tags among `PATIENT_TAGS` that the file has; empty for no DICOM.

    Args:
        data: the whole file.
    """
    header = _header_of(data)
    if header is None:
        return ()
    there = [header[keyword] for keyword in PATIENT_TAGS if keyword in header]
    return tuple((str(item.name), _short(item.value)) for item in there if item.value)


def _header_of(data: bytes) -> pydicom.Dataset | None:
    try:
        return pydicom.dcmread(BytesIO(data), stop_before_pixels=True)
    except (InvalidDicomError, EOFError, ValueError, OSError, KeyError, NotImplementedError):
        return None


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
