"""Where on the chest the evidence of a map lies: lungs, six zones, corners and border.

Zones are thirds of each lung's height, as radiologists divide a frontal film (upper, mid, lower;
the patient's right lung is on the viewer's left). Corners and border are where markers, collimation
and text stand: evidence there is evidence of a shortcut (Zech et al. 2018,
https://doi.org/10.1371/journal.pmed.1002683).
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xray_core.arrays import BoolArray, Float32Array, Int8Array
from xray_core.lungs.zones import ZONES, below_diaphragm, divide_lungs

CORNER_REACH = 0.20
"""Side of each of the four corners, as a share of the film's sides."""

BORDER_REACH = 0.08
"""Depth of the border, as a share of the film's sides."""

EVEN_CORNERS = 4 * CORNER_REACH**2
EVEN_BORDER = 1 - (1 - 2 * BORDER_REACH) ** 2
"""Shares of a map that is the same everywhere: what lies above is more than chance."""

EVEN_EDGES = {"corners": EVEN_CORNERS, "border": EVEN_BORDER}

_MOST = 0.5
"""Share of the evidence from which a map rests mostly on its two strongest zones."""

_GRID_PX = 256


@dataclass(frozen=True)
class Place:
    """Shares of the evidence for a class, each in [0, 1].

    Attributes:
        corners: in the four corners; `EVEN_CORNERS` by chance.
        border: along the border, corners included; `EVEN_BORDER` by chance.
        lungs: inside the lungs; None without a lung mask that can be relied on.
        below: below the diaphragm, as the lower edge of the lungs shows it; None without one.
        zones: zone -> share of all evidence, in the order of `ZONES`; empty without such a mask.
    """

    corners: float
    border: float
    lungs: float | None
    below: float | None
    zones: Mapping[str, float]


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
    zones, below = _on_grid(lungs)
    total = float(evidence.sum(dtype=np.float64))
    if total <= 0 or np.ptp(values) <= 1e-12:
        return None

    def share(where: BoolArray) -> float:
        return float(evidence[where].sum(dtype=np.float64) / total)

    by_zone = None
    if zones is not None:
        sums = np.bincount(zones.ravel(), evidence.ravel(), len(ZONES) + 1)
        by_zone = dict(zip(ZONES, (sums[1:] / total).tolist(), strict=True))
    return Place(
        corners=share(_frame(CORNER_REACH, corners=True)),
        border=share(_frame(BORDER_REACH, corners=False)),
        lungs=None if by_zone is None else sum(by_zone.values()),
        below=None if below is None else share(below),
        zones=by_zone or {},
    )


def even_shares(lungs: BoolArray | None = None) -> dict[str, float]:
    """What an even map has in each place, which is its area.

    Args:
        lungs: as for `place_of`.

    Returns:
        `corners` and `border`; with a lung mask that can be relied on also `lungs`, `below` and
        each of `ZONES`.
    """
    zones, below = _on_grid(lungs)
    if zones is None or below is None:
        return dict(EVEN_EDGES)
    areas = (np.bincount(zones.ravel(), minlength=len(ZONES) + 1)[1:] / zones.size).tolist()
    return EVEN_EDGES | {
        **dict(zip(ZONES, areas, strict=True)),
        "lungs": sum(areas),
        "below": float(below.mean()),
    }


def zone_opacity(film: Float32Array, lungs: BoolArray | None) -> Mapping[str, float]:
    """How bright each zone of the lungs is on the film; consolidation and effusion brighten it.

    Args:
        film: float32 (height, width) in [0, 1], bone bright.
        lungs: bool mask of any size over the whole film; None where there is none.

    Returns:
        Zone -> mean grey in [0, 1], in the order of `ZONES`; empty without a mask that can be
        relied on.
    """
    zones, _ = _on_grid(lungs)
    if zones is None:
        return {}
    greys = np.asarray(
        Image.fromarray(film, "F").resize((_GRID_PX, _GRID_PX), Image.Resampling.BOX)
    )
    return {name: float(greys[zones == number].mean()) for number, name in enumerate(ZONES, 1)}


def _on_grid(lungs: BoolArray | None) -> tuple[Int8Array, BoolArray] | tuple[None, None]:
    """The zones, and what lies below the diaphragm; two times None where they are not known."""
    return (None, None) if lungs is None else _divided(lungs.tobytes(), lungs.shape)


@functools.lru_cache(maxsize=16)
def _divided(
    lungs: bytes, shape: tuple[int, ...]
) -> tuple[Int8Array, BoolArray] | tuple[None, None]:
    """Kept, because every map of a film asks for the same lungs; read-only."""
    mask = np.frombuffer(lungs, bool).reshape(shape)
    if max(shape) > _GRID_PX:
        mask = _resize(mask)
    found = divide_lungs(mask)
    if found is None:
        return None, None
    zones = _resize(found)
    below = below_diaphragm(zones)
    below.flags.writeable = False
    return zones, below


def _resize(values: NDArray[Any]) -> NDArray[Any]:
    """Each pixel of the grid takes the value of the pixel that it falls on; read-only."""
    picture = Image.fromarray(values).resize((_GRID_PX, _GRID_PX), Image.Resampling.NEAREST)
    return np.asarray(picture, values.dtype)


def zone_title(zone: str) -> str:
    """Display name.

    >>> zone_title("left_lower")
    'left lower zone'
    """
    return f"{zone.replace('_', ' ')} zone"


def place_sentence(place: Place) -> str:
    """Where the evidence of a map lies, in words that follow its name: the two strongest zones.

    Returns:
        For example `rests mostly on the left lower zone (41 %) and the right lower zone (27 %);
        12 % lies outside the lungs`. Where the two hold less than half of the evidence, it begins
        with what lies outside. Without a lung mask, the shares of corners and border.
    """
    if place.lungs is None:
        return (
            f"has {_percent(place.corners)} of its evidence in the corners "
            f"(an even map: {_percent(EVEN_CORNERS)}) "
            f"and {_percent(place.border)} along the border ({_percent(EVEN_BORDER)})"
        )
    outside = _percent(1 - place.lungs)
    ranked = sorted(place.zones.items(), key=lambda item: -item[1])[:2]
    named = " and ".join(f"the {zone_title(zone)} ({_percent(share)})" for zone, share in ranked)
    if sum(share for _, share in ranked) >= _MOST:
        return f"rests mostly on {named}; {outside} lies outside the lungs"
    return f"has {outside} of its evidence outside the lungs; the strongest zones are {named}"


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
