"""Memory: whether it grows with the number of maps that one process has made."""

import gc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil

from xray_core.benchmarks.models import untrained
from xray_core.benchmarks.timing import Row
from xray_core.classifier import Classifier
from xray_core.explain.methods import METHODS, Method, get_method
from xray_core.networks.registry import NETWORKS, get_network

N_MAPS = 500
WARM_UP = 50
FILM_PX = 160
"""A film of that side takes 0.1 MB: if one per map were kept, it would be 51 MB after 500 maps."""

WATCHED = (*(name for name, method in METHODS.items() if method.cost == "pass"), "saliency")


def bench_memory(
    _data: Path | None = None,
    networks: Sequence[str] = tuple(NETWORKS),
    methods: Sequence[str] = WATCHED,
) -> list[Row]:
    """How much more memory the process holds after 500 maps, one film at a time.

    Every film is another one. The first 50, which are not counted, compile what is compiled.
    Methods that give all classes in the prediction's own pass do so; the others explain one.

    Args:
        networks: keys of `NETWORKS`.
        methods: keys of `METHODS`.

    Returns:
        Rows with `network`, `method`, `maps`, `image_size_px`, `resident_megabytes` at the end
        and `growth_megabytes` since the warm-up, below 0 where memory was given back.

    Raises:
        ExplainError: no such method.
        UnknownNetworkError: no such network.
    """
    rows = []
    for network in map(get_network, networks):
        model = untrained(network.name, FILM_PX)
        for method in map(get_method, methods):
            rows.append({"network": network.name, "method": method.name, **_watch(model, method)})
    return rows


def resident_bytes() -> int:
    """What this process holds in memory."""
    return int(psutil.Process().memory_info().rss)


def _watch(model: Classifier, method: Method) -> Row:
    rng = np.random.default_rng(0)
    columns = None if method.cost == "pass" else [0]

    def explain(count: int) -> int:
        """Explain that many films; bytes that the process holds then."""
        for _ in range(count):
            film = rng.random((1, FILM_PX, FILM_PX, 1), dtype=np.float32)
            model.explain_batch(film, method.name, columns=columns)
        gc.collect()
        return resident_bytes()

    before, after = explain(WARM_UP), explain(N_MAPS)
    return {
        "maps": N_MAPS,
        "image_size_px": FILM_PX,
        "resident_megabytes": round(after / 1e6, 1),
        "growth_megabytes": round((after - before) / 1e6, 2),
    }
