"""Films put right: turned upright, greys inverted."""

import numpy as np

from xray_core.data.decoding.images import Film


def turn_upright(film: Film, degrees: int) -> Film:
    """The film turned clockwise, with a note that says so.

    Args:
        film: as it was read.
        degrees: 90, 180 or 270: the value of the gate's finding `turned`.

    Raises:
        ValueError: another angle.
    """
    if degrees not in (90, 180, 270):
        raise ValueError(f"a film is turned by 90, 180 or 270 degrees, not {degrees}")
    turned = np.ascontiguousarray(np.rot90(film.pixels, -degrees // 90))
    note = f"turned clockwise by {degrees} degrees at the reader's wish"
    return Film(turned, (*film.notes, note), film.warnings, block=film.block)


def invert(film: Film) -> Film:
    """The film with its greys inverted, with a note that says so."""
    note = "greys inverted at the reader's wish"
    inverted = np.float32(1) - film.pixels
    return Film(inverted, (*film.notes, note), film.warnings, block=film.block)
