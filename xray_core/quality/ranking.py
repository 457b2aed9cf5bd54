"""Many maps of one film against one truth, all measures from one order of their places.

Pointing game, average precision and overlap are those of `localisation`, on a coarser grid. Beside
them the share of the map's positive part that lies inside the truth (the energy-based pointing game
of Wang et al. 2020, section 4.3, https://arxiv.org/abs/1910.01279), as it is and divided by what an
even map has.

A map in which nothing speaks for the class shows nobody where the finding is. It misses: 0 in all
of them but average precision, where it has what chance gives.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xray_core.arrays import BoolArray, Float32Array, Float64Array, IndexArray
from xray_core.quality.grid import stretch
from xray_core.quality.localisation import THRESHOLDS

GRID_PX = 64
"""Side of the grid on which maps and truth are compared."""

NAMES = ("hit_rate", "inside", "inside_ratio", "auprc", "lungs", "flat")
"""Columns of `Ranked.values`."""

LEAST = 1e-12
"""Evidence up to this is none."""


@dataclass(frozen=True)
class Ranked:
    """How well each of some maps of one film finds the truth.

    Attributes:
        values: float64 (map, `NAMES`); NaN for the lungs where they are not known.
        overlaps: float64 (map, `THRESHOLDS`), intersection over union at each of them.
    """

    values: Float64Array
    overlaps: Float64Array


def grid_mask(mask: BoolArray) -> BoolArray:
    """A mask of any size on the grid: bool (`GRID_PX`, `GRID_PX`), nearest pixel."""
    size = (GRID_PX, GRID_PX)
    return np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST), bool)


def grid_map(values: NDArray[np.floating[Any]]) -> Float32Array:
    """The positive part of a raw map on the grid: float32 (`GRID_PX`, `GRID_PX`)."""
    return np.maximum(stretch(np.maximum(values, 0), GRID_PX), 0)


def rank_maps(maps: Float32Array, truth: BoolArray, lungs: BoolArray | None = None) -> Ranked:
    """Measure many maps of one film.

    Args:
        maps: (map, height, width), >= 0, as `grid_map` gives them.
        truth: bool (height, width), not empty.
        lungs: of the same shape; None where they are not known.
    """
    flat, mask = maps.reshape(len(maps), -1).astype(np.float64), truth.ravel()
    n_maps, n_places = flat.shape
    order = np.argsort(-flat, axis=1)
    ordered = np.take_along_axis(flat, order, axis=1)
    inside = mask[order]
    found = np.cumsum(inside, axis=1)
    area, highest = int(mask.sum()), ordered[:, 0]
    empty = highest <= LEAST
    ends = _ends_of_ties(ordered)
    precision = found / np.arange(1, n_places + 1)
    at_ends = np.take_along_axis(precision, ends, axis=1)
    share = _share(flat, mask)
    values = np.empty((n_maps, len(NAMES)))
    values[:, 0] = precision[np.arange(n_maps), ends[:, 0]]
    values[:, 1], values[:, 2] = share, share / (area / n_places)
    values[:, 3] = (at_ends * inside).sum(axis=1) / area
    values[:, 4] = np.nan if lungs is None else _share(flat, lungs.ravel())
    values[:, 5] = empty
    values[empty, :3] = 0
    values[empty, 4] = np.nan
    overlaps = np.zeros((n_maps, len(THRESHOLDS)))
    for row in np.flatnonzero(~empty):
        n_marked = np.searchsorted(-ordered[row], -THRESHOLDS * highest[row], side="right")
        both = found[row, np.maximum(n_marked, 1) - 1]
        overlaps[row] = both / (n_marked + area - both)
    return Ranked(values, overlaps)


def _ends_of_ties(ordered: Float64Array) -> IndexArray:
    """Of each place in an order, the last place with the same value."""
    n_places = ordered.shape[1]
    ends = np.full(ordered.shape, n_places - 1, np.intp)
    changes = ordered[:, :-1] != ordered[:, 1:]
    ends[:, :-1] = np.where(changes, np.arange(n_places - 1), n_places - 1)
    return np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]


def _share(flat: Float64Array, mask: BoolArray) -> Float64Array:
    share: Float64Array = flat[:, mask].sum(axis=1) / np.maximum(flat.sum(axis=1), LEAST)
    return share
