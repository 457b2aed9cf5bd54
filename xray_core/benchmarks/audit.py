"""The audit: how long films take as they become more, and which planted copies it finds."""

import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from xray_core.arrays import UInt8Array
from xray_core.audit.local_features import FILM_PX
from xray_core.audit.twins import Twins, twins_among
from xray_core.benchmarks import timing
from xray_core.benchmarks.planted import CHANGES
from xray_core.benchmarks.timing import Row, clock
from xray_core.data.film_cache import cache_films
from xray_core.data.phantom import write_phantoms
from xray_core.data.records import Manifest
from xray_core.data.scan import scan
from xray_core.errors import DatasetError

SHARES = (0.125, 0.25, 0.5, 1.0)
PLANTED = 40
"""Copies of each kind."""


def bench_audit(data: Path | None = None, n_films: int | None = None, seed: int = 0) -> list[Row]:
    """Time over films, and planted copies found.

    Args:
        data: films; None draws synthetic ones.
        n_films: how many of them; None takes all.
        seed: which films get copies, and where they are cropped.

    Returns:
        Rows with `films`, `seconds` (beyond decoding), `processor_seconds` (of all cores, which
        other work beside it changes little), `milliseconds_per_film` by the clock, and
        `peak_megabytes`; rows with `change`, `planted`, `found`, `recall`; and one with `pairs`
        (that include a copy), `true` (with its film or a twin of it), `precision`.

    Raises:
        DatasetError: no film that can be read at `data`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = data or write_phantoms(Path(folder) / "films", timing.N_SYNTHETIC)
        usable = scan(path).usable
        if not usable.records:
            raise DatasetError("No film can be read.", where=path.name, fix="Give other films.")
        order = np.random.default_rng(seed).permutation(len(usable.records))[:n_films]
        drawn = Manifest(tuple(usable.records[row] for row in order), usable.roots)
        films = cache_films(drawn, FILM_PX, cache_dir=Path(folder) if data is None else None)
        rows, own = _curve(films)
        return rows + _planted(films, own, seed)


def _curve(films: UInt8Array) -> tuple[list[Row], tuple[Twins, ...]]:
    rows: list[Row] = []
    found: list[tuple[Twins, ...]] = []
    for share in SHARES:
        n = max(2, round(share * len(films)))
        began = time.process_time()
        seconds = clock(lambda n=n: found.append(twins_among(films[:n])))  # type: ignore[misc]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append(
            {
                "films": n,
                "seconds": round(seconds, 1),
                "processor_seconds": round(time.process_time() - began, 2),
                "milliseconds_per_film": round(1000 * seconds / n, 2),
                "peak_megabytes": round(peak),
            }
        )
    return rows, found[-1]


def _planted(films: UInt8Array, own: Sequence[Twins], seed: int) -> list[Row]:
    random = np.random.default_rng(seed)
    n_each = min(PLANTED, len(films))
    copies, origins = [], []
    for change in CHANGES.values():
        for row in random.choice(len(films), n_each, replace=False):
            copies.append(change(films[row], random))
            origins.append(int(row))
    n = len(films)
    origin = np.concatenate([np.arange(n), origins])
    alike = {
        pair for item in own for pair in ((item.first, item.second), (item.second, item.first))
    }
    found: set[int] = set()
    n_pairs = n_true = 0
    for item in twins_among(np.concatenate([films, np.stack(copies)])):
        if item.second < n:
            continue
        left, right = int(origin[item.first]), int(origin[item.second])
        n_pairs += 1
        n_true += left == right or (left, right) in alike
        if item.first == right:
            found.add(item.second)
    rows: list[Row] = []
    for number, name in enumerate(CHANGES):
        of_change = range(n + number * n_each, n + (number + 1) * n_each)
        n_found = sum(row in found for row in of_change)
        rows.append(_recall(name, n_each, n_found))
    rows.append(_recall("all", len(copies), len(found)))
    return [*rows, {"pairs": n_pairs, "true": n_true, "precision": _share(n_true, n_pairs)}]


def _recall(name: str, planted: int, found: int) -> dict[str, Any]:
    return {"change": name, "planted": planted, "found": found, "recall": _share(found, planted)}


def _share(part: int, of: int) -> float | None:
    return round(part / of, 4) if of else None
