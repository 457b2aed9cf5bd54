"""Boxes round findings on a film, in shares of its width and height."""

import json
from collections.abc import Iterable

import numpy as np

from xray_core.arrays import BoolArray

Box = tuple[float, float, float, float]
"""Left, top, width and height."""

MASK_PX = 1024
"""Longest side of a mask that is drawn from boxes."""

_BEYOND = 1.02  # a box that reaches further than this share of the film is of another film size


def read_boxes(text: str) -> tuple[Box, ...]:
    """Boxes from a JSON list of `[x, y, width, height]`; none for "".

    Raises:
        ValueError: the text is not such a list.
    """
    try:
        boxes = json.loads(text) if text.strip() else []
        return tuple((float(x), float(y), float(w), float(h)) for x, y, w, h in boxes)
    except (TypeError, ValueError) as error:
        raise ValueError(f"'{text[:40]}' is not a list of boxes") from error


def write_boxes(boxes: Iterable[Box]) -> str:
    """Boxes as `read_boxes` reads them."""
    listed = [list(box) for box in boxes]
    return json.dumps(listed) if listed else ""


def clip_boxes(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """The parts of boxes that lie on the film; a box that has none, or a NaN, is left out."""
    clipped = []
    for x, y, width, height in boxes:
        left, top = max(0.0, x), max(0.0, y)
        right, bottom = min(1.0, x + width), min(1.0, y + height)
        if np.isfinite([x, y, width, height]).all() and right > left and bottom > top:
            clipped.append((left, top, round(right - left, 6), round(bottom - top, 6)))
    return tuple(clipped)


def in_shares(boxes: Iterable[Box], width: int, height: int) -> tuple[Box, ...] | None:
    """Boxes in pixels as shares of a film.

    Args:
        boxes: in pixels.
        width, height: of the film, px.

    Returns:
        The parts on the film; None where a box reaches beyond it, so that the boxes were drawn on
        a film of another size.
    """
    if width < 1 or height < 1:
        return None
    shares = [
        (round(x / width, 6), round(y / height, 6), round(w / width, 6), round(h / height, 6))
        for x, y, w, h in boxes
    ]
    if any(x + w > _BEYOND or y + h > _BEYOND or min(x, y) < 1 - _BEYOND for x, y, w, h in shares):
        return None
    return clip_boxes(shares)


def mask_of(boxes: Iterable[Box], width: int, height: int) -> BoolArray:
    """Boxes as a mask.

    Args:
        boxes: in shares.
        width, height: of the film, px.

    Returns:
        bool (height, width), shrunk to at most `MASK_PX` per side; a box is at least one pixel.
    """
    scale = min(1.0, MASK_PX / max(width, height))
    sides = np.maximum(1, np.rint(np.array([width, height]) * scale)).astype(int)
    mask = np.zeros((sides[1], sides[0]), bool)
    for x, y, w, h in boxes:
        low = np.minimum(np.rint(np.array([x, y]) * sides).astype(int), sides - 1)
        high = np.maximum(np.rint(np.array([x + w, y + h]) * sides).astype(int), low + 1)
        mask[low[1] : high[1], low[0] : high[0]] = True
    return mask
