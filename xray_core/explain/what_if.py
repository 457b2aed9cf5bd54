"""What if a region of the film could not be seen? It is blurred, and the network asked again.

Blurring takes away what is finer than `BLUR_SIGMA` and leaves the broad grey of the place, so that
no hole of one brightness appears, which a network could take for a finding of its own (Fong and
Vedaldi 2017, https://arxiv.org/abs/1704.03296, compare blur, constant and noise). A change of
probability says that the network uses what was there; no change does not say that it does not,
because other places can carry the same evidence.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

Float32Array = NDArray[np.float32]
Region = Sequence[tuple[float, float]]
"""Corners (x, y) of a polygon, as shares of the film's width and height."""

BLUR_SIGMA = 0.06
"""Standard deviation of the blur, as a share of the film's longer side."""

EDGE_SIGMA = 0.006
"""Softness of a region's edge, as a share of the film's longer side: a hard one is a line."""

_BLUR_PX = 128


def blur_regions(film: Float32Array, regions: Sequence[Region]) -> Float32Array:
    """The film with regions blurred.

    Args:
        film: float32 (height, width) in [0, 1].
        regions: polygons of three corners or more; without any, the film comes back as it is.

    Returns:
        float32 (height, width) in [0, 1]; unchanged outside the regions and their soft edges.

    Raises:
        ValueError: a region has fewer than three corners.
    """
    if not regions:
        return film
    inside = region_weights(regions, film.shape)
    mixed: Float32Array = film + inside * (_blurred(film) - film)
    return np.clip(mixed, 0, 1)


def region_weights(regions: Sequence[Region], shape: tuple[int, ...]) -> Float32Array:
    """How much of each pixel is blurred, float32 (height, width) in [0, 1], soft at the edges."""
    height, width = shape
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    for region in regions:
        if len(region) < 3:
            raise ValueError(f"A region has three corners or more; received {len(region)}.")
        draw.polygon([(x * width - 0.5, y * height - 0.5) for x, y in region], fill=255)
    weights = np.asarray(mask, np.float32) / 255
    smooth: Float32Array = ndimage.gaussian_filter(weights, EDGE_SIGMA * max(shape), truncate=2.5)
    return smooth


def _blurred(film: Float32Array) -> Float32Array:
    """The whole film, blurred on a small copy: nothing finer than that is left anyway."""
    height, width = film.shape
    scale = _BLUR_PX / max(film.shape)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = Image.fromarray(film).resize(size, Image.Resampling.BOX)
    soft = ndimage.gaussian_filter(np.asarray(small, np.float32), BLUR_SIGMA * _BLUR_PX)
    large = Image.fromarray(soft).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large, np.float32)
