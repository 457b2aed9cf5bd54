"""The one rule for greys: what a header declares is compared with the samples.

    both agree                the header stands, and there is no note
    they disagree             the samples win, and a note says so
    the samples cannot decide the header stands, and a grave note asks to check the film

Pictures and DICOM files bring their declarations (bit depths, windows, tables); what the samples
say is measured here. Nothing in this module knows a file format.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import BoolArray, Float32Array, Int64Array

MOST_CLIPPED = 0.5
"""A window that leaves more of a film black or white than this share does not fit it."""

LEAST_USED = 0.3
"""Nor does one that shows the whole film within less than this share of the grey scale."""

_TAIL = 0.05  # at most this share of the pixels, at either end, may be outliers
_SQUEEZED = 0.6  # of the whole range: what outliers must leave less than, to be cut off
_RIM = 1 / 64  # of the range: so near its ends, clipping takes nothing away
_BLACK = 0.5 / 255  # shown as grey level 0; white likewise
_EVEN_SHARE = 0.9  # of the pixels lie within `_EVEN_LEVELS`: one even grey
_EVEN_LEVELS = 4  # of 13,000 public films none has so many pixels within 50
_EVEN_FLOAT = 1e-3  # the same for values without levels, relative to the largest
_MOST_SAMPLED = 2**20
_GRADUAL = 0.8  # of the film's range: most neighbours differ by less, even at its sharp edges
_WRAPPED = 0.9  # and by more where a sign bit is read wrongly,
_OFTEN_WRAPPED = 0.6  # or by so much, if the other reading has less than half of it
_SMALL_PX = 64  # colours are averaged over this many squares per side, so that noise has none
_COLOURED = 32 / 255  # of white, between the channels
_MOST_COLOUR = 0.25  # of the pixels; letters and arrows have less
_LEAST_VALUES = 8  # distinct values that a part of a film has, and letters have not


HARDLY_A_FILM = "hardly a radiograph"
"""How the warning of a picture in colour ends."""


class Notes(list[str]):
    """What had to be done to read a film; `grave` holds those that ask to check it."""

    def __init__(self) -> None:
        super().__init__()
        self.grave: list[str] = []

    def warn(self, text: str) -> None:
        """Add a grave note."""
        self.append(text)
        self.grave.append(text)


@dataclass(frozen=True)
class Levels:
    """The distinct values of a film, ascending, and how many pixels have each."""

    values: NDArray[Any]
    counts: Int64Array

    @classmethod
    def of(cls, pixels: NDArray[Any]) -> "Levels":
        """Of an array of any shape; a large one is sampled, its ends are always among them."""
        flat = pixels.reshape(-1)
        sample = flat[:: max(1, flat.size // _MOST_SAMPLED)]
        ends = [flat.min(), flat.max()] if sample.size < flat.size else []
        values, counts = np.unique(
            np.concatenate([sample, np.array(ends, flat.dtype)]), return_counts=True
        )
        return cls(values, counts)

    def mapped(self, values: NDArray[Any], keep: BoolArray) -> "Levels":
        """The same pixels with other values, in any order; those not kept are left out."""
        found, place = np.unique(values[keep], return_inverse=True)
        counts = np.bincount(place, weights=self.counts[keep], minlength=found.size)
        return Levels(found, counts.astype(np.int64))

    def share(self, where: BoolArray) -> float:
        """Share of the pixels whose values are marked."""
        return float(self.counts[where].sum() / max(1, self.counts.sum()))

    def quantile(self, share: float) -> float:
        """The smallest value that at least this share of the pixels does not exceed."""
        reached = np.cumsum(self.counts) >= share * self.counts.sum()
        return float(self.values[int(np.argmax(reached))])

    @property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest value; zeros where there are no pixels."""
        return (float(self.values[0]), float(self.values[-1])) if self.values.size else (0.0, 0.0)


def own_range(levels: Levels) -> tuple[float, float, int]:
    """The range of a film without the few far-off values that would squeeze it.

    Returns:
        Darkest and brightest value, and how many (sampled) pixels lie outside; both values are
        the same where the film is one even grey.
    """
    low, high = levels.ends
    if levels.values.size < 2 or is_even(levels):
        middle = levels.quantile(0.5) if levels.values.size else 0.0
        return middle, middle, 0
    left, right = levels.quantile(_TAIL), levels.quantile(1 - _TAIL)
    near = (levels.values >= 2 * left - right) & (levels.values <= 2 * right - left)
    inside = levels.values[near]
    span = float(inside[-1]) - float(inside[0]) if inside.size else 0.0
    if left < right and span < _SQUEEZED * (high - low):
        return float(inside[0]), float(inside[-1]), int(levels.counts[~near].sum())
    return low, high, 0


def is_even(levels: Levels) -> bool:
    """Whether nearly all pixels have nearly the same value: what is left is a letter or noise."""
    edge = (1 - _EVEN_SHARE) / 2
    low, high = levels.quantile(edge), levels.quantile(1 - edge)
    if levels.values.dtype.kind == "f":
        return high - low <= _EVEN_FLOAT * max(abs(low), abs(high))
    return high - low <= _EVEN_LEVELS


def depth_range(levels: Levels, notes: Notes) -> tuple[float, float]:
    """Black and white of unsigned values up to 65535, whose depth no header gives.

    White is the smallest 2^k - 1 that holds the film, so that a 12-bit film in a 16-bit file
    doesn't come out black; 255 for one of 8 bits that is dark, unless it were hardly seen. A film
    far from black is stretched from its own range.
    """
    low, high, n_outside = own_range(levels)
    dark = LEAST_USED * 255 <= high < 256
    top = 255 if dark else 2 ** max(1, int(high).bit_length()) - 1
    if low < high and high - low < top / 4 and low > top / 4:
        notes.append(f"16 bits per pixel, scaled from its own range, {low:g} to {high:g}")
        return low, high
    notes.append(f"16 bits per pixel, scaled by {top}")
    if n_outside and levels.ends[1] > top:
        notes.append(f"a few pixels brighter than {top} cut off")
    return 0, top


def stretch_range(levels: Levels, notes: Notes, why: str = "") -> tuple[float, float]:
    """Black and white from the film's own range; outliers are cut off, and a note says so."""
    low, high, n_outside = own_range(levels)
    start = f"{why}, " if why else ""
    notes.append(f"{start}scaled from its own range, {low:g} to {high:g}")
    if n_outside:
        ends = levels.ends
        notes.append(f"a few pixels far outside cut off; with them: {ends[0]:g} to {ends[1]:g}")
    return low, high


@dataclass(frozen=True)
class Fit:
    """How a transform to [0, 1] suits a film.

    Attributes:
        clipped: share of all pixels that it shows black or white.
        lost: the same among the pixels that are neither the darkest nor the brightest.
        used: share of the grey scale from the film's darkest to its brightest value.
        falls: whether brighter values are shown darker.
    """

    clipped: float
    lost: float
    used: float
    falls: bool

    @property
    def fits(self) -> bool:
        """Whether it keeps most of the film and shows it with some contrast."""
        return self.lost <= MOST_CLIPPED and self.used >= LEAST_USED


def measure_fit(levels: Levels, shown: NDArray[Any]) -> Fit:
    """Compare what a window or table makes of each value with what the film holds.

    Args:
        levels: of the film.
        shown: what each of `levels.values` becomes, in [0, 1].
    """
    low, high, _ = own_range(levels)
    low, high = (low, high) if low < high else levels.ends
    extreme = (shown <= _BLACK) | (shown >= 1 - _BLACK)
    rim = _RIM * (high - low)
    inner = (levels.values > low + rim) & (levels.values < high - rim)
    part = Levels(levels.values[inner], levels.counts[inner])
    film = shown[(levels.values >= low) & (levels.values <= high)]
    return Fit(
        clipped=levels.share(extreme),
        lost=part.share(extreme[inner]),
        used=float(film.max() - film.min()) if film.size else 0.0,
        falls=bool(film.size and film[0] > film[-1]),
    )


def best_reading(readings: list[tuple[str, NDArray[Any]]]) -> tuple[str, NDArray[Any]]:
    """Which of several readings of the same stored bits is a picture.

    Read wrongly, values jump where the right ones pass smoothly: where a sign bit or a bit beyond
    the stored depth changes. So only neighbours on which two readings differ are compared.

    Args:
        readings: name and values (height, width); the first is what the header declares, and
            stands unless another one is smoother there, and differs in many values.
    """
    best = readings[0]
    for other in readings[1:]:
        if _is_smoother(other[1], best[1]):
            best = other
    return best


def _is_smoother(other: NDArray[Any], best: NDArray[Any]) -> bool:
    rows = slice(None, None, max(1, best.size // _MOST_SAMPLED))
    ours, theirs = best[rows].astype(np.int64), other[rows].astype(np.int64)
    if np.unique(theirs[ours != theirs]).size < _LEAST_VALUES:
        return False
    steps = [np.abs(np.diff(part, axis=1)) for part in (ours, theirs)]
    apart = steps[0] != steps[1]
    if not apart.any():
        return False
    # Relative to what each reading takes the film's range for: wrapped values have a small one.
    ours_apart, theirs_apart = (
        part[apart] / max(1.0, high - low)
        for part, (low, high, _) in zip(
            steps, (own_range(Levels.of(ours)), own_range(Levels.of(theirs))), strict=True
        )
    )
    about_sign = theirs.min() < 0 or ours.min() < 0
    our_step, their_step = float(np.median(ours_apart)), float(np.median(theirs_apart))
    wrapped = our_step >= _WRAPPED or our_step >= max(_OFTEN_WRAPPED, 2 * their_step)
    if about_sign and not wrapped:
        return False
    return bool(their_step <= _GRADUAL and theirs_apart.sum() < ours_apart.sum())


def note_colour(colours: NDArray[Any], white: float, words: str, notes: Notes) -> None:
    """Say that colours were turned to grey; grave where most of the picture has some.

    Args:
        colours: (height, width, 3 or more) of 8 or 16 bits.
        white: value of full brightness.
        words: what the picture is: `colour image`.
        notes: the note is added here.
    """
    small = cv2.resize(colours, (_SMALL_PX, _SMALL_PX), interpolation=cv2.INTER_AREA)
    spread = np.ptp(small[..., :3].astype(np.float32), axis=-1)
    if float((spread > _COLOURED * white).mean()) > _MOST_COLOUR:
        notes.warn(f"{words} turned to grey: {HARDLY_A_FILM}")
    else:
        notes.append(f"{words} turned to grey")


def stretch(values: NDArray[Any], low: float, high: float) -> Float32Array:
    """float32 of the same shape, `low` at 0 and `high` at 1, cut off; all 0 where both are equal.

    The differences are taken in float64: large floats would overflow float32.
    """
    span = float(high) - float(low)
    if span == 0:
        return np.zeros(values.shape, np.float32)
    scaled = np.empty(values.shape, np.float32)
    for shown, row in zip(np.atleast_2d(scaled), np.atleast_2d(values), strict=True):
        np.clip((row.astype(np.float64) - low) / span, 0, 1, out=shown, casting="same_kind")
    return scaled
