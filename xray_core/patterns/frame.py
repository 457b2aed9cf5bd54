"""A common frame for many films: the lungs' bounding box falls on the same place.

Chests are of different size and lie differently on their films; a mean over films would smear
them. A film whose lungs are known is moved and stretched along its two axes; another stays as it
is.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float32Array, Float64Array
from xray_core.lungs.boxes import Box

FRAME_PX = 32
_AT_ONCE = 64  # films whose frames lie in memory


FRAME = Box(top=0.12, bottom=0.88, left=0.10, right=0.90)
"""Where the lungs come to lie: about where they are on an ordinary frontal film."""


def to_frame(values: NDArray[Any], box: Box | None = None, size_px: int = FRAME_PX) -> Float32Array:
    """One map or film in the common frame, as `to_frames`."""
    framed: Float32Array = to_frames(values[None], [box], size_px)[0]
    return framed


def to_frames(
    values: NDArray[Any], boxes: Sequence[Box | None], size_px: int = FRAME_PX
) -> Float32Array:
    """Maps or films in the common frame, sampled linearly.

    Args:
        values: (film, height, width) over the whole films.
        boxes: of the lungs, one per film; None leaves a film where it is.
        size_px: side of the frame.

    Returns:
        float32 (film, size_px, size_px); NaN where the frame reaches beyond the film.
    """
    lungs = np.array([box or FRAME for box in boxes]).reshape(-1, 4)
    down, seen_rows = _weights(values.shape[1], size_px, lungs[:, :2], (FRAME.top, FRAME.bottom))
    across, seen_columns = _weights(
        values.shape[2], size_px, lungs[:, 2:], (FRAME.left, FRAME.right)
    )
    framed: Float32Array = down @ values.astype(np.float32) @ across.transpose(0, 2, 1)
    framed[~(seen_rows[:, :, None] & seen_columns[:, None, :])] = np.nan
    return framed


def mean_in_frame(
    values: NDArray[Any], boxes: Sequence[Box | None], size_px: int = FRAME_PX
) -> Float32Array:
    """The mean of many maps or films in the common frame.

    Args:
        values: (film, height, width).
        boxes: one per film, as for `to_frame`.
        size_px: side of the frame.

    Returns:
        float32 (size_px, size_px); each place is the mean of the films that reach there, 0 where
        none does.
    """
    total = np.zeros((size_px, size_px))
    count = np.zeros((size_px, size_px))
    for start in range(0, len(values), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        framed = to_frames(values[part], boxes[part], size_px)
        total += np.nansum(framed, axis=0, dtype=np.float64)
        count += np.isfinite(framed).sum(axis=0)
    mean: Float32Array = (total / np.maximum(count, 1)).astype(np.float32)
    return mean


def _weights(
    n: int, size_px: int, source: Float64Array, target: tuple[float, float]
) -> tuple[Float32Array, BoolArray]:
    """How much each of n pixels counts for each pixel of the frame, along one axis.

    Args:
        n: pixels of the film.
        size_px: pixels of the frame.
        source: (film, 2), start and end of the lungs on each film, in shares.
        target: where they come to lie.

    Returns:
        Weights (film, size_px, n) that sum to 1 along the last axis, and whether each pixel of the
        frame lies on the film, (film, size_px).
    """
    centres = (np.arange(size_px) + 0.5) / size_px
    stretch = (source[:, 1:] - source[:, :1]) / (target[1] - target[0])
    places = source[:, :1] + (centres - target[0]) * stretch
    positions = np.clip(places * n - 0.5, 0, n - 1)[..., None]
    weights = np.maximum(0, 1 - np.abs(positions - np.arange(n))).astype(np.float32)
    return weights, (places >= -1e-9) & (places <= 1 + 1e-9)
