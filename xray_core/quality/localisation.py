"""Localisation: does a map lie where the finding is?

It needs the truth: a mask of the finding, or boxes round it. Three answers: the pointing game
(Zhang et al. 2018, section 4.2, https://arxiv.org/abs/1608.00507), the overlap at the threshold
that is best over a set of films, and the area under the precision-recall curve over all thresholds.

By chance the pointing game and that area give the share of the film that the truth covers (Saito
and Rehmsmeier 2015, https://doi.org/10.1371/journal.pone.0118432).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xray_core.arrays import BoolArray, Float32Array, Float64Array
from xray_core.quality.grid import stretch

GRID_PX = 128
"""Side of the grid on which map and truth are compared."""

THRESHOLDS = np.arange(1, 20) / 20
"""Shares of a map's greatest value above which it is taken to mark the finding."""


def hit(values: NDArray[np.floating[Any]], truth: BoolArray) -> float:
    """1 where the greatest value of a map lies on the truth, 0 where it does not.

    Where several places share the greatest value, the share of them that lies on the truth.

    Args:
        values: raw map (height, width) over the whole film.
        truth: bool mask of any size over the whole film.
    """
    found, mask = _on_grid(values, truth)
    return float(mask[found == found.max()].mean())


def overlaps(values: NDArray[np.floating[Any]], truth: BoolArray) -> Float64Array:
    """Intersection over union at each of `THRESHOLDS`; zeros where nothing is above 0.

    Args:
        values: as for `hit`.
        truth: as for `hit`.
    """
    found, mask = _on_grid(values, truth)
    highest = found.max()
    if highest <= 0:
        return np.zeros(len(THRESHOLDS))
    marked = found >= (THRESHOLDS * highest)[:, None, None]
    union = (marked | mask).sum(axis=(1, 2))
    shares: Float64Array = (marked & mask).sum(axis=(1, 2)) / np.maximum(union, 1)
    return shares


def best_threshold(found: Sequence[Float64Array]) -> int:
    """Row of `THRESHOLDS` at which the mean overlap of a set of films is greatest.

    It is chosen on the films that are then measured, so the overlap is the best that any fixed
    threshold could reach.

    Args:
        found: of each film, as `overlaps` returns.
    """
    return int(np.mean(found, axis=0).argmax())


def average_precision(values: NDArray[np.floating[Any]], truth: BoolArray) -> float:
    """Area under the precision-recall curve of pixels (`sklearn.metrics`).

    Args:
        values: as for `hit`.
        truth: as for `hit`, not empty.
    """
    from sklearn.metrics import average_precision_score

    found, mask = _on_grid(values, truth)
    return float(average_precision_score(mask.ravel(), found.ravel()))


def _on_grid(values: NDArray[np.floating[Any]], truth: BoolArray) -> tuple[Float32Array, BoolArray]:
    size = (GRID_PX, GRID_PX)
    mask = Image.fromarray(truth).resize(size, Image.Resampling.NEAREST)
    return stretch(values, GRID_PX), np.asarray(mask, bool)
