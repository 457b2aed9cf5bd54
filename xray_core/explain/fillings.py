"""Ways to fill a region of a film, so that a network cannot see what was there.

No filling is neutral: a network may take a smooth grey patch for an opacity. So a region is filled
by what keeps the look of a lung, in several ways (`FILLINGS`). `bench what-if --data` measures how
far each moves the probabilities on films of healthy lungs: a little, and the first least on adults.
Drawing the surroundings on into the region (Telea 2004) moved them most and is left out. Near the
heart the other side can bring its edge along. Fong and Vedaldi 2017
(https://arxiv.org/abs/1704.03296) compare blur, constant and noise; Agarwal and Nguyen 2020
(https://arxiv.org/abs/1910.04256) fill by what a picture could have held there.

A region is filled on a small copy of the film; only fine detail comes from the film itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from xray_core.arrays import BoolArray, Float32Array

Region = Sequence[tuple[float, float]]
"""Corners (x, y) of a polygon, as shares of the film's width and height."""

BLUR_SIGMA = 0.06
"""Standard deviation of the blur, as a share of the film's longer side: finer detail goes."""

EDGE_SIGMA = 0.006
"""Softness of a region's edge, as a share of the film's longer side: a hard one is a line."""

_SMALL_PX = 128


@dataclass(frozen=True)
class Filling:
    """One way to fill a region.

    Attributes:
        title: display name.
        fill: `(film, inside, mirrored) -> film`, all float32 (height, width): the film, how much
            of each pixel is filled, and the other side of the chest, on which the region has been
            blurred first, so that it gives back nothing of itself.
    """

    title: str
    fill: Callable[[Float32Array, Float32Array, Float32Array], Float32Array]


def _texture(film: Float32Array, _inside: Float32Array, mirrored: Float32Array) -> Float32Array:
    return _blurred(film) + mirrored - _blurred(mirrored)


def _mirror(film: Float32Array, inside: Float32Array, mirrored: Float32Array) -> Float32Array:
    """The other side; what it differs by at the region's edges is carried smoothly inwards."""
    apart = _carried_in(_small(film - mirrored), _hole(inside))
    return mirrored + _large(apart, film.shape)


def _blur(film: Float32Array, _inside: Float32Array, _mirrored: Float32Array) -> Float32Array:
    return _blurred(film)


FILLINGS = {
    "texture": Filling("its own broad grey with the detail of the other side", _texture),
    "mirror": Filling("the mirrored other side", _mirror),
    "blur": Filling("its own broad grey, without detail", _blur),
}
DEFAULT_FILLING = next(iter(FILLINGS))


def fill_regions(
    film: Float32Array,
    regions: Sequence[Region],
    filling: str = DEFAULT_FILLING,
    lungs: BoolArray | None = None,
) -> Float32Array:
    """The film with regions filled.

    Args:
        film: float32 (height, width) in [0, 1].
        regions: polygons of three corners or more; without any, the film comes back as it is.
        filling: key in `FILLINGS`.
        lungs: bool mask of any size over the whole film, which says where its middle lies; None
            takes the middle of the film.

    Returns:
        float32 (height, width) in [0, 1]; unchanged outside the regions and their soft edges.

    Raises:
        ValueError: a region has fewer than three corners.
        KeyError: no such filling.
    """
    if not regions:
        return film
    inside = region_weights(regions, film.shape)
    unseen = film + inside * (_blurred(film) - film)
    filled = FILLINGS[filling].fill(film, inside, _mirrored(unseen, lungs))
    mixed: Float32Array = film + inside * (filled - film)
    return np.clip(mixed, 0, 1)


def region_weights(regions: Sequence[Region], shape: tuple[int, ...]) -> Float32Array:
    """How much of each pixel is filled, float32 (height, width) in [0, 1], soft at the edges."""
    height, width = shape
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    for region in regions:
        if len(region) < 3:
            raise ValueError(f"A region has three corners or more; received {len(region)}.")
        draw.polygon([(x * width - 0.5, y * height - 0.5) for x, y in region], fill=255)
    weights = np.asarray(mask, np.float32) / 255
    sigma = EDGE_SIGMA * max(shape)
    side = 2 * round(2.5 * sigma) + 1
    smooth = cv2.GaussianBlur(weights, (side, side), sigma, borderType=cv2.BORDER_REFLECT)
    return np.asarray(smooth, np.float32)


def _mirrored(film: Float32Array, lungs: BoolArray | None) -> Float32Array:
    """Left and right in each other's place, about the middle of the lungs or of the film."""
    width, middle = film.shape[1], 0.5
    if lungs is not None and lungs.any():
        columns = np.flatnonzero(lungs.any(axis=0))
        middle = (columns[0] + columns[-1] + 1) / lungs.shape[1] / 2
    source = np.clip(np.rint(2 * middle * width - 1 - np.arange(width)), 0, width - 1)
    return film[:, source.astype(int)]


def _small(film: Float32Array) -> Float32Array:
    height, width = film.shape
    scale = _SMALL_PX / max(film.shape)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(film, size, interpolation=cv2.INTER_AREA), np.float32)


def _large(small: Float32Array, shape: tuple[int, ...]) -> Float32Array:
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _blurred(film: Float32Array) -> Float32Array:
    """The whole film, blurred on a small copy: nothing finer than that is left anyway."""
    soft = ndimage.gaussian_filter(_small(film), BLUR_SIGMA * _SMALL_PX)
    return _large(soft, film.shape)


def _hole(inside: Float32Array) -> BoolArray:
    """Cells of the small copy of which any part is filled, and their neighbours."""
    hole: BoolArray = ndimage.maximum_filter(_small(inside) > 0.02, 3)
    return hole


def _carried_in(values: Float32Array, hole: BoolArray) -> Float32Array:
    """Values with those in the hole replaced, smoothly from its edges (push-pull pyramid).

    Gortler et al. 1996, https://doi.org/10.1145/237170.237200, section 3.4.
    """
    known = (~hole).astype(np.float32)
    return _pull(values * known, known)


def _pull(weighted: Float32Array, weights: Float32Array) -> Float32Array:
    """What is known, and where nothing is, what the next coarser copy knows.

    Args:
        weighted: values times `weights`.
        weights: 1 where a value is known, 0 where none is.
    """
    if min(weighted.shape) <= 2:
        return np.asarray(weighted / np.maximum(weights, 1e-6), np.float32)
    coarse, known = cv2.pyrDown(weighted), cv2.pyrDown(weights)
    enough = np.minimum(4 * known, 1)  # a quarter of a cell is enough to know it
    below = _pull(coarse * enough / np.maximum(known, 1e-6), enough)
    shape = (weighted.shape[1], weighted.shape[0])
    mixed: Float32Array = weighted + (1 - weights) * cv2.pyrUp(below, dstsize=shape)
    return mixed
