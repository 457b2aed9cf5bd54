"""Images that the viewer draws: the film, six lung zones, the true finding."""

import base64
import io

import numpy as np
from PIL import Image

from xray_core.arrays import BoolArray, Float32Array, UInt8Array
from xray_core.data.decoding.images import encode_jpeg, to_uint8
from xray_core.explain.zones import zone_title
from xray_core.lungs.zones import ZONES, divide_lungs

MAX_SIDE_PX = 1024
"""Longest side of the film that is sent at first."""

FULL_PX = 3000
"""Longest side of the film that is sent once its pixels are looked at."""

FULL_QUALITY = 95
"""Of its JPEG: a film of 9 megapixels has about 2 MB, and no grey is off by what an eye sees."""

PREVIEW_PX = 640
"""Longest side of a film that is sent ahead: its usual size on screen, about 30 kB."""

LAYER_PX = 128
"""Side of the masks that are sent: smooth enough as outlines, a few kB."""

ZONE_TITLES = tuple(zone_title(zone) for zone in ZONES)
"""Display names; the cells of `zones_data` count from 1 in this order."""


def film_url(film: Float32Array) -> str:
    """The film as a data URL of an 8-bit PNG, its longest side at most `MAX_SIDE_PX`."""
    image = Image.fromarray(to_uint8(film))
    image.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def full_url(film: Float32Array) -> tuple[str, int]:
    """The film as a data URL of a JPEG, its longest side at most `FULL_PX`, and that side."""
    image = Image.fromarray(to_uint8(film))
    image.thumbnail((FULL_PX, FULL_PX), Image.Resampling.LANCZOS)
    return _jpeg_url(np.asarray(image), FULL_QUALITY), max(image.size)


def preview_url(film: Float32Array) -> str:
    """A small film as a data URL of a JPEG, its longest side at most `PREVIEW_PX`."""
    image = Image.fromarray(to_uint8(film))
    image.thumbnail((PREVIEW_PX, PREVIEW_PX), Image.Resampling.LANCZOS)
    return thumbnail_url(np.asarray(image))


def thumbnail_url(image: UInt8Array) -> str:
    """A small picture, uint8 (height, width) or (height, width, 3), as JPEG data URL."""
    return _jpeg_url(image)


def _jpeg_url(image: UInt8Array, quality: int = 80) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(image, quality)).decode()


def zones_data(lungs: BoolArray | None) -> dict[str, object] | None:
    """The six zones at low resolution, ready for JSON.

    Args:
        lungs: bool mask (height, width) of any size over the whole film; None where there is none.

    Returns:
        `width`, `height` and `runs` (see `run_lengths`); None where there is no mask of two lungs.
    """
    if lungs is None:
        return None
    zones = divide_lungs(_shrink(lungs))
    return None if zones is None else _data(zones.astype(np.uint8))


def finding_data(finding: BoolArray | None) -> dict[str, object] | None:
    """The true finding of a film in the same form; None where it is not known."""
    if finding is None or not finding.any():
        return None
    return _data(_shrink(finding).astype(np.uint8))


def run_lengths(cells: UInt8Array) -> list[int]:
    """Value and number of equal neighbours, in turn, row after row.

    >>> run_lengths(np.array([[0, 0, 3], [3, 3, 0]], np.uint8))
    [0, 2, 3, 3, 0, 1]
    """
    flat = cells.ravel()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1])
    lengths = np.diff(np.append(starts, flat.size))
    return np.stack([flat[starts], lengths], axis=1).ravel().tolist()


def _data(cells: UInt8Array) -> dict[str, object]:
    height, width = cells.shape
    return {"width": width, "height": height, "runs": run_lengths(cells)}


def _shrink(mask: BoolArray) -> BoolArray:
    small = Image.fromarray(mask).resize((LAYER_PX, LAYER_PX), Image.Resampling.NEAREST)
    return np.asarray(small, bool)
