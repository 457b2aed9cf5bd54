"""Look-up tables of a DICOM film: modality and VOI LUTs as files really hold them.

Reference:
    DICOM PS3.3, C.11.1 (modality LUT) and C.11.2 (VOI LUT).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from xray_core.data.decoding.dicom_header import named
from xray_core.data.decoding.greys import Levels, Notes

_MOST_ENTRIES = 2**16


@dataclass(frozen=True)
class Table:
    """A look-up table.

    Attributes:
        entries: uint16 (n,).
        first: the value that the first entry is for; values outside take the end entries.
        white: the entry that is white.
    """

    entries: NDArray[np.uint16]
    first: int
    white: float

    def look_up(self, values: NDArray[Any]) -> NDArray[np.uint16]:
        """The entry of each value; same shape."""
        index = np.clip(np.rint(values) - self.first, 0, self.entries.size - 1)
        return np.asarray(self.entries[index.astype(np.intp)])


def read_tables(dataset: Dataset, keyword: str, levels: Levels, notes: Notes) -> list[Table]:
    """The usable tables of a sequence, in its order; what is wrong with the others is noted.

    The depth that a table declares is compared with its entries: where these reach further, or
    fill fewer bits, white is the largest entry. Its first value may be written with the wrong
    sign: the one counts under which more pixels lie in the table.

    Args:
        dataset: with the sequence, or without.
        keyword: of the sequence.
        levels: what goes into the tables.
        notes: see above.
    """
    tables = []
    for item in dataset.get(keyword) or []:
        descriptor = _descriptor(item)
        entries = _entries(item, descriptor[0], dataset) if descriptor else None
        if not descriptor or entries is None or not entries.any():
            part = "LUTData" if descriptor else "LUTDescriptor"
            notes.append(f"{named(keyword)} has no usable {named(part)}, left out")
            continue
        n_entries, first, depth = descriptor
        if entries.size < n_entries:
            notes.append(f"{named('LUTData')} ends after {entries.size} of {n_entries} entries")
        starts = (first, first - 2**16, first + 2**16)
        inside = [
            levels.share((levels.values >= start) & (levels.values < start + entries.size))
            for start in starts
        ]
        best = starts[int(np.argmax(inside))]  # the first of equal ones
        if best != first:
            notes.append(f"{named('LUTDescriptor')} begins at {first}, but {best} is meant")
        highest, white = int(entries.max()), float(2**depth - 1)
        if keyword == "VOILUTSequence" and highest.bit_length() != depth:
            notes.append(
                f"{named('LUTDescriptor')} says {depth} bits, yet the entries reach {highest}: "
                "that is white"
            )
            white = float(highest)
        tables.append(Table(entries, best, white))
    return tables


def _descriptor(item: Dataset) -> tuple[int, int, int] | None:
    """Number of entries, first value and bits; None where the element is missing or odd."""
    value = item.get("LUTDescriptor")
    if isinstance(value, bytes) and len(value) == 6:
        value = np.frombuffer(value, "<u2").tolist()
    try:
        n_entries, first, depth = (int(number) for number in value)
    except (TypeError, ValueError):
        return None
    return ((n_entries & 0xFFFF) or _MOST_ENTRIES, first, depth) if 1 <= depth <= 16 else None


def _entries(item: Dataset, n_entries: int, dataset: Dataset) -> NDArray[np.uint16] | None:
    """uint16 entries; tables of 8 bits may have one or two entries in each word."""
    data = item.get("LUTData")
    if isinstance(data, bytes):
        order = "<" if dataset.original_encoding[1] else ">"
        if len(data) in (n_entries, n_entries + 1):
            table = np.frombuffer(data, "u1")
        else:
            table = np.frombuffer(data[: len(data) // 2 * 2], f"{order}u2")
    elif data is None or np.ndim(data) == 0:
        return None
    else:
        table = np.asarray(data).astype(np.uint16)
        if table.size == (n_entries + 1) // 2 < n_entries and table.max() > 255:
            table = table.astype("<u2").view("u1")
    return table[:n_entries].astype(np.uint16)
