"""How alternatives are timed: in turn, so that a machine that slows down slows all of them."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from xray_core.data.phantom import write_phantoms
from xray_core.data.records import Manifest
from xray_core.data.scan import scan
from xray_core.errors import DatasetError

Row = dict[str, Any]
N_SYNTHETIC = 192


def clock(action: Callable[[], object]) -> float:
    """Seconds that it takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(actions: Sequence[Callable[[], object]], *, rounds: int) -> list[float]:
    """Seconds of each action (median of all rounds), after one warm-up, in turn A B C A B C ..."""
    for action in actions:
        action()
    times = [[clock(action) for action in actions] for _ in range(rounds)]
    return [median(column) for column in zip(*times, strict=True)]


def scan_twice(data: Path | None, folder: Path) -> tuple[Manifest, float, float]:
    """The manifest, seconds of the first scan and of the second, which finds nothing changed."""
    path = data or write_phantoms(folder / "synthetic", N_SYNTHETIC)
    cache = folder / "scans"
    first = clock(lambda: scan(path, cache_dir=cache))
    again = median(clock(lambda: scan(path, cache_dir=cache)) for _ in range(3))
    return scan(path, cache_dir=cache), first, again


def first_films(path: Path, count: int, cache_dir: Path) -> Manifest:
    """The first films of a data set that can be read, `count` of them at most.

    Raises:
        DatasetError: none can be read.
    """
    usable = scan(path, cache_dir=cache_dir).usable
    if not usable.records:
        raise DatasetError(
            "No film can be read.", where=path.name, fix="Give other films, or none."
        )
    return Manifest(usable.records[:count], usable.roots)
