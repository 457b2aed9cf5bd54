"""Where on the chest the evidence of a map lies: lungs, six zones, corners and border.

Zones are thirds of each lung's height, as radiologists divide a frontal film (upper, mid, lower;
the patient's right lung is on the viewer's left). Corners and border are where markers, collimation
and text stand: evidence there is evidence of a shortcut (Zech et al. 2018,
https://doi.org/10.1371/journal.pmed.1002683).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
Int8Array = NDArray[np.int8]

ZONES = ("right_upper", "right_mid", "right_lower", "left_upper", "left_mid", "left_lower")
"""Number n of `divide_lungs` is `ZONES[n - 1]`; sides are those of the patient."""

CORNER_REACH = 0.20
"""Side of each of the four corners, as a share of the film's sides."""

BORDER_REACH = 0.08
"""Depth of the border, as a share of the film's sides."""

EVEN_CORNERS = 4 * CORNER_REACH**2
EVEN_BORDER = 1 - (1 - 2 * BORDER_REACH) ** 2
"""Shares of a map that is the same everywhere: what lies above is more than chance."""

LUNG_AREA = (0.08, 0.70)
"""Least and greatest share of a frontal film that lungs cover; other masks have failed."""

LEAST_SIDE = 0.15
"""Least share of the smaller lung in both; a mask of one lung has failed."""

LEAST_WIDTH = 0.45
"""Least width of both lungs in one piece, as a share of the film's width."""

_GRID_PX = 256


@dataclass(frozen=True)
class Place:
    """Shares of the evidence for a class, each in [0, 1].

    Attributes:
        corners: in the four corners; `EVEN_CORNERS` by chance.
        border: along the border, corners included; `EVEN_BORDER` by chance.
        lungs: inside the lungs; None without a lung mask that can be relied on.
        zones: zone -> share of all evidence, in the order of `ZONES`; empty without such a mask.
    """

    corners: float
    border: float
    lungs: float | None
    zones: Mapping[str, float]


def divide_lungs(lungs: BoolArray) -> Int8Array | None:
    """The six zones of a lung mask.

    Args:
        lungs: bool (height, width).

    Returns:
        int8 (height, width): 0 outside, 1 to 6 the zones in the order of `ZONES`. None where the
        mask cannot be that of two lungs (see `LUNG_AREA` and `LEAST_SIDE`).
    """
    if not LUNG_AREA[0] <= lungs.mean() <= LUNG_AREA[1]:
        return None
    sides = _two_lungs(lungs)
    areas = [side.sum() for side in sides]
    if min(areas) < LEAST_SIDE * sum(areas):
        return None
    zones = np.zeros(lungs.shape, np.int8)
    for number, side in enumerate(sides):
        rows = np.flatnonzero(side.any(axis=1))
        top, height = rows[0], rows[-1] + 1 - rows[0]
        third = np.minimum(3 * (np.arange(len(side)) - top) // height, 2)
        zones += np.where(side, 3 * number + 1 + third[:, None], 0).astype(np.int8)
    return zones


def place_of(values: Float32Array, lungs: BoolArray | None = None) -> Place | None:
    """Where the evidence for a class lies.

    Args:
        values: raw map (height, width) over the whole film; of a signed map the positive part
            counts.
        lungs: bool mask of any size over the whole film; None where there is none.

    Returns:
        None for a map in which nothing speaks for the class.
    """
    evidence = _enlarge(values)
    total = float(evidence.sum(dtype=np.float64))
    if total <= 0 or np.ptp(values) <= 1e-12:
        return None

    def share(where: BoolArray) -> float:
        return float(evidence[where].sum(dtype=np.float64) / total)

    zones = _zones_on_grid(lungs)
    return Place(
        corners=share(_frame(CORNER_REACH, corners=True)),
        border=share(_frame(BORDER_REACH, corners=False)),
        lungs=None if zones is None else share(zones > 0),
        zones={}
        if zones is None
        else {name: share(zones == number) for number, name in enumerate(ZONES, start=1)},
    )


def zone_opacity(film: Float32Array, lungs: BoolArray | None) -> Mapping[str, float]:
    """How bright each zone of the lungs is on the film; consolidation and effusion brighten it.

    Args:
        film: float32 (height, width) in [0, 1], bone bright.
        lungs: bool mask of any size over the whole film; None where there is none.

    Returns:
        Zone -> mean grey in [0, 1], in the order of `ZONES`; empty without a mask that can be
        relied on.
    """
    zones = _zones_on_grid(lungs)
    if zones is None:
        return {}
    greys = np.asarray(
        Image.fromarray(film, "F").resize((_GRID_PX, _GRID_PX), Image.Resampling.BOX)
    )
    return {name: float(greys[zones == number].mean()) for number, name in enumerate(ZONES, 1)}


def _zones_on_grid(lungs: BoolArray | None) -> Int8Array | None:
    if lungs is None:
        return None
    mask = Image.fromarray(lungs).resize((_GRID_PX, _GRID_PX), Image.Resampling.NEAREST)
    return divide_lungs(np.asarray(mask, bool))


def zone_title(zone: str) -> str:
    """What people read.

    >>> zone_title("left_lower")
    'left lower zone'
    """
    return f"{zone.replace('_', ' ')} zone"


def place_sentence(place: Place) -> str:
    """Where the evidence lies, in words that follow "rests mostly on": the two strongest zones.

    Returns:
        For example `the left lower zone (41 %) and the right lower zone (27 %); 12 % lies outside
        the lungs`. Without a lung mask, the shares of corners and border.
    """
    if place.lungs is None:
        return (
            f"{_percent(place.corners)} in the corners (an even map: {_percent(EVEN_CORNERS)}) "
            f"and {_percent(place.border)} along the border ({_percent(EVEN_BORDER)})"
        )
    outside = f"{_percent(1 - place.lungs)} lies outside the lungs"
    ranked = sorted(place.zones.items(), key=lambda item: -item[1])[:2]
    named = " and ".join(f"the {zone_title(zone)} ({_percent(share)})" for zone, share in ranked)
    return f"{named}; {outside}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _enlarge(values: Float32Array) -> Float32Array:
    """The positive part, as large as the mask and smoothed as the overlay draws it."""
    positive = np.maximum(values, 0).astype(np.float32)
    large = Image.fromarray(positive).resize((_GRID_PX, _GRID_PX), Image.Resampling.BICUBIC)
    enlarged: Float32Array = np.maximum(np.asarray(large, np.float32), 0)
    return enlarged


def _frame(reach: float, *, corners: bool) -> BoolArray:
    """Pixels nearer to an edge than `reach`; `corners`: to two edges at once."""
    near = np.minimum(np.arange(_GRID_PX), np.arange(_GRID_PX)[::-1]) < reach * _GRID_PX
    if corners:
        return near[:, None] & near[None, :]
    return near[:, None] | near[None, :]


def _two_lungs(lungs: BoolArray) -> tuple[BoolArray, BoolArray]:
    """The lung on the viewer's left (the patient's right) and the other one.

    Parts of a lung, which a dense opacity can cut in two, go with the side that they lie on.
    """
    parts, count = ndimage.label(lungs)
    areas = ndimage.sum_labels(lungs, parts, range(1, count + 1))
    large = [
        number for number in np.argsort(-areas)[:2] + 1 if areas[number - 1] >= lungs.sum() / 8
    ]
    columns = [float(np.nonzero(parts == number)[1].mean()) for number in large]
    if len(large) == 2 and abs(columns[0] - columns[1]) > 0.1 * lungs.shape[1]:
        middle = sum(columns) / 2
        centres = ndimage.center_of_mass(lungs, parts, range(1, count + 1))
        on_left = [number for number, (_, column) in enumerate(centres, 1) if column < middle]
        left = np.isin(parts, on_left)
    elif np.ptp(np.flatnonzero(lungs.any(axis=0))) < LEAST_WIDTH * lungs.shape[1]:
        left = lungs  # a single lung
    else:  # both lungs in one piece: cut it where it is thinnest, near its middle
        share = lungs.sum(axis=0).cumsum() / lungs.sum()
        inner = np.flatnonzero((share > 0.3) & (share < 0.7))
        cut = inner[np.argmin(lungs[:, inner].sum(axis=0))] if len(inner) else lungs.shape[1] // 2
        left = lungs & (np.arange(lungs.shape[1]) < cut)
    return left, lungs & ~left
