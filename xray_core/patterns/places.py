"""Where the evidence lies over a test set: zones of the lungs or of the film, corners, border.

The shares of each film are those of `explain/zones.py`. Zones of the lungs need a lung mask; the
six parts of the film (thirds of its height, halves of its width) are reported for every film.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xray_core.arrays import Float32Array, Float64Array, IndexArray
from xray_core.cached_arrays import cache_path, cached_array
from xray_core.explain.explained import ExplainedFilms
from xray_core.explain.zones import EVEN_EDGES, even_shares, place_of, zone_title
from xray_core.lungs.zones import ZONES
from xray_core.patterns.frame import to_frames
from xray_core.patterns.intervals import Mean, means_of

EDGES = tuple(EVEN_EDGES)
PARTS = tuple(f"film_{zone}" for zone in ZONES)
"""Six parts of the film, named as the zones; sides are the patient's."""

REGIONS = (*ZONES, "lungs", "below", *EDGES, *PARTS)
_FINE_PX = 60  # thirds and halves divide it
_VERSION = 1
"""Of what is kept: another one is worked out anew."""


@dataclass(frozen=True)
class Places:
    """Where the evidence of each film for its own label lies.

    Attributes:
        shares: one row per film, columns `REGIONS`: share of the film's evidence in [0, 1]. NaN
            where a region is not known, and for a film without evidence.
        even: the same for a map that is even all over the film, which is the region's area.
        patients: of the films.
    """

    shares: pd.DataFrame
    even: pd.DataFrame
    patients: tuple[str, ...]


def places_of(stored: ExplainedFilms) -> Places:
    """The places of all films of a test set, kept on disk: each film takes milliseconds."""
    digest = hashlib.sha256(f"{_VERSION} {stored.hash}".encode())
    shape = (2, len(stored.film_ids), len(REGIONS))

    def fill(array: Float64Array) -> None:
        array[:] = _shares_of(stored)

    try:
        both = cached_array(cache_path("places", digest), shape, np.float64, fill)
    except (OSError, ValueError):  # no room, or no film
        both = _shares_of(stored)
    shares, even = (pd.DataFrame(part, columns=list(REGIONS)) for part in np.array(both))
    return Places(shares, even, stored.patients)


def _shares_of(stored: ExplainedFilms) -> Float64Array:
    """Shares of the evidence and of an even map: float64 (2, film, region)."""
    columns = [stored.classes.index(label) for label in stored.labels]
    own = stored.evidence[np.arange(len(columns)), columns].astype(np.float32)
    maps = np.maximum(own, 0)
    parts = _part_shares(maps)
    shares: list[dict[str, float]] = []
    even: list[dict[str, float]] = []
    for row, values in enumerate(maps):
        lungs = stored.lungs[row] if stored.lungs[row].any() else None
        place = place_of(values, lungs)
        even.append(even_shares(lungs) | dict.fromkeys(PARTS, 1 / len(PARTS)))
        if place is None:
            shares.append({})
            continue
        known: dict[str, float] = {"corners": place.corners, "border": place.border}
        known |= dict(place.zones) | dict(zip(PARTS, parts[row].tolist(), strict=True))
        if place.lungs is not None and place.below is not None:
            known |= {"lungs": place.lungs, "below": place.below}
        shares.append(known)
    tables = [
        pd.DataFrame(rows, columns=list(REGIONS), dtype=np.float64) for rows in (shares, even)
    ]
    return np.stack([table.to_numpy(np.float64) for table in tables])


def profile(places: Places, rows: IndexArray) -> dict[str, Mean]:
    """The mean share of every region over some films, in the order of `REGIONS`."""
    if not len(rows):
        return dict.fromkeys(REGIONS, Mean(np.nan, np.nan, np.nan, 0))
    patients = [places.patients[row] for row in rows]
    means = means_of(places.shares.iloc[rows].to_numpy(), patients)
    return dict(zip(REGIONS, means, strict=True))


def even_share(places: Places, rows: IndexArray, region: str) -> float:
    """The share of a region in even maps of these films; NaN where it is not known."""
    return float(places.even[region].iloc[rows].mean())


def region_title(region: str) -> str:
    """Display name.

    >>> region_title("left_lower"), region_title("film_right_upper"), region_title("border")
    ('left lower zone', 'upper third of the film, right', 'border')
    """
    if region in PARTS:
        _, side, third = region.split("_")
        return f"{'middle' if third == 'mid' else third} third of the film, {side}"
    if region == "below":
        return "below the diaphragm"
    return zone_title(region) if region in ZONES else region


def _part_shares(maps: Float32Array) -> Float32Array:
    """Shares of the six parts of each film, (film, part); the patient's right is the viewer's left.

    NaN for a film without evidence.
    """
    fine = np.maximum(to_frames(maps, [None] * len(maps), _FINE_PX), 0)
    blocks = fine.reshape(-1, 3, _FINE_PX // 3, 2, _FINE_PX // 2).sum(axis=(2, 4))
    sums = blocks.transpose(0, 2, 1).reshape(-1, len(PARTS))
    with np.errstate(invalid="ignore"):
        shares: Float32Array = sums / sums.sum(axis=1, keepdims=True)
    return shares
