"""The tags of a DICOM file as a list to read: for the reader's eyes, never for an export."""

from io import BytesIO

import pydicom
from pydicom.errors import InvalidDicomError

MOST_TAGS = 300
MOST_LETTERS = 120
_BINARY = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN", "SQ"})


def tags_of(data: bytes) -> tuple[tuple[str, str], ...]:
    """Name and value of each tag, in the order of the file; empty for a file that is no DICOM.

    Pixels, sequences and binary values are left out, long values are cut.

    Args:
        data: the whole file.
    """
    try:
        dataset = pydicom.dcmread(BytesIO(data), stop_before_pixels=True)
    except (InvalidDicomError, EOFError, ValueError, OSError, KeyError, NotImplementedError):
        return ()
    found: list[tuple[str, str]] = []
    for element in dataset:
        if element.VR in _BINARY or len(found) == MOST_TAGS:
            continue
        text = str(element.value)
        cut = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
        found.append((str(element.name), cut))
    return tuple(found)
