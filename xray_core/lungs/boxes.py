"""The box round the lungs of every training film, found once and kept on disk."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from xray_core.arrays import BoolArray, Float32Array, UInt8Array
from xray_core.cached_arrays import cache_path, cached_array
from xray_core.data.film_cache import digest_films
from xray_core.lungs.finder import find_all_lungs


class Box(NamedTuple):
    """A rectangle on a film, in shares of its sides; rows run downwards."""

    top: float
    bottom: float
    left: float
    right: float


WHOLE_FILM = Box(0.0, 1.0, 0.0, 1.0)
_STEP = 64


def lung_boxes(
    films: UInt8Array,
    *,
    cache_dir: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Float32Array:
    """Where the lungs of every film lie.

    Args:
        films: uint8 (n, size, size), as `cache_films` returns.
        cache_dir: folder of the boxes; None takes the settings.
        progress: called with (films done, films in all).

    Returns:
        float32 (n, 4): a `Box` per row. A film whose lungs
        are not found gets the median box of the others, so that it does not stand out: lungs full
        of disease are found less often. The whole film where no lungs are found on any.

    Raises:
        WeightsError: the lung network's weights are missing or damaged.
    """

    def fill(boxes: Float32Array) -> None:
        boxes[:] = np.nan
        for row, mask in enumerate(find_all_lungs(films)):
            if mask is not None and (box := lung_box(mask)):
                boxes[row] = box
            if progress and (row + 1) % _STEP == 0:
                progress(row + 1, len(films))
        lost = np.isnan(boxes[:, 0])
        boxes[lost] = WHOLE_FILM if lost.all() else np.median(boxes[~lost], axis=0)

    path = cache_path("lungs", digest_films("lungs 1", films), cache_dir=cache_dir)
    return cached_array(path, (len(films), 4), np.float32, fill)


def lung_box(lungs: BoolArray) -> Box | None:
    """The bounding box of a lung mask (height, width); None where there is nothing in it."""
    rows, columns = np.flatnonzero(lungs.any(axis=1)), np.flatnonzero(lungs.any(axis=0))
    if not len(rows):
        return None
    height, width = lungs.shape
    return Box(
        float(rows[0] / height),
        float((rows[-1] + 1) / height),
        float(columns[0] / width),
        float((columns[-1] + 1) / width),
    )
