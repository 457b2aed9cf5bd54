"""The six zones of the lungs.

Zones are thirds of each lung's height, as radiologists divide a frontal film (upper, mid, lower;
the patient's right lung is on the viewer's left).
"""

import cv2
import numpy as np

from xray_core.arrays import BoolArray, Int8Array

ZONES = ("right_upper", "right_mid", "right_lower", "left_upper", "left_mid", "left_lower")
"""Number n of `divide_lungs` is `ZONES[n - 1]`; sides are those of the patient."""

LUNG_AREA = (0.08, 0.70)
"""Least and greatest share of a frontal film that lungs cover; other masks have failed."""

LEAST_SIDE = 0.15
"""Least share of the smaller lung in both; a mask of one lung has failed."""

LEAST_WIDTH = 0.45
"""Least width of both lungs in one piece, as a share of the film's width."""


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


def below_diaphragm(zones: Int8Array) -> BoolArray:
    """What lies lower than the lower edge of the lungs, which rest on the diaphragm.

    Between the lungs, where the heart hides it, the edge is taken to run straight from one lung to
    the other; beside them it is as deep as the lung next to it reaches.

    Args:
        zones: int8 (height, width), as `divide_lungs` returns.

    Returns:
        bool (height, width).
    """
    height, width = zones.shape
    right, left = (ZONES.index(zone) + 1 for zone in ("right_lower", "left_lower"))
    lower = (zones == right) | (zones == left)
    columns = np.flatnonzero(lower.any(axis=0))
    edge = height - 1 - lower[::-1, columns].argmax(axis=0)
    floor = np.interp(np.arange(width), columns, edge)
    below: BoolArray = np.arange(height)[:, None] > floor
    return below


def _two_lungs(lungs: BoolArray) -> tuple[BoolArray, BoolArray]:
    """The lung on the viewer's left (the patient's right) and the other one.

    Parts of a lung, which a dense opacity can cut in two, go with the side that they lie on.
    """
    found = cv2.connectedComponentsWithStats(lungs.astype(np.uint8), connectivity=4)
    parts, areas, columns = found[1], found[2][:, cv2.CC_STAT_AREA], found[3][:, 0]
    areas[0] = 0  # what is not lung
    large = [number for number in np.argsort(-areas)[:2] if areas[number] >= lungs.sum() / 8]
    centres = columns[large]
    if len(large) == 2 and abs(centres[0] - centres[1]) > 0.1 * lungs.shape[1]:
        on_left = (areas > 0) & (columns < centres.mean())
        left = on_left[parts]
    elif np.ptp(np.flatnonzero(lungs.any(axis=0))) < LEAST_WIDTH * lungs.shape[1]:
        left = lungs  # a single lung
    else:  # both lungs in one piece: cut it where it is thinnest, near its middle
        share = lungs.sum(axis=0).cumsum() / lungs.sum()
        inner = np.flatnonzero((share > 0.3) & (share < 0.7))
        cut = inner[np.argmin(lungs[:, inner].sum(axis=0))] if len(inner) else lungs.shape[1] // 2
        left = lungs & (np.arange(lungs.shape[1]) < cut)
    return left, lungs & ~left
