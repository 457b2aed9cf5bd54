"""From the stored values of a DICOM file to the grey levels a radiologist would see.

    stored values -> modality LUT -> VOI LUT or window -> MONOCHROME1 inverted -> [0, 1]

The transform is worked out once for each stored value that occurs and then looked up for each
pixel, which keeps memory at one float a pixel.

Reference:
    DICOM PS3.3, C.7.6.3 (pixels), C.11.1 (modality LUT), C.11.2 (VOI LUT and windows).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels import apply_color_lut, apply_modality_lut

Float32Array = NDArray[np.float32]

_LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow's mode "L"
_MAX_TABLE = 2**16


def to_grey(frame: NDArray[Any], dataset: Dataset, notes: list[str]) -> Float32Array:
    """The grey levels of one frame, by the file's own rules.

    Args:
        frame: stored values (height, width), or (height, width, 3) for colour.
        dataset: the elements that describe them.
        notes: what had to be done is added here.

    Returns:
        float32 (height, width) in [0, 1], bone bright and air dark; padding is black.
    """
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        frame = apply_color_lut(frame, dataset)
    return _luminance(frame, notes) if frame.ndim == 3 else _grey(frame, dataset, notes)


def _grey(frame: NDArray[Any], dataset: Dataset, notes: list[str]) -> Float32Array:
    """Stored values (height, width) of one channel to [0, 1]."""
    if frame.dtype.kind == "u" and dataset.BitsStored < dataset.BitsAllocated:
        frame &= frame.dtype.type(2**dataset.BitsStored - 1)  # old files keep overlays up there
    if frame.dtype.kind == "f" or int(frame.max()) - int(frame.min()) >= _MAX_TABLE:
        return _display(frame, dataset, notes)
    low, high = int(frame.min()), int(frame.max())
    used = np.zeros(high - low + 1, bool)
    for row in frame:  # by row: an index array of the whole film would be 8 bytes a pixel
        used[row.astype(np.intp) - low] = True
    table = np.zeros(used.size, np.float32)
    table[used] = _display(np.arange(low, high + 1)[used], dataset, notes)
    pixels = np.empty(frame.shape, np.float32)
    for levels, row in zip(pixels, frame, strict=True):
        levels[:] = table[row.astype(np.intp) - low]
    return pixels


def _display(stored: NDArray[Any], dataset: Dataset, notes: list[str]) -> Float32Array:
    """The grey transform of stored values of any shape; padding and NaN become black."""
    absent = _is_padding(stored, dataset) | ~np.isfinite(stored)
    if dataset.get("ModalityLUTSequence"):
        values, _ = _look_up(stored, dataset.ModalityLUTSequence[0], dataset)
    else:
        values = apply_modality_lut(stored, dataset)
    values = np.asarray(values, np.float64)  # large floats overflow in float32
    window = _window_of(dataset)
    if dataset.get("VOILUTSequence"):
        values, top = _look_up(values, dataset.VOILUTSequence[0], dataset)
        shown = _window(values, top / 2, top, "LINEAR_EXACT")
    elif window is not None:
        shown = _window(values, *window)
    else:
        present = values[~absent]
        low, high = (float(present.min()), float(present.max())) if present.size else (0.0, 0.0)
        notes.append(f"no window in the file, scaled from its own range, {low:g} to {high:g}")
        shown = _window(values, (low + high) / 2, high - low, "LINEAR_EXACT")
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        shown = 1 - shown
        notes.append("MONOCHROME1 inverted")
    shown[absent] = 0
    return shown


def _look_up(
    values: NDArray[Any], item: Dataset, dataset: Dataset
) -> tuple[NDArray[np.uint16], float]:
    """Apply a modality or VOI LUT; returns the entries and the largest they may be.

    pydicom's own `apply_voi` wraps around for LUTs of 8 bits with more than 256 entries.
    """
    n_entries, first, depth = (int(number) for number in item.LUTDescriptor)
    table = item.LUTData
    if isinstance(table, bytes):
        order = "<" if dataset.original_encoding[1] else ">"
        table = np.frombuffer(table, "u1" if len(table) == n_entries else f"{order}u2")
    table = np.asarray(table)[: n_entries or 2**16].astype(np.uint16)
    index = np.clip(np.rint(values).astype(np.int64) - first, 0, table.size - 1)
    return table[index], 2.0**depth - 1


def _window_of(dataset: Dataset) -> tuple[float, float, str] | None:
    """Centre, width and function of the first window that the file gives, if it is usable."""
    if dataset.get("WindowCenter") is None or dataset.get("WindowWidth") is None:
        return None
    centre, width = (
        float(np.atleast_1d(value)[0]) for value in (dataset.WindowCenter, dataset.WindowWidth)
    )
    return (centre, width, str(dataset.get("VOILUTFunction") or "LINEAR")) if width > 0 else None


def _window(values: NDArray[Any], centre: float, width: float, function: str) -> Float32Array:
    """DICOM PS3.3 C.11.2.1.2 (linear) and C.11.2.1.3 (sigmoid, linear exact), to [0, 1]."""
    if function == "SIGMOID":
        steps = np.clip(-4 * (values - centre) / width, -50, 50)
        return np.asarray(1 / (1 + np.exp(steps)), np.float32)
    if function != "LINEAR_EXACT":
        centre, width = centre - 0.5, width - 1
    shown = (values - centre) / max(width, 1e-6) + 0.5
    return np.asarray(np.clip(shown, 0, 1), np.float32)


def _is_padding(stored: NDArray[Any], dataset: Dataset) -> NDArray[np.bool_]:
    """Where the stored values mean "outside the film" (Pixel Padding Value, C.7.5.1.1.2)."""
    padding = dataset.get("PixelPaddingValue")
    if padding is None:
        return np.zeros(stored.shape, bool)
    limit = dataset.get("PixelPaddingRangeLimit")
    low, high = sorted((padding, padding if limit is None else limit))
    return np.asarray((stored >= low) & (stored <= high))


def _luminance(frame: NDArray[Any], notes: list[str]) -> Float32Array:
    """RGB (height, width, 3) of 8 or 16 bits to [0, 1]."""
    notes.append("colour image turned to grey")
    grey = np.zeros(frame.shape[:2], np.float32)
    for channel, weight in enumerate(_LUMA):
        grey += frame[..., channel] * np.float32(weight / np.iinfo(frame.dtype).max)
    return np.clip(grey, 0, 1, out=grey)
