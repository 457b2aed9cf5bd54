"""What the maps of many films have in common: their mean, and how the means of two models differ.

Every film counts the same: its map is divided by its own mean first, so that a mean map says how
much of the evidence lies at a place, in multiples of an even map, whatever the unit of the network.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import Float32Array, Float64Array, IndexArray
from xray_core.explain.explained import ExplainedFilms
from xray_core.lungs.boxes import Box, lung_box
from xray_core.patterns.frame import FRAME_PX, mean_in_frame


@dataclass(frozen=True)
class MeanMap:
    """The mean of maps for one class.

    Attributes:
        values: float32 (height, width), >= 0, 1 where as much evidence lies as in an even map.
        n: films in it, those without any evidence left out.
    """

    values: Float32Array
    n: int


def densities(maps: NDArray[Any]) -> Float32Array:
    """Maps (film, height, width) in multiples of an even map; NaN for a map without evidence."""
    values = maps.astype(np.float32)
    means = values.mean(axis=(1, 2), keepdims=True)
    flat = np.ptp(values, axis=(1, 2), keepdims=True) <= 1e-12
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Float32Array = np.where(flat | (means <= 0), np.nan, values / means)
    return shares


def boxes_of(stored: ExplainedFilms, rows: IndexArray, *, aligned: bool = True) -> list[Box | None]:
    """The lungs' boxes of films; None where they are not known, or not wanted."""
    return [lung_box(stored.lungs[row]) if aligned else None for row in rows]


def mean_map(
    stored: ExplainedFilms,
    rows: IndexArray,
    label: str,
    *,
    aligned: bool = True,
    size_px: int = FRAME_PX,
) -> MeanMap | None:
    """The mean map of films for one class.

    Args:
        stored: maps of one model.
        rows: of the films.
        label: class whose evidence is shown.
        aligned: in the common frame of the lungs, where they are known.
        size_px: side of the mean map.

    Returns:
        None where no film has any evidence for the class.
    """
    shares = densities(stored.positive(rows, label))
    known = np.isfinite(shares).all(axis=(1, 2))
    if not known.any():
        return None
    boxes = boxes_of(stored, rows[known], aligned=aligned)
    return MeanMap(mean_in_frame(shares[known], boxes, size_px), int(known.sum()))


def correlation(first: Float32Array, second: Float32Array) -> float:
    """Pearson's r of two maps of the same size, as `correlations`."""
    return float(correlations(first[None], second[None])[0])


def correlations(first: Float32Array, second: Float32Array) -> Float64Array:
    """Pearson's r of pairs of maps, over the places where both are finite.

    Args:
        first, second: (pair, height, width); one of them may have a single map, for all pairs.

    Returns:
        (pair,); NaN where one of the two is the same everywhere.
    """
    seen = np.isfinite(first) & np.isfinite(second)
    counts = np.maximum(seen.sum(axis=(1, 2), keepdims=True), 1)

    def centred(maps: Float32Array) -> Float64Array:
        known = np.where(seen, maps, 0.0)
        return np.where(seen, known - known.sum(axis=(1, 2), keepdims=True) / counts, 0.0)

    a, b = centred(first), centred(second)
    norms = np.sqrt((a * a).sum(axis=(1, 2)) * (b * b).sum(axis=(1, 2)))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Float64Array = np.where(norms > 1e-12, (a * b).sum(axis=(1, 2)) / norms, np.nan)
    return found
