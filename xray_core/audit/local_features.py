"""Small characteristic places of a film, described so that copies of it have the same ones.

SIFT (Lowe 2004, https://doi.org/10.1023/B:VISI.0000029664.99615.94), square roots of the shares
(Arandjelovic & Zisserman 2012, https://doi.org/10.1109/CVPR.2012.6248018). Turning and scaling
change nothing in them. A mirror image and a negative do, in a way that is known beforehand: the
numbers trade places. So neither is ever computed a second time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from xray_core.arrays import Float32Array, IndexArray, UInt8Array
from xray_core.audit.workers import workers
from xray_core.data.film_cache import kept_in_blocks

FILM_PX = 160
"""Side of the square film in which places are looked for."""

MOST = 160
"""Places kept of a film, the clearest first."""

N_NUMBERS = 128
_LEAST_CONTRAST = 0.01
_AT_ONCE = 256

_PLACE = np.dtype([("at", np.float32, 2), ("numbers", np.uint8, N_NUMBERS)])
_NO_PLACE = np.array((np.nan, 0), _PLACE)
_KEPT = ("audit", "places 1")

# Numbers by (row, column, direction): four by four fields with eight directions each.
_NUMBERS = np.arange(N_NUMBERS).reshape(4, 4, 8)
_MIRRORED = _NUMBERS[::-1][:, :, [0, 7, 6, 5, 4, 3, 2, 1]].ravel()
_INVERTED = _NUMBERS[::-1, ::-1].ravel()
VARIANTS: dict[tuple[bool, bool], IndexArray] = {
    (False, False): np.arange(N_NUMBERS),
    (True, False): _MIRRORED,
    (False, True): _INVERTED,
    (True, True): _MIRRORED[_INVERTED],
}
"""(mirrored, inverted) -> where each number stands in the film that is so."""


@dataclass(frozen=True, eq=False)
class Places:
    """The places of one film.

    Attributes:
        at: float32 (places, 2), x and y in pixels of the square film.
        numbers: uint8 (places, 128); 255 for a share of one.
    """

    at: Float32Array
    numbers: UInt8Array


def find_places(film: UInt8Array) -> Places:
    """The clearest places of a film, uint8 (160, 160)."""
    finder = cv2.SIFT_create(nfeatures=MOST, contrastThreshold=_LEAST_CONTRAST)  # type: ignore[attr-defined]
    points, numbers = finder.detectAndCompute(np.ascontiguousarray(film), None)
    if numbers is None:
        return Places(np.zeros((0, 2), np.float32), np.zeros((0, N_NUMBERS), np.uint8))
    order = np.argsort([-point.response for point in points], kind="stable")[:MOST]
    at = np.array([points[row].pt for row in order], np.float32)
    shares = numbers[order] / np.maximum(numbers[order].sum(axis=1, keepdims=True), 1e-6)
    return Places(at, np.rint(255 * np.sqrt(shares)).astype(np.uint8))


def places_of_all(
    films: UInt8Array, progress: Callable[[int, int], None] | None = None
) -> list[Places]:
    """The places of many films.

    Args:
        films: uint8 (n, 160, 160).
        progress: called with (films done, films in all).
    """
    found: list[Places] = []
    with workers() as pool:
        for start in range(0, len(films), _AT_ONCE):
            found += pool.map(find_places, films[start : start + _AT_ONCE])
            if progress:
                progress(len(found), len(films))
    return found


def kept_places(
    films: UInt8Array, progress: Callable[[int, int], None] | None = None
) -> list[Places]:
    """As `places_of_all`, kept among the caches: films that were looked at before cost nothing."""
    found: list[Places] = []

    def ask(part: UInt8Array) -> NDArray[np.void]:
        rows = np.full((len(part), MOST), _NO_PLACE)
        for row, places in zip(rows, places_of_all(part), strict=True):
            row["at"][: len(places.at)] = places.at
            row["numbers"][: len(places.at)] = places.numbers
        return rows

    for _, block in kept_in_blocks(_KEPT, films, ((MOST,), _PLACE), ask, progress):
        counts = np.isfinite(block["at"][:, :, 0]).sum(axis=1)
        found += [
            Places(row["at"][:n], row["numbers"][:n]) for row, n in zip(block, counts, strict=True)
        ]
    return found
