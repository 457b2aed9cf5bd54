"""The tags of a DICOM file as a list to read; none is exported unless the reader asks for it."""

from collections.abc import Iterable, Iterator
from itertools import islice

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag

from xray_core.data.decoding.dicom import SILENT, looks_like_dicom, read_header

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

    Pixels, sequences, binary and damaged values are left out, long values are cut.

    Args:
        data: the whole file; only its header is read.
    """
    header = _header_of(data)
    named = _named(header, header.keys()) if header is not None else ()
    return tuple(islice(named, MOST_TAGS))


def patient_tags_of(data: bytes) -> tuple[tuple[str, str], ...]:
    """Name and value of the tags among `PATIENT_TAGS` that the file has; empty for no DICOM.

    Args:
        data: the whole file; only its header is read.
    """
    header = _header_of(data)
    if header is None:
        return ()
    there = [Tag(keyword) for keyword in PATIENT_TAGS if keyword in header]
    return tuple((name, value) for name, value in _named(header, there) if value)


def _header_of(data: bytes) -> Dataset | None:
    return read_header(data, None) if looks_like_dicom(data) else None


def _named(header: Dataset, tags: Iterable[BaseTag]) -> Iterator[tuple[str, str]]:
    """Name and value of elements; binary and damaged ones are left out."""
    for tag in tags:
        try:
            with SILENT:
                element = header[tag]
                text = str(element.value)
        except Exception:  # whatever a converter of pydicom makes of damaged bytes
            continue
        if element.VR not in _BINARY:
            cut = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
            yield str(element.name), cut
