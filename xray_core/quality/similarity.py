"""How alike two maps are: by the order of their places, and by their structure.

Rank correlation (Spearman 1904) compares which places matter more; the structural similarity index
(Wang et al. 2004, https://doi.org/10.1109/TIP.2003.819861) also compares by how much. Adebayo et
al. 2018 use both on maps. Both are taken on a grid of 32 x 32, so that maps of any size can be
compared, and a fine one is not called unlike for single pixels that nobody sees.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.quality.grid import is_flat, stretch

Map = NDArray[np.floating[Any]]

GRID_PX = 32
"""Side of the grid on which maps are compared."""


def rank_correlation(one: Map, other: Map) -> float:
    """Spearman's rank correlation of two maps, -1 to 1.

    Args:
        one: raw map (height, width) over the whole film.
        other: of any other size.

    Returns:
        0 where one of them is flat: it has no order that the other could share.
    """
    from scipy.stats import spearmanr

    if is_flat(one) or is_flat(other):
        return 0.0
    pair = (stretch(item, GRID_PX).ravel() for item in (one, other))
    return float(spearmanr(*pair).statistic)


def structural_similarity(one: Map, other: Map) -> float:
    """The structural similarity index of two maps, each relative to its greatest size, -1 to 1.

    Args:
        one: as for `rank_correlation`.
        other: as for `rank_correlation`.

    Returns:
        0 where one of them is flat.
    """
    from skimage import metrics

    if is_flat(one) or is_flat(other):
        return 0.0
    pair = [stretch(item / np.abs(item).max(), GRID_PX) for item in (one, other)]
    signed = min(float(item.min()) for item in pair) < 0
    return float(metrics.structural_similarity(*pair, data_range=2.0 if signed else 1.0))


def agreement_with(values: Map, others: Sequence[Map]) -> float:
    """The mean rank correlation of one map with others of the film, of what speaks for the class.

    Krishna et al. 2022 (https://arxiv.org/abs/2202.01602) measure how far methods disagree in this
    way.

    Others with the same numbers are left out: Grad-CAM and HiResCAM are one method on most heads,
    and no second opinion.

    Returns:
        -1 to 1; NaN where there are no others.
    """
    return _mean([_agree(values, other) for other in others if not _same(values, other)])


def _agree(one: Map, other: Map) -> float:
    """Of what speaks for the class: some methods know nothing of what speaks against it."""
    return rank_correlation(np.maximum(one, 0), np.maximum(other, 0))


def _same(one: Map, other: Map) -> bool:
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-4, atol=1e-9)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
