"""Whether two films are one radiograph: places that agree on one way to lay it over the other.

RANSAC (Fischler & Bolles 1981, https://doi.org/10.1145/358669.358692) on the places in common, then
the greys: laid over each other, fine structure has to agree, too. Two chests lie alike, but
no two have the same vessels and noise.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.audit.local_features import FILM_PX, VARIANTS, Places

LEAST_PLACES = 8
"""Places that have to agree."""

LEAST_AGREEMENT = 0.65
"""Correlation of the fine structure, at least."""

LEAST_SHARED = 0.15
"""Share of the film that both show, at least."""

SAME_PLACE_PX = 2.5
"""How far two places may lie apart, on films of 160 px."""

MOST_STRETCH = 1.8
"""One direction may be scaled so much more than the other: films are squeezed to a square."""

MOST_SCALE = 2.5
AS_BEFORE_SHIFT = 0.012
AS_BEFORE_TURN = 1.0
AS_BEFORE_SCALE = 0.015
SAME_GREYS = 0.985
_RATIO = 0.85
_FINE_PX = 4.0


@dataclass(frozen=True)
class Match:
    """How one film becomes another.

    Attributes:
        mirrored: left and right, or up and down, are exchanged.
        inverted: bright is dark.
        turn: degrees in (-180, 180], after the mirror image.
        scale: of lengths; above 1 the second shows less.
        shared: share of the second film that both show.
        greys: correlation of the greys where both show something, in [-1, 1].
        agreement: correlation of the fine structure, in [0, 1].
        places: that agree.
        shift: of the middle, as a share of the side.
    """

    mirrored: bool
    inverted: bool
    turn: float
    scale: float
    shared: float
    greys: float
    agreement: float
    places: int
    shift: float

    @property
    def changes(self) -> tuple[str, ...]:
        """What was done: `mirrored`, `turned`, `inverted`, `cropped`, `windowed`.

        Empty for films that differ in coding, size or a little noise alone.
        """
        is_reframed = abs(self.scale - 1) > AS_BEFORE_SCALE or self.shift > AS_BEFORE_SHIFT
        done = {
            "mirrored": self.mirrored,
            "turned": abs(self.turn) > AS_BEFORE_TURN,
            "inverted": self.inverted,
            "cropped": is_reframed,
            "windowed": abs(self.greys) < SAME_GREYS,
        }
        return tuple(name for name, is_done in done.items() if is_done)


def compare(
    first: Places, second: Places, films: tuple[UInt8Array, UInt8Array], variant: tuple[bool, bool]
) -> Match | None:
    """How the first film becomes the second.

    Args:
        first, second: their places.
        films: both, uint8 (160, 160).
        variant: key of `VARIANTS`.

    Returns:
        None where they are not one radiograph, as far as can be seen.
    """
    pairs = _pairs(first, second, variant)
    if len(pairs) < LEAST_PLACES:
        return None
    source, target = first.at[pairs[:, 0]], second.at[pairs[:, 1]]
    matrix, inliers = cv2.estimateAffine2D(
        source,
        target,
        method=cv2.RANSAC,
        ransacReprojThreshold=SAME_PLACE_PX,
        maxIters=1000,
        confidence=0.999,
    )
    n_places = int(inliers.sum()) if inliers is not None else 0
    if matrix is None or n_places < LEAST_PLACES or not _is_likely(matrix, variant[0]):
        return None
    return _with_greys(films, np.asarray(matrix, np.float64), n_places)


def _pairs(first: Places, second: Places, variant: tuple[bool, bool]) -> np.ndarray:
    """Rows of places that are each other's nearest, and clearly nearer than the next."""
    if min(len(first.numbers), len(second.numbers)) < 2:
        return np.zeros((0, 2), np.intp)
    ours = first.numbers[:, VARIANTS[variant]].astype(np.float32)
    theirs = second.numbers.astype(np.float32)
    products = ours @ theirs.T
    best = products.argmax(axis=1)
    back = products.argmax(axis=0)
    rows = np.arange(len(ours))
    top = products[rows, best]
    rest = products.copy()
    rest[rows, best] = -np.inf
    # Lengths are 255 for all: squared distances from products.
    near = (255.0**2 - top) < _RATIO**2 * (255.0**2 - rest.max(axis=1))
    kept = near & (back[best] == rows)
    return np.stack([rows[kept], best[kept]], axis=1)


def _is_likely(matrix: np.ndarray, mirrored: bool) -> bool:
    """Whether a film could have been laid over another in this way."""
    linear = matrix[:, :2]
    large, small = np.linalg.svd(linear, compute_uv=False)
    return bool(
        (np.linalg.det(linear) < 0) == mirrored
        and small > 1 / MOST_SCALE
        and large < MOST_SCALE
        and large < MOST_STRETCH * small
    )


def _with_greys(
    films: tuple[UInt8Array, UInt8Array], matrix: np.ndarray, n_places: int
) -> Match | None:
    size = (FILM_PX, FILM_PX)
    laid = cv2.warpAffine(films[0], matrix, size, flags=cv2.INTER_LINEAR)
    within = cv2.warpAffine(np.full(size, 255, np.uint8), matrix, size) == 255
    target = films[1]
    seen = within & (target > 3) & (target < 252) & (laid > 3) & (laid < 252)
    if seen.mean() < LEAST_SHARED:
        return None
    fine = _correlation(_fine(laid)[seen], _fine(target)[seen])
    if abs(fine) < LEAST_AGREEMENT:
        return None
    linear = matrix[:, :2]
    mirrored = bool(np.linalg.det(linear) < 0)
    upright = linear @ np.diag([-1.0, 1.0]) if mirrored else linear
    centre = matrix @ np.array([FILM_PX / 2, FILM_PX / 2, 1.0]) - FILM_PX / 2
    return Match(
        mirrored,
        fine < 0,
        float(np.degrees(np.arctan2(upright[1, 0] - upright[0, 1], upright[0, 0] + upright[1, 1]))),
        float(np.sqrt(abs(np.linalg.det(linear)))),
        float(within.mean()),
        _correlation(laid[seen].astype(np.float32), target[seen].astype(np.float32)),
        abs(fine),
        n_places,
        float(np.abs(centre).max() / FILM_PX),
    )


def _fine(film: UInt8Array) -> Float32Array:
    """Fine structure: a little blurred, less its surroundings."""
    values = film.astype(np.float32)
    near = cv2.GaussianBlur(values, (0, 0), 1.0)
    return np.asarray(near - cv2.GaussianBlur(values, (0, 0), _FINE_PX))


def _correlation(left: Float32Array, right: Float32Array) -> float:
    deviations = float(left.std()) * float(right.std())
    if deviations < 1e-6:
        return 0.0
    return float(((left - left.mean()) * (right - right.mean())).mean() / deviations)
