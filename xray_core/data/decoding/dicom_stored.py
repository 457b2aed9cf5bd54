"""The stored values of a DICOM film: which bits of each are meant, and with which sign.

`BitsStored`, `HighBit` and `PixelRepresentation` declare it; where the samples are a picture only
when they are read in another way, the samples win.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from xray_core.data.decoding.dicom_header import named
from xray_core.data.decoding.greys import Levels, Notes, best_reading

_MOST_PADDING = 0.9  # of a film; more is not padding


def stored_values(frame: NDArray[Any], dataset: Dataset, notes: Notes) -> NDArray[Any]:
    """The values that the header and the samples mean, of any shape (height, width).

    Args:
        frame: as decoded, whole integers or floats.
        dataset: its elements are settled (`dicom_header.settle`).
        notes: where the samples win, a note is added here.
    """
    if frame.dtype.kind not in "iu":
        return frame
    raw = frame.view(frame.dtype.str.replace("i", "u"))
    n_bits, high = int(dataset.BitsStored), int(dataset.HighBit)
    allocated = 8 * frame.dtype.itemsize
    signed = frame.dtype.kind == "i"
    top = int(raw.max()) if not signed else 0
    if signed:
        return _signed_values(frame, raw, dataset, notes)
    if high + 1 > n_bits:
        if top >> n_bits == 0:
            notes.append(f"{named('HighBit')} is {high}, yet the samples fill the lowest bits")
        else:
            return _shifted(raw, n_bits, high, notes)
    as_signed = ("as signed", raw.view(raw.dtype.str.replace("u", "i")))
    if n_bits < allocated and top >> n_bits:
        readings = [("as promised", raw & raw.dtype.type(2**n_bits - 1)), ("all", raw), as_signed]
    elif n_bits == allocated and top >> (allocated - 1):
        readings = [("as promised", raw), as_signed]
    else:
        return raw
    return _with_padding(_noted(best_reading(readings), n_bits, notes), raw, dataset)


def _with_padding(values: NDArray[Any], raw: NDArray[Any], dataset: Dataset) -> NDArray[Any]:
    """The values, but padding as it is stored, which may reach beyond the bits of the film."""
    padding = dataset.get("PixelPaddingValue")
    if not isinstance(padding, int):
        return values
    stored = raw.dtype.type(padding % 2 ** (8 * raw.dtype.itemsize))
    return np.where(raw == stored, raw.view(values.dtype), values)


def _signed_values(
    frame: NDArray[Any], raw: NDArray[Any], dataset: Dataset, notes: Notes
) -> NDArray[Any]:
    """Values with a sign, which old files leave out of the bits above the stored ones."""
    n_bits = int(dataset.BitsStored)
    half = 2 ** (n_bits - 1)
    low, high = int(frame.min()), int(frame.max())
    if -half <= low and high < half:
        if low < 0 and n_bits == 8 * frame.dtype.itemsize:
            return _noted(best_reading([("as promised", frame), ("unsigned", raw)]), n_bits, notes)
        return frame
    below = (raw & raw.dtype.type(2 * half - 1)).astype(frame.dtype)
    extended = np.where(below >= half, below - frame.dtype.type(half) * 2, below)
    low_bits = ("unsigned", raw & raw.dtype.type(2 * half - 1))
    readings = [("as promised", extended), low_bits, ("all", frame), ("unsigned", raw)]
    return _with_padding(_noted(best_reading(readings), n_bits, notes), raw, dataset)


def _shifted(raw: NDArray[Any], n_bits: int, high: int, notes: Notes) -> NDArray[Any]:
    """Values that lie in the upper bits, unless these hold something other than the film."""
    below = raw & raw.dtype.type(2**n_bits - 1)
    if best_reading([("as promised", raw), ("lowest", below)])[0] == "lowest":
        notes.append(f"{named('HighBit')} is {high}, yet the film lies in the lowest bits")
        return np.asarray(below)
    return np.asarray((raw >> (high + 1 - n_bits)) & raw.dtype.type(2**n_bits - 1))


def _noted(reading: tuple[str, NDArray[Any]], n_bits: int, notes: Notes) -> NDArray[Any]:
    how, values = reading
    if how == "all":
        found = max(int(values.max()), -int(values.min()) - 1, 1).bit_length()
        found += values.dtype.kind == "i"
        notes.append(f"{named('BitsStored')} is {n_bits}, yet the samples fill {found} bits")
    elif how != "as promised":
        promised = "unsigned" if how == "as signed" else "signed"
        meant = "signed" if how == "as signed" else "unsigned"
        notes.append(f"{named('PixelRepresentation')} says {promised}, yet the samples are {meant}")
    return values


def padding_of(levels: Levels, dataset: Dataset, notes: Notes) -> tuple[int, int] | None:
    """Lowest and highest stored value that mean "outside the film" (C.7.5.1.1.2).

    A value written with the other sign than the samples is taken as they have it; one that would
    hide nearly all of the film is not padding.
    """
    ends = []
    for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit"):
        value = dataset.get(keyword)
        if isinstance(value, int):
            near = [value, value - 2**16, value + 2**16]
            ends.append(next((v for v in near if _has(levels, v)), value))
        elif value is not None:
            notes.append(f"{named(keyword)} cannot be read, left out")
    if "PixelPaddingValue" not in dataset or not ends:
        return None
    low, high = min(ends), max(ends)
    hidden = levels.share((levels.values >= low) & (levels.values <= high))
    if hidden > _MOST_PADDING:
        notes.append(f"{named('PixelPaddingValue')} would hide {100 * hidden:.0f} %, left out")
        return None
    return low, high


def _has(levels: Levels, value: int) -> bool:
    place = int(np.searchsorted(levels.values, value))
    return place < levels.values.size and levels.values[place] == value
