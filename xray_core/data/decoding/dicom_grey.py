"""From the stored values of a DICOM file to the grey levels a radiologist would see.

    stored values -> modality LUT -> VOI LUT or window -> MONOCHROME1 inverted -> [0, 1]

The transform is worked out once for each stored value that occurs and then looked up for each
pixel, which keeps memory at one float per pixel. A VOI LUT or window that does not fit the film
(`greys`) gives way to the next one, and at last to the film's own range.

Reference:
    DICOM PS3.3, C.7.6.3 (pixels), C.11.1 (modality LUT), C.11.2 (VOI LUT and windows).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut

from xray_core.arrays import BoolArray, Float32Array
from xray_core.data.decoding.dicom_header import named, numbers, shown
from xray_core.data.decoding.dicom_stored import padding_of, stored_values
from xray_core.data.decoding.dicom_tables import read_tables
from xray_core.data.decoding.greys import (
    MOST_CLIPPED,
    Levels,
    Notes,
    depth_range,
    is_even,
    measure_fit,
    note_colour,
    stretch,
    stretch_range,
)

Step = Callable[[NDArray[Any]], NDArray[Any]]

_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow's mode "L"
_MAX_TABLE = 2**16
_CHUNK = 2**20  # pixels that are counted at a time: an index of the whole film would be large
_FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def to_grey(frame: NDArray[Any], dataset: Dataset, notes: Notes) -> Float32Array:
    """The grey levels of one frame, by the file's own rules where they fit the samples.

    Args:
        frame: stored values (height, width), or (height, width, 3) for colour.
        dataset: the elements that describe them, settled (`dicom_header.settle`).
        notes: what had to be done is added here.

    Returns:
        float32 (height, width) in [0, 1], bone bright and air dark; padding is black.
    """
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        frame = apply_color_lut(frame, dataset)
    return _luminance(frame, notes) if frame.ndim == 3 else _grey(frame, dataset, notes)


def _grey(frame: NDArray[Any], dataset: Dataset, notes: Notes) -> Float32Array:
    """Stored values (height, width) of one channel to [0, 1]."""
    frame = stored_values(frame, dataset, notes)
    if frame.dtype.kind == "f" or int(frame.max()) - int(frame.min()) >= _MAX_TABLE:
        display = _display(Levels.of(frame[np.isfinite(frame)]), dataset, notes)
        return np.stack([display(row) for row in frame])
    low = int(frame.min())
    counts = np.zeros(int(frame.max()) - low + 1, np.int64)
    flat = frame.reshape(-1)
    for start in range(0, flat.size, _CHUNK):
        part = flat[start : start + _CHUNK].astype(np.intp) - low
        counts += np.bincount(part, minlength=counts.size)
    used = np.flatnonzero(counts)
    table = np.zeros(counts.size, np.float32)
    table[used] = _display(Levels(used + low, counts[used]), dataset, notes)(used + low)
    pixels = np.empty(frame.shape, np.float32)
    for shown_row, row in zip(pixels, frame, strict=True):
        shown_row[:] = table[row.astype(np.intp) - low]
    return pixels


def _display(levels: Levels, dataset: Dataset, notes: Notes) -> Step:
    """The grey transform of stored values of any shape; padding and NaN become black.

    Args:
        levels: the stored values of the whole film.
        dataset: see `to_grey`.
        notes: see `to_grey`.
    """
    padding = padding_of(levels, dataset, notes)

    def is_absent(stored: NDArray[Any]) -> BoolArray:
        absent = ~np.isfinite(stored)
        if padding:
            absent |= (stored >= padding[0]) & (stored <= padding[1])
        return np.asarray(absent)

    rescale = _rescaling(levels, dataset, notes)
    present = ~is_absent(levels.values)
    film = levels.mapped(rescale(levels.values), present)
    show = _showing(film, dataset, notes)
    if present.any() and is_even(levels.mapped(levels.values, present)):
        show = _even  # a narrow window would make a picture of its noise
    inverted = _is_inverted(dataset, notes)

    def display(stored: NDArray[Any]) -> Float32Array:
        grey = np.asarray(show(rescale(stored)), np.float32)
        if inverted:
            grey = 1 - grey
        grey[is_absent(stored)] = 0
        return grey

    return display


def _rescaling(levels: Levels, dataset: Dataset, notes: Notes) -> Step:
    """The modality LUT, or rescale slope and intercept, which are 1 and 0 where not usable."""
    tables = read_tables(dataset, "ModalityLUTSequence", levels, notes)
    if tables:
        return tables[0].look_up
    slope = (numbers(dataset, "RescaleSlope", notes, "taken as 1") or [1.0])[0]
    intercept = (numbers(dataset, "RescaleIntercept", notes, "taken as 0") or [0.0])[0]
    if slope == 0:
        notes.append(f"{named('RescaleSlope')} is 0, taken as 1")
        slope = 1.0
    if slope < 0:
        notes.warn(f"{named('RescaleSlope')} is negative: check that bone is bright")
    if (slope, intercept) == (1, 0) and levels.values.dtype.kind in "iu":
        return lambda stored: stored
    return lambda stored: stored.astype(np.float64) * slope + intercept


def _showing(film: Levels, dataset: Dataset, notes: Notes) -> Step:
    """The first VOI LUT or window that fits the film; else its own range."""
    choices = _tables_of(film, dataset, notes) + _windows_of(dataset, notes)
    unfit = ""
    for name, show in choices:
        fit = measure_fit(film, np.asarray(show(film.values), np.float64))
        if fit.fits or not film.values.size:
            if unfit:
                notes.append(f"{unfit}; {name} is used")
            if fit.falls:
                notes.warn(f"{name} makes bright values dark: check that bone is bright")
            return show
        clips = fit.lost > MOST_CLIPPED
        if clips:
            words = f"{name} leaves {100 * fit.clipped:.0f} % of the film white or black"
        else:
            words = f"{name} leaves the film {100 * fit.used:.0f} % of the grey scale"
        if clips and not unfit:
            notes.warn(words)
        else:
            notes.append(words)
        unfit = unfit or f"{name} does not fit"
    low, high = stretch_range(film, notes, "" if choices else "no window in the file")
    if low == high:
        return _even
    return lambda values: _window(values, (low + high) / 2, high - low, "LINEAR_EXACT")


def _even(values: NDArray[Any]) -> Float32Array:
    return np.full(values.shape, 0.5, np.float32)


def _tables_of(film: Levels, dataset: Dataset, notes: Notes) -> list[tuple[str, Step]]:
    def shower(table: Any) -> Step:
        return lambda values: stretch(np.atleast_1d(table.look_up(values)), 0, table.white)

    tables = read_tables(dataset, "VOILUTSequence", film, notes)
    return [
        (f"the {_ordinal(place, len(tables))}VOI LUT in the file", shower(table))
        for place, table in enumerate(tables)
    ]


def _windows_of(dataset: Dataset, notes: Notes) -> list[tuple[str, Step]]:
    """The windows that the file gives, in its order, those without a width left out."""
    centres, widths = (
        numbers(dataset, keyword, notes) for keyword in ("WindowCenter", "WindowWidth")
    )
    if centres is None or widths is None:
        return []
    function = str(dataset.get("VOILUTFunction") or "LINEAR").strip().upper()
    if function not in _FUNCTIONS:
        notes.append(f"{named('VOILUTFunction')} is {shown(function)}, read as LINEAR")
        function = "LINEAR"
    pairs = list(zip(centres, widths, strict=False))

    def shower(centre: float, width: float) -> Step:
        return lambda values: _window(values, centre, width, function)

    for _, width in pairs:
        if width <= 0:
            notes.append(f"{named('WindowWidth')} is {width:g}, left out")
    return [
        (f"the {_ordinal(place, len(pairs))}window in the file", shower(centre, width))
        for place, (centre, width) in enumerate(pairs)
        if width > 0
    ]


def _ordinal(place: int, n_all: int) -> str:
    return "" if n_all == 1 else f"{('first', 'second', 'third')[min(place, 2)]} "


def _is_inverted(dataset: Dataset, notes: Notes) -> bool:
    """Whether small values are bright; a presentation LUT that says otherwise is grave."""
    photometric = str(dataset.PhotometricInterpretation)
    inverted = photometric == "MONOCHROME1"
    if inverted:
        notes.append("MONOCHROME1 inverted")
    shape = str(dataset.get("PresentationLUTShape") or "").strip().upper()
    if shape in ("IDENTITY", "INVERSE") and inverted != (shape == "INVERSE"):
        notes.warn(
            f"{named('PresentationLUTShape')} is {shape}, which contradicts {photometric}: "
            "check that bone is bright"
        )
    if any(item.get("LUTData") for item in dataset.get("PresentationLUTSequence") or []):
        notes.warn(f"{named('PresentationLUTSequence')} is not used: check that bone is bright")
    return inverted


def _window(values: NDArray[Any], centre: float, width: float, function: str) -> Float32Array:
    """DICOM PS3.3 C.11.2.1.2 (linear) and C.11.2.1.3 (sigmoid, linear exact), to [0, 1]."""
    if function == "SIGMOID":
        steps = np.clip(-4 * (values - centre) / width, -50, 50)
        return np.asarray(1 / (1 + np.exp(steps)), np.float32)
    if function != "LINEAR_EXACT":
        centre, width = centre - 0.5, max(width - 1, 1e-6)
    shown_values = (values.astype(np.float64) - centre) / width + 0.5
    return np.asarray(np.clip(shown_values, 0, 1), np.float32)


def _luminance(frame: NDArray[Any], notes: Notes) -> Float32Array:
    """RGB (height, width, 3) of 8 or 16 bits to [0, 1]."""
    white = 255.0 if frame.dtype.itemsize == 1 else max(1.0, float(frame.max()))
    note_colour(np.ascontiguousarray(frame), white, "colour image", notes)
    grey = np.zeros(frame.shape[:2], np.float32)
    for channel, weight in enumerate(_LUMA):
        grey += frame[..., channel] * np.float32(weight)
    if frame.dtype.itemsize == 1:
        return np.asarray(np.clip(grey / np.float32(255), 0, 1), np.float32)
    values = np.rint(np.clip(grey, 0, 65535), out=grey).astype(np.uint16)
    return stretch(values, *depth_range(Levels.of(values), notes))
