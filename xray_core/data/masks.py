"""Masks that come with a data set: lungs, and findings where the truth is known."""

from pathlib import Path, PurePosixPath

import numpy as np

from xray_core.arrays import BoolArray
from xray_core.data.boxes import mask_of
from xray_core.data.decoding.images import decode_mask, read_file
from xray_core.data.records import Manifest, Record
from xray_core.errors import DataError

_MOST_LABELS = 15  # whole numbers up to this are names of parts, not shades


def load_mask(path: Path) -> BoolArray:
    """Decode a lung mask.

    Args:
        path: of an image that is brighter in the lungs than elsewhere: black and white, values
            0 and 1, labels, a palette, red, or a picture that lies in the transparency.

    Returns:
        bool (height, width) over the whole film; its size need not be that of the film. Inside
        is all above half of the mask's own greatest value; of small whole numbers, which are
        labels, all above the smallest.

    Raises:
        ImageReadError: the file is missing, not an image, damaged, or too small or narrow.
        ImageTooLargeError: the file is over the limit on bytes or pixels.
    """
    values = decode_mask(read_file(path), path.name)
    highest = values.max(initial=0)
    labels = values.dtype.kind in "iub" and highest <= _MOST_LABELS
    lowest = values.min(initial=highest)  # the background, which a mask of 1 and 2 calls 1
    return np.asarray(values > (lowest * (lowest < highest) if labels else highest / 2))


def lungs_of(manifest: Manifest, record: Record) -> BoolArray | None:
    """The lung mask of a record; None where the data set has none that can be read."""
    if not record.mask:
        return None
    return _load_or_none(manifest.roots[record.dataset] / record.mask)


def lesion_of(manifest: Manifest, record: Record) -> BoolArray | None:
    """The mask of the finding on a film, where the data set has one.

    An index file names it, or it lies under `lesions/` as the film lies under `images/`:
    `lesions/covid/1.png` for `images/covid/1.png`. Where there is no such file the boxes of the
    record are the mask.

    Returns:
        bool (height, width); None where there is neither a mask that can be read and is not
        empty nor a box.
    """
    path = lesion_path(manifest, record)
    mask = _load_or_none(path) if path else None
    return mask if mask is not None and mask.any() else box_mask(record)


def box_mask(record: Record) -> BoolArray | None:
    """The boxes of a record as a mask over the whole film; None without boxes or a scan."""
    if not record.boxes or not record.width or not record.height:
        return None
    return mask_of(record.boxes, record.width, record.height)


def lesion_path(manifest: Manifest, record: Record) -> Path | None:
    """Where the mask of the finding would be; None where nothing indicates it."""
    if record.lesion:
        return manifest.roots[record.dataset] / record.lesion
    parts = PurePosixPath(record.path).parts
    if "images" not in parts[:-1]:
        return None
    place = parts.index("images")
    return manifest.roots[record.dataset].joinpath(*parts[:place], "lesions", *parts[place + 1 :])


def _load_or_none(path: Path) -> BoolArray | None:
    try:
        return load_mask(path)
    except (OSError, DataError):
        return None
