"""What if a region of the film could not be seen? It is filled, and the network run again.

No filling is neutral: a network may take a smooth grey patch for an opacity. So a region is filled
by what keeps the look of a lung, in several ways (`FILLINGS`), and the same shape is filled at
other places of the film as well (`same_elsewhere`). Where the prediction changes for the
region more than for the other places, whatever the filling, the region itself matters. `bench
what-if --data` measures how far each filling moves the probabilities on films of healthy lungs: a
little, and the first least on adults. Drawing the surroundings on into the region (Telea 2004)
moved them most and is left out. Near the heart the other side can bring its edge along. Fong
and Vedaldi 2017 (https://arxiv.org/abs/1704.03296) compare blur, constant and noise; Agarwal and
Nguyen 2020 (https://arxiv.org/abs/1910.04256) fill by what a picture could have held there.

A region is filled on a small copy of the film; only fine detail comes from the film itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from xray_core.arrays import BoolArray, Float32Array, Float64Array

Predict = Callable[[Sequence[Float32Array]], Float32Array]
Region = Sequence[tuple[float, float]]
"""Corners (x, y) of a polygon, as shares of the film's width and height."""

BLUR_SIGMA = 0.06
"""Standard deviation of the blur, as a share of the film's longer side: finer detail goes."""

EDGE_SIGMA = 0.006
"""Softness of a region's edge, as a share of the film's longer side: a hard one is a line."""

N_ELSEWHERE = 6
"""Other places where the same shape is filled."""

LIKE_SHARE = 0.25
"""How far the share of lung may differ between a region and another place for its shape."""

_SMALL_PX = 128
_ASKED_PX = 1024  # longer films are reduced to this before the question
_STEPS = 24  # places across the film that are tried for the same shape


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


@dataclass(frozen=True)
class Asked:
    """How the probabilities of one model moved.

    Attributes:
        fillings: float32 (filling, class), with the regions filled in each of `FILLINGS`.
        elsewhere: float32 (place, class), with the same shape filled at other places; no row where
            there was no room.
    """

    fillings: Float32Array
    elsewhere: Float32Array


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


def films_to_ask(
    film: Float32Array,
    regions: Sequence[Region],
    filling: str = DEFAULT_FILLING,
    lungs: BoolArray | None = None,
) -> tuple[Float32Array, ...]:
    """All films that show what a region holds; the arguments are those of `fill_regions`.

    Returns:
        The film at most `_ASKED_PX` long, with the regions filled in each of `FILLINGS`, and with
        the same shape filled at other places.
    """
    scale = min(1, _ASKED_PX / max(film.shape))
    size = (max(1, round(film.shape[1] * scale)), max(1, round(film.shape[0] * scale)))
    if scale < 1:
        film = np.asarray(cv2.resize(film, size, interpolation=cv2.INTER_AREA), np.float32)
    return (
        film,
        *(fill_regions(film, regions, name, lungs) for name in FILLINGS),
        *(fill_regions(film, place, filling, lungs) for place in same_elsewhere(regions, lungs)),
    )


def ask_films(predict: Predict, films: Sequence[Float32Array]) -> Asked:
    """What a model predicts for the films of `films_to_ask`, in one batch.

    Args:
        predict: gives the probabilities (film, class) of films of any size.
        films: as they come.
    """
    before, *answers = predict(films)
    fillings, elsewhere = answers[: len(FILLINGS)], answers[len(FILLINGS) :]
    return Asked(
        np.array(fillings) - before,
        np.array(elsewhere).reshape(-1, len(before)) - before,
    )


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


def same_elsewhere(
    regions: Sequence[Region], lungs: BoolArray | None = None, most: int = N_ELSEWHERE
) -> tuple[tuple[Region, ...], ...]:
    """The same regions moved to other places, far from each other.

    Args:
        regions: one or more polygons.
        lungs: bool mask of any size over the whole film: a place is taken that holds about as much
            of the lungs (`LIKE_SHARE`); None takes any place of the film.
        most: places that are wanted.

    Returns:
        The regions at up to `most` places, none of which touches the rectangle round the regions
        drawn; empty where there is no space.
    """
    corners = np.array([corner for region in regions for corner in region])
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = high - low
    axes = [np.linspace(0, 1 - length, _STEPS) for length in size]
    places = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    apart = (np.abs(places - low) >= size).any(axis=1)
    alike = np.abs(_share_in(lungs, places, size) - _share_in(lungs, low[None], size)) <= LIKE_SHARE
    places = places[apart & alike]
    taken = [low]
    while len(places) and len(taken) <= most:
        gaps = np.min([np.hypot(*(places - other).T) for other in taken], axis=0)
        if gaps.max() <= 0:
            break
        taken.append(places[gaps.argmax()])
    return tuple(
        tuple(tuple((x + move[0], y + move[1]) for x, y in region) for region in regions)
        for move in (place - low for place in taken[1:])
    )


def _share_in(lungs: BoolArray | None, places: Float64Array, size: Float64Array) -> Float64Array:
    """How much of a rectangle is lung, for each place of its upper left corner; 0 without lungs."""
    if lungs is None:
        return np.zeros(len(places))
    sums = cv2.integral(lungs.astype(np.uint8))
    sides = np.array([lungs.shape[1], lungs.shape[0]])
    (left, top), (right, bottom) = (
        np.rint(np.clip(corner, 0, 1) * sides).astype(int).T for corner in (places, places + size)
    )
    inside = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    share: Float64Array = inside / np.maximum((bottom - top) * (right - left), 1)
    return share


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
