"""How fast it is, as ratios measured within one run: `python -m xray_core bench`.

Alternatives are timed in turn and medians compared, so that a machine that slows down slows both.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from xray_core.data.batches import cache_films
from xray_core.data.manifest import scan
from xray_core.data.phantom import write_phantoms
from xray_core.data.records import Manifest
from xray_core.explain.methods import METHODS, predict_and_explain
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import NETWORKS, build_network
from xray_core.training.pipeline import training_batches

Row = dict[str, Any]
N_SYNTHETIC = 192
EXPLAIN_PX = 224


def bench_data(data: Path | None) -> list[Row]:
    """Scan, rescan, decoding, and what the input pipeline costs from the second epoch on.

    Args:
        data: films to measure with; None draws synthetic ones.

    Returns:
        Rows with `what`, `value` and `unit`.
    """
    with tempfile.TemporaryDirectory() as folder:
        manifest, first, again = _scan_twice(data, Path(folder))
        n = len(manifest.records)
        usable = manifest.usable
        seconds = _clock(lambda: cache_films(usable, 160, cache_dir=Path(folder) / "films"))
        films = cache_films(usable, 160, cache_dir=Path(folder) / "films")
        pipeline = _pipeline_costs(films)
    return [
        {"what": "films", "value": n, "unit": "films"},
        {"what": "scan with hashes", "value": round(n / first, 1), "unit": "films/s"},
        {"what": "rescan", "value": round(first / again, 1), "unit": "times faster"},
        {"what": "decode and resize", "value": round(n / seconds, 1), "unit": "films/s"},
        *pipeline,
    ]


def bench_train(data: Path | None) -> list[Row]:
    """Training speed of every network, against `model.fit` on random tensors in memory.

    Args:
        data: films to measure with; None draws synthetic ones.

    Returns:
        Rows with `network`, `image_size_px`, `films_per_second`, `ratio_to_bare_fit`.
    """
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        manifest = _scan_twice(data, Path(folder))[0].usable
        for network in NETWORKS.values():
            size = network.image_size_px
            films = cache_films(manifest, size, cache_dir=Path(folder) / "films")
            ours, bare = _epoch_seconds(network.name, films)
            rows.append(
                {
                    "network": network.name,
                    "image_size_px": size,
                    "films_per_second": round(_STEPS * _BATCH / ours, 1),
                    "ratio_to_bare_fit": round(bare / ours, 3),
                }
            )
    return rows


def bench_explain(_data: Path | None = None) -> list[Row]:
    """Prediction and maps of all classes, against one forward pass and against tf-keras-vis.

    Returns:
        Rows with `network`, `method`, `milliseconds`, `forward_milliseconds`, `forward_ratio`,
        `tf_keras_vis_ratio` (its time for the map of one class by ours for all).
    """
    rows = []
    film = np.random.default_rng(0).random((1, EXPLAIN_PX, EXPLAIN_PX, 1), dtype=np.float32)
    for network in NETWORKS.values():
        model = build_network(network.name, 4, EXPLAIN_PX)
        forward = compile_forward(model)
        theirs = _tf_keras_vis(model, network.target_layer, film)
        for name in METHODS:
            times = _in_turn(
                [
                    partial(forward, film),
                    partial(predict_and_explain, model, film, name),
                    theirs,
                ],
                rounds=15,
            )
            rows.append(
                {
                    "network": network.name,
                    "method": name,
                    "milliseconds": round(times[1] * 1000, 2),
                    "forward_milliseconds": round(times[0] * 1000, 2),
                    "forward_ratio": round(times[1] / times[0], 3),
                    "tf_keras_vis_ratio": round(times[2] / times[1], 2),
                }
            )
    return rows


BENCHMARKS: dict[str, Callable[[Path | None], list[Row]]] = {
    "data": bench_data,
    "train": bench_train,
    "explain": bench_explain,
}

_BATCH = 32
_STEPS = 24
_ROUNDS = 7


def _clock(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _in_turn(
    actions: Sequence[Callable[[], object]],
    *,
    rounds: int,
    summary: Callable[[Sequence[float]], float] = median,
) -> list[float]:
    """Seconds of each action (median of all rounds), after one warm-up, in turn A B C A B C ..."""
    for action in actions:
        action()
    times = [[_clock(action) for action in actions] for _ in range(rounds)]
    return [summary(column) for column in zip(*times, strict=True)]


def _scan_twice(data: Path | None, folder: Path) -> tuple[Manifest, float, float]:
    """The manifest, seconds of the first scan and of the second, which finds nothing changed."""
    path = data or write_phantoms(folder / "synthetic", N_SYNTHETIC)
    cache = folder / "scans"
    first = _clock(lambda: scan(path, cache_dir=cache))
    again = median(_clock(lambda: scan(path, cache_dir=cache)) for _ in range(3))
    return scan(path, cache_dir=cache), first, again


def _batches(films: Any, steps: int) -> Any:
    n = len(films)
    return training_batches(
        films,
        np.arange(n),
        np.eye(4, dtype=np.float32)[np.arange(n) % 4],
        np.ones(n, np.float32),
        batch_size=_BATCH,
        seed=0,
        augment=True,
        first_step=0,
        last_step=steps,
    )


def _memory_batches(size: int, steps: int) -> Any:
    """Random tensors that lie in memory, in the shape of ours."""
    import tensorflow as tf

    one = tf.random.uniform((_BATCH, size, size, 1)), tf.one_hot([0] * _BATCH, 4), tf.ones(_BATCH)
    return tf.data.Dataset.from_tensors(one).cache().repeat(steps).prefetch(4)


def _epoch_seconds(name: str, films: Any) -> tuple[float, float]:
    """Seconds of one epoch with our batches and with random tensors, the same network."""
    import keras

    size = films.shape[1]
    model = build_network(name, 4, size)
    model.compile("adamw", keras.losses.CategoricalCrossentropy(from_logits=True))

    def fit(batches: Any) -> None:  # exactly as many batches as steps: none is made in vain
        model.fit(batches, epochs=1, verbose=0, shuffle=False)

    ours, bare = _batches(films, _STEPS), _memory_batches(size, _STEPS)
    # Seconds long, these are hit by whatever else the machine does, which only adds: the fastest.
    seconds = _in_turn([lambda: fit(ours), lambda: fit(bare)], rounds=_ROUNDS, summary=min)
    return seconds[0], seconds[1]


def _pipeline_costs(films: Any) -> list[Row]:
    """Share of an epoch of the small CNN that the input pipeline costs."""
    ours, bare = _epoch_seconds("small_cnn", films)
    alone = _clock(lambda: [None for _ in _batches(films, _STEPS)])
    return [
        {
            "what": "input pipeline alone",
            "value": round(_STEPS * _BATCH / alone, 1),
            "unit": "films/s",
        },
        {
            "what": "epoch against random tensors in memory",
            "value": round(ours / bare, 3),
            "unit": "ratio",
        },
    ]


def _tf_keras_vis(model: Any, layer: str, film: Any) -> Callable[[], object]:
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    gradcam = Gradcam(model, clone=True)
    score = CategoricalScore([0])
    return lambda: gradcam(score, film, penultimate_layer=layer, seek_penultimate_conv_layer=False)
