"""What if a region of the film could not be seen? It is filled, and the network run again.

The region is filled in each of `FILLINGS`, and the same shape is filled at other places of the film
as well (`same_elsewhere`). Where the prediction changes for the region more than for the other
places, whatever the filling, the region itself matters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from xray_core.arrays import BoolArray, Float32Array, Float64Array
from xray_core.explain.fillings import DEFAULT_FILLING, FILLINGS, Region, fill_regions

Predict = Callable[[Sequence[Float32Array]], Float32Array]

N_ELSEWHERE = 6
"""Other places where the same shape is filled."""

LIKE_SHARE = 0.25
"""How far the share of lung may differ between a region and another place for its shape."""

_ASKED_PX = 1024  # longer films are reduced to this before the question
_STEPS = 24  # places across the film that are tried for the same shape


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
