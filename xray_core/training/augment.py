"""Changes that a chest film may undergo without becoming another film.

Small rotation, shift, zoom and stretch as patients stand and lie; gamma, contrast, brightness,
local contrast, blur, sharpening and noise as machines and their image processing differ. Corners
and borders are covered, letters written there, and some films take the greys of another
one, because markers, collimation and tone reveal the hospital (Zech et al. 2018,
https://doi.org/10.1371/journal.pmed.1002683). Where it is known where the lungs lie, all beyond
them can be covered, because shoulders, chin and belly distinguish a child from an adult, and so
one data set from another. No flip: it moves the heart.
"""

import math
from collections.abc import Callable

import cv2
import numpy as np

from xray_core.arrays import Float32Array, Float64Array, UInt8Array
from xray_core.data.covers import cover_beyond, cover_edges, write_letters
from xray_core.process_wide import WhileNeeded

MAX_ROTATION_DEGREES = 7.0
MAX_SHIFT = 0.06
MAX_ZOOM = 0.12
MAX_STRETCH = 0.06
TONE_MIXING = 0.5

_GREYS = np.arange(256) / 255
_OWN_GREYS = np.arange(256, dtype=np.uint8)


def _put_one_thread() -> Callable[[], object]:
    n_threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    return lambda: cv2.setNumThreads(n_threads)


ONE_THREAD = WhileNeeded(_put_one_thread)
"""In force while a network learns: a batch is one task of the input pipeline, and the network needs
the other cores."""


def augment(
    films: UInt8Array,
    rng: np.random.Generator,
    *,
    tone_mixing: float = TONE_MIXING,
    lungs: Float32Array | None = None,
    lung_focus: float = 0.0,
) -> UInt8Array:
    """Change every film of a batch differently.

    Args:
        films: uint8 (batch, size, size).
        rng: the same state gives the same changes.
        tone_mixing: share of films that take the greys of another film of the batch, in part or
            whole.
        lungs: float32 (batch, 4), the box round the lungs as `lung_boxes` returns.
        lung_focus: share of films of which nothing but that box is left to see.

    Returns:
        A new array of the same shape.
    """
    n, size = films.shape[:2]
    # One pattern per batch, wider than a film: each film takes a different piece.
    room = size // 4
    noise = rng.standard_normal((size + room, size + room), dtype=np.float32)
    pattern = np.clip(128 + 32 * noise, 0, 255).astype(np.uint8)
    pieces = rng.integers(0, room + 1, (n, 2)).tolist()
    others = films[rng.integers(n, size=n)]
    signed, draws = rng.uniform(-1, 1, (n, 9)), rng.uniform(size=(n, 33))
    changed = np.empty_like(films)
    beyond = rng.uniform(size=(n, 7))
    for index, film in enumerate(films):
        movement = _movement(size, signed[index, :5])
        moved = np.asarray(cv2.warpAffine(film, movement, (size, size)), np.uint8)
        processed = _process(moved, draws[index, :4])
        greys, mixing = _OWN_GREYS, signed[index, 5] - (1 - 2 * tone_mixing)
        if mixing > 0:
            greys = _match_table(processed, others[index], mixing / (2 * tone_mixing))
        toned = cv2.LUT(processed, _tone_table(signed[index, 6:])[greys])
        row, column = pieces[index]
        grain = 0.25 * draws[index, 4]
        piece = pattern[row : row + size, column : column + size]
        changed[index] = cv2.addWeighted(toned, 1.0, piece, grain, -128 * grain)
        cover_edges(changed[index], draws[index, 5:27])
        write_letters(changed[index], draws[index, 27:])
        if lungs is not None and beyond[index, 0] < lung_focus:
            box = _moved_box(lungs[index], movement, size)
            cover_beyond(changed[index], box, beyond[index, 1:])
    return changed


def _movement(size: int, draws: Float64Array) -> Float64Array:
    """The matrix (2, 3) that rotates, zooms, stretches and shifts; places in pixels."""
    turn, zoom, stretch, right, down = draws.tolist()
    angle = math.radians(turn * MAX_ROTATION_DEGREES)
    across = math.exp(zoom * MAX_ZOOM + stretch * MAX_STRETCH)
    along = math.exp(zoom * MAX_ZOOM - stretch * MAX_STRETCH)
    a, b = across * math.cos(angle), -across * math.sin(angle)
    c, d = along * math.sin(angle), along * math.cos(angle)
    centre, reach = (size - 1) / 2, MAX_SHIFT * size
    x = centre * (1 - a - b) + reach * right
    y = centre * (1 - c - d) + reach * down
    return np.array([[a, b, x], [c, d, y]])


def _moved_box(box: Float32Array, movement: Float64Array, size: int) -> Float64Array:
    """The upright box round a moved one: top, bottom, left, right in pixels."""
    top, bottom, left, right = box * size
    corners = [[left, right, left, right], [top, top, bottom, bottom], [1, 1, 1, 1]]
    x, y = movement @ np.array(corners)
    return np.array([y.min(), y.max(), x.min(), x.max()])


def _process(film: UInt8Array, draws: Float64Array) -> UInt8Array:
    """What image processing does: local contrast up or down, edges softer or sharper."""
    size = film.shape[0]
    local, local_strength, fine, fine_strength = draws
    if local < 0.5:
        coarse = cv2.resize(film, (max(2, size // 16),) * 2, interpolation=cv2.INTER_AREA)
        smooth = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_LINEAR)
        amount = 1.3 * local_strength - 0.5
        film = np.asarray(cv2.addWeighted(film, 1 + amount, smooth, -amount, 0), np.uint8)
    if fine < 0.5:
        amount = 1.6 * fine_strength - 1.0
        smooth = cv2.GaussianBlur(film, (3, 3), 0)
        film = np.asarray(cv2.addWeighted(film, 1 + amount, smooth, -amount, 0), np.uint8)
    return film


def _match_table(film: UInt8Array, other: UInt8Array, share: float) -> UInt8Array:
    """A table of the 256 greys that gives a film the greys of another one (histogram matching).

    Args:
        film, other: uint8 (size, size).
        share: 0 leaves the film as it is, 1 gives it the other's histogram.
    """
    own, wanted = (
        np.cumsum(cv2.calcHist([item], [0], None, [256], [0, 256])) for item in (film, other)
    )
    matched = np.searchsorted(wanted, own * (wanted[-1] / own[-1]))
    table = (1 - share) * np.arange(256) + share * np.minimum(matched, 255)
    return np.asarray(table, np.uint8)


def _tone_table(draws: Float64Array) -> UInt8Array:
    """Gamma, contrast and brightness as a table of the 256 greys."""
    gamma, contrast, brightness = np.exp(0.35 * draws[0]), np.exp(0.3 * draws[1]), 0.1 * draws[2]
    greys = (_GREYS**gamma - 0.5) * contrast + 0.5 + brightness
    return np.asarray(np.clip(255 * greys, 0, 255), np.uint8)
