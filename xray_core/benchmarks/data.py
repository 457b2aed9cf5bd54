"""Films: scanning, decoding, and what the input pipeline costs from the second epoch on."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xray_core.benchmarks import training
from xray_core.benchmarks.timing import Row, clock, scan_twice
from xray_core.data.film_cache import cache_films
from xray_core.training.precision import choose_precision


def bench_data(data: Path | None, networks: Sequence[str] = ("small_cnn",)) -> list[Row]:
    """Scan, rescan, decoding, and what the input pipeline costs from the second epoch on.

    Args:
        data: films to measure with; None draws synthetic ones.
        networks: keys of `NETWORKS`, whose epochs are measured.

    Returns:
        Rows with `what`, `value` and `unit`.
    """
    with tempfile.TemporaryDirectory() as folder:
        manifest, first, again = scan_twice(data, Path(folder))
        n = len(manifest.records)
        usable = manifest.usable
        seconds = clock(lambda: cache_films(usable, 160, cache_dir=Path(folder) / "films"))
        films = cache_films(usable, 160, cache_dir=Path(folder) / "films")
        pipeline = _pipeline_costs(films, networks)
    return [
        {"what": "films", "value": n, "unit": "films"},
        {"what": "scan with hashes", "value": round(n / first, 1), "unit": "films/s"},
        {"what": "rescan", "value": round(first / again, 1), "unit": "times faster"},
        {"what": "decode and resize", "value": round(n / seconds, 1), "unit": "films/s"},
        *pipeline,
    ]


def _pipeline_costs(films: Any, networks: Sequence[str]) -> list[Row]:
    """What the input pipeline costs per step."""
    alone = clock(lambda: [None for _ in training.our_batches(films, training.STEPS)])
    speed = round(training.STEPS * training.BATCH / alone, 1)
    rows: list[Row] = [{"what": "input pipeline alone", "value": speed, "unit": "films/s"}]
    precision = choose_precision("auto")
    for name in networks:
        ours, bare = training.step_seconds(name, films, training.STEPS, precision)
        what = f"step of {name} against random tensors in memory"
        rows.append({"what": what, "value": round(ours / bare, 3), "unit": "ratio"})
    return rows
