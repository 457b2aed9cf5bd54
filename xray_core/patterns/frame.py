"""A common frame for many films: the lungs' bounding box falls on the same place.

Chests are of different size and lie differently on their films; a mean over films would smear
them. A film whose lungs are known is moved and stretched along its two axes; another stays as it
is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

FRAME_PX = 32


@dataclass(frozen=True)
class Box:
    """A rectangle on a film, in shares of its sides; rows run downwards."""

    top: float
    left: float
    bottom: float
    right: float


FRAME = Box(0.12, 0.10, 0.88, 0.90)
"""Where the lungs come to lie: about where they are on an ordinary frontal film."""


def lung_box(lungs: BoolArray) -> Box | None:
    """The bounding box of a lung mask (height, width); None where there is nothing in it."""
    rows, columns = np.flatnonzero(lungs.any(axis=1)), np.flatnonzero(lungs.any(axis=0))
    if not len(rows):
        return None
    height, width = lungs.shape
    return Box(
        float(rows[0] / height),
        float(columns[0] / width),
        float((rows[-1] + 1) / height),
        float((columns[-1] + 1) / width),
    )


def to_frame(values: NDArray[Any], box: Box | None = None, size_px: int = FRAME_PX) -> Float32Array:
    """A map or film in the common frame, sampled linearly.

    Args:
        values: (height, width) over the whole film.
        box: of its lungs; None leaves the film where it is.
        size_px: side of the frame.

    Returns:
        float32 (size_px, size_px); NaN where the frame reaches beyond the film.
    """
    box = box or FRAME
    down, seen_rows = _weights(
        values.shape[0], size_px, (box.top, box.bottom), (FRAME.top, FRAME.bottom)
    )
    across, seen_columns = _weights(
        values.shape[1], size_px, (box.left, box.right), (FRAME.left, FRAME.right)
    )
    framed: Float32Array = (down @ values.astype(np.float64) @ across.T).astype(np.float32)
    framed[~seen_rows] = np.nan
    framed[:, ~seen_columns] = np.nan
    return framed


def mean_in_frame(
    values: NDArray[Any], boxes: Sequence[Box | None], size_px: int = FRAME_PX
) -> Float32Array:
    """The mean of many maps or films in the common frame.

    Args:
        values: (film, height, width).
        boxes: one a film, as for `to_frame`.
        size_px: side of the frame.

    Returns:
        float32 (size_px, size_px); each place is the mean of the films that reach there, 0 where
        none does.
    """
    total = np.zeros((size_px, size_px))
    count = np.zeros((size_px, size_px))
    for item, box in zip(values, boxes, strict=True):
        framed = to_frame(item, box, size_px)
        seen = np.isfinite(framed)
        total[seen] += framed[seen]
        count += seen
    mean: Float32Array = (total / np.maximum(count, 1)).astype(np.float32)
    return mean


def _weights(
    n: int, size_px: int, source: tuple[float, float], target: tuple[float, float]
) -> tuple[NDArray[np.float64], BoolArray]:
    """How much each of n pixels counts for each pixel of the frame, along one axis.

    Args:
        n: pixels of the film.
        size_px: pixels of the frame.
        source: start and end of the lungs on the film, in shares.
        target: where they come to lie.

    Returns:
        Weights (size_px, n) that sum to 1 along the second axis, and whether each pixel of the
        frame lies on the film.
    """
    centres = (np.arange(size_px) + 0.5) / size_px
    stretch = (source[1] - source[0]) / (target[1] - target[0])
    places = source[0] + (centres - target[0]) * stretch
    positions = np.clip(places * n - 0.5, 0, n - 1)
    lower = np.minimum(positions.astype(int), max(n - 2, 0))
    share = positions - lower
    weights = np.zeros((size_px, n))
    rows = np.arange(size_px)
    weights[rows, lower] += 1 - share
    weights[rows, np.minimum(lower + 1, n - 1)] += share
    return weights, (places >= -1e-9) & (places <= 1 + 1e-9)
