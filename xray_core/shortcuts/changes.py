"""Films with something taken away: what a model still answers says what it looked at.

Each change takes films as they are cached, uint8 (side, side), and gives films of the same size.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from xray_core.arrays import BoolArray, Float64Array, UInt8Array

BORDER = 0.15
"""Width of the border that is kept, in shares of the side."""

CORNER = 1 / 7
"""Side of the corners that are taken away, in shares of the side; marks lie in a ring as wide."""

CROP = 0.7
"""Side of the centre that is kept, in shares of the side."""

BLUR = 0.02
"""Standard deviation of the low-pass, in shares of the side."""

_MARK_GREY = 220
_MARK_STEP = 60


@dataclass(frozen=True)
class Surroundings:
    """What a change may need besides the film.

    Attributes:
        lungs: bool (side, side); None where they are not known.
        greys: float (256,), quantiles of the greys of a mean film.
    """

    lungs: BoolArray | None
    greys: Float64Array


@dataclass(frozen=True)
class Change:
    """One way to change films.

    Attributes:
        title: display name.
        asks: the question that it answers.
        apply: gives the changed film.
        needs_lungs: whether films without known lungs are left out.
    """

    title: str
    asks: str
    apply: Callable[[UInt8Array, Surroundings], UInt8Array]
    needs_lungs: bool = False


def without_lungs(film: UInt8Array, around: Surroundings) -> UInt8Array:
    """The box around the lungs black: their outline would still show how much of them is white."""
    assert around.lungs is not None
    rows, columns = (
        np.flatnonzero(around.lungs.any(axis=1)),
        np.flatnonzero(around.lungs.any(axis=0)),
    )
    found = film.copy()
    found[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = 0
    return found


def lungs_alone(film: UInt8Array, around: Surroundings) -> UInt8Array:
    """All but the lungs black."""
    assert around.lungs is not None
    return np.where(around.lungs, film, 0).astype(np.uint8)


def border_alone(film: UInt8Array, _: Surroundings) -> UInt8Array:
    """All but a border black."""
    width = max(1, round(BORDER * len(film)))
    found = film.copy()
    found[width:-width, width:-width] = 0
    return found


def without_marks(film: UInt8Array, _: Surroundings) -> UInt8Array:
    """Corners, and bright marks with sharp edges near the border, by the median around them."""
    side = len(film)
    width = max(2, round(CORNER * side))
    smooth = cv2.medianBlur(film, 2 * (side // 10) + 1)
    hidden = np.zeros(film.shape, np.uint8)
    for rows in (slice(None, width), slice(-width, None)):
        for columns in (slice(None, width), slice(-width, None)):
            hidden[rows, columns] = 1
    ring = np.ones(film.shape, bool)
    ring[width:-width, width:-width] = False
    step = cv2.morphologyEx(film, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    marks = (film > _MARK_GREY) & (step > _MARK_STEP) & ring
    hidden |= cv2.dilate(marks.astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.where(hidden > 0, smooth, film).astype(np.uint8)


def centre(film: UInt8Array, _: Surroundings) -> UInt8Array:
    """The centre alone, as large as the film was."""
    side = len(film)
    cut = round((1 - CROP) / 2 * side)
    inside = film[cut : side - cut, cut : side - cut]
    return np.asarray(cv2.resize(inside, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)


def matched(film: UInt8Array, around: Surroundings) -> UInt8Array:
    """With the greys of a mean film of all sources: as many pixels of each."""
    counts = np.bincount(film.ravel(), minlength=256)
    middle = (np.cumsum(counts) - counts / 2) / film.size
    table = np.interp(middle, np.linspace(0, 1, len(around.greys)), around.greys)
    return np.round(table).astype(np.uint8)[film]


def low_pass(film: UInt8Array, _: Surroundings) -> UInt8Array:
    """Without fine detail."""
    return np.asarray(cv2.GaussianBlur(film, (0, 0), BLUR * len(film)), np.uint8)


CHANGES = {
    "without_lungs": Change(
        "Lungs blacked out", "What is answered without any lung?", without_lungs, needs_lungs=True
    ),
    "border_alone": Change("Border alone", "What does the border give away?", border_alone),
    "lungs_alone": Change(
        "Lungs alone", "What is answered by the lungs alone?", lungs_alone, needs_lungs=True
    ),
    "without_marks": Change(
        "Corners and marks hidden", "Do letters and other marks matter?", without_marks
    ),
    "centre": Change("Centre alone", "Does what lies at the edge matter?", centre),
    "matched": Change("Greys matched", "Does exposure or windowing matter?", matched),
    "low_pass": Change("Fine detail removed", "Does fine structure matter?", low_pass),
}
"""All changes, in the order in which they are shown."""


def as_large_as(film: UInt8Array, lungs: BoolArray) -> BoolArray | None:
    """A mask over the whole film in the film's size; None where nothing of it is left."""
    size = (film.shape[1], film.shape[0])
    found = cv2.resize(lungs.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return found if found.any() else None


def mean_greys(films: UInt8Array) -> Float64Array:
    """Quantiles (256,) of the greys of each film, their mean over the films."""
    places = np.linspace(0, 1, 256)
    total = np.zeros(256)
    for film in films:
        counts = np.bincount(film.ravel(), minlength=256)
        total += np.searchsorted(np.cumsum(counts) / film.size, places - 1e-9)
    return total / max(1, len(films))
