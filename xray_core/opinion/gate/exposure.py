"""What greys, border and size of a film say against it. No network is asked."""

import cv2
import numpy as np

from xray_core.arrays import UInt8Array
from xray_core.opinion.gate.result import GateFinding

LEAST_SPAN = 26
"""Grey levels from the darkest to the brightest half per cent, below which nothing can be judged.
The flattest of 1,578 validation films has 71."""

LOW_SPAN = 100
DARKEST, BRIGHTEST = 60, 190
"""Mean grey levels: beyond them lie 3 and 4 in 1,000 validation films; `LOW_SPAN` likewise."""

LEAST_BORDER = 0.1
"""Share of height or width that is one even border: 2 % of the validation films have that much."""

LEAST_SIDE_PX = 200
_SIDE_PX = 160
_EVEN = 4


def unreadable(film: UInt8Array) -> tuple[GateFinding, ...]:
    """The finding `unreadable_contrast` where the greys of a film hardly differ."""
    span, _ = _greys(_small(film))
    if span >= LEAST_SPAN:
        return ()
    words = f"The greys hardly differ: they span {span:.0f} of 255 levels."
    advice = "Give the film with its full range of greys."
    return (GateFinding("unreadable_contrast", round(span, 1), words, True, advice),)


def exposure_notes(film: UInt8Array) -> tuple[GateFinding, ...]:
    """Notes on border, exposure and size: `framed`, `dark` and `small`.

    Args:
        film: uint8 (height, width), as it was read.
    """
    small = _small(film)
    notes = []
    if (border := border_share(small)) >= LEAST_BORDER:
        words = f"An even border takes {border:.0%} of the picture."
        notes.append(_note("framed", round(border, 3), words, "Crop it off where you can."))
    span, mean = _greys(small)
    if words := _exposure(span, mean):
        advice = "Set the window of greys anew, or give the original file."
        notes.append(_note("dark", round(mean, 1), words, advice))
    if (side := min(film.shape)) < LEAST_SIDE_PX:
        words = f"The file is small: {film.shape[1]} x {film.shape[0]} pixels."
        notes.append(_note("small", side, words, "Small opacities may be lost; give a larger one."))
    return tuple(notes)


def border_share(film: UInt8Array) -> float:
    """Share of the height, or of the width, that lines of one grey take at both edges together."""
    widths = [_even_lines(np.rot90(film, turns)) for turns in range(4)]
    return float(
        max(
            (widths[0] + widths[2]) / film.shape[0],
            (widths[1] + widths[3]) / film.shape[1],
        )
    )


def _exposure(span: float, mean: float) -> str:
    if mean < DARKEST:
        return f"The film is very dark: its mean grey is {mean:.0f} of 255."
    if mean > BRIGHTEST:
        return f"The film is very bright: its mean grey is {mean:.0f} of 255."
    if span < LOW_SPAN:
        return f"The film has little contrast: its greys span {span:.0f} of 255 levels."
    return ""


def _even_lines(film: UInt8Array) -> int:
    """How many lines from the first on are of one grey, but for a few pixels at their ends."""
    lines = np.sort(film[: len(film) // 2].astype(np.int16), axis=1)
    middle = lines[:, lines.shape[1] // 2]
    even = (lines[:, -4] - lines[:, 3] <= _EVEN) & (np.abs(middle - middle[0]) <= _EVEN)
    return len(even) if even.all() else int(np.argmin(even))


def _greys(film: UInt8Array) -> tuple[float, float]:
    """Levels from the darkest to the brightest half per cent, and the mean level."""
    low, high = np.percentile(film, (0.5, 99.5))
    return float(high - low), float(film.mean())


def _small(film: UInt8Array) -> UInt8Array:
    film = np.ascontiguousarray(film)
    return np.asarray(cv2.resize(film, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA))


def _note(kind: str, value: float, words: str, advice: str) -> GateFinding:
    return GateFinding(kind, value, words, False, advice)
