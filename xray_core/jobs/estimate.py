"""How long a training takes and how much memory it needs, measured on this machine.

A few real steps on random films show what a table of networks cannot. Weights do
not change the speed, so none are read.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil

from xray_core.networks.registry import build_network
from xray_core.training.config import TrainingConfig

PROBE_SECONDS = 2.5
N_CLASSES = 4
FILMS_READ_A_SECOND = 60.0
"""Decoding of films of a megapixel on two cores; a training does it once."""
HEAD_EPOCH_SECONDS = 0.5
SLOWER = 2
"""A training may take this many times what a few seconds of measuring show: the processor warms up,
other programs run, films are larger or lie on a slow disk."""
COMPILATIONS = 3
"""Networks that are compiled after the first step: to validate, to explain, and the lungs'."""
MEMORY_MARGIN = 1.25
"""A training compiles the network to validate and to explain it as well."""


@dataclass(frozen=True)
class Speed:
    """What was measured for one setting.

    Attributes:
        training: films per second that the network learns from.
        forward: films per second in forward passes alone.
        start_seconds: from nothing to the end of the first step.
        memory_bytes: peak of the process in a step.
        blocks: where fine-tuning can begin, in the order in which a film passes them.
    """

    training: float
    forward: float
    start_seconds: float
    memory_bytes: int
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """What a training will need.

    Attributes:
        seconds: at most.
        least_seconds: at least: the machine is as quick as measured, and the training stops as
            early as `patience` lets it.
        memory_bytes: peak of the process.
        films_per_second: while the network learns, or while it computes features where only the
            head does.
    """

    seconds: float
    memory_bytes: int
    films_per_second: float
    least_seconds: float = 0.0


def split_counts(n_films: int, n_test: int | None = None) -> tuple[int, int, int]:
    """Films to train, validate and test with, nearly as `assign_splits` divides them.

    Args:
        n_films: in all.
        n_test: where the data set names its test films.

    >>> split_counts(1000)
    (700, 150, 150)
    """
    if n_test is None:
        n_test = round(0.15 * n_films)
    n_val = round(0.15 / 0.85 * (n_films - n_test))
    return n_films - n_test - n_val, n_val, n_test


def estimate(
    config: TrainingConfig, n_train: int, n_val: int, n_test: int, speed: Speed
) -> Estimate:
    """Time and memory of a training.

    The least time is the sum of what was measured, with the fewest epochs. The most has every
    epoch, counts the start once more for each network that is compiled later, and is longer by
    `SLOWER`.

    Args:
        config: what to do.
        n_train, n_val, n_test: films of each split.
        speed: measured with the same settings.
    """
    n_films = n_train + n_val + n_test
    an_epoch = n_train / speed.training + n_val / speed.forward

    def learning(most: int) -> float:
        """Seconds of all epochs, of which a phase has `most` at most."""
        head = min(config.head_epochs, most) * HEAD_EPOCH_SECONDS
        features = n_films / speed.forward if config.head_epochs else 0.0
        return features + head + min(config.epochs, most) * an_epoch

    testing = (n_val + n_test) / speed.forward
    least = speed.start_seconds + learning(config.patience + 1) + testing
    everything = max(config.head_epochs, config.epochs)
    most = (1 + COMPILATIONS) * speed.start_seconds + n_films / FILMS_READ_A_SECOND
    most = SLOWER * (most + learning(everything) + 2 * testing)
    return Estimate(
        most,
        int(speed.memory_bytes * MEMORY_MARGIN),
        speed.training if config.epochs else speed.forward,
        least,
    )


def measure_speed(config: TrainingConfig) -> Speed:
    """Take a few steps as the training would, on random films, in this process.

    Args:
        config: what to measure; its weights are not read, for they do not change the speed.

    Raises:
        LayerNotFoundError: there is no layer to fine-tune from.
    """
    started = time.monotonic()
    import tensorflow as tf

    from xray_core.networks.compiled import compile_forward
    from xray_core.networks.freezing import blocks, freeze_before
    from xray_core.training.phases import compile_network
    from xray_core.training.precision import choose_precision, computing_in

    with computing_in(choose_precision(config.precision)):
        model = build_network(config.network, N_CLASSES, config.image_size_px)
    if config.pretrained:
        freeze_before(model, config.fine_tune_from)
    size = config.image_size_px
    forward = compile_forward(model)
    films = np.random.default_rng(0).random((8, size, size, 1), dtype=np.float32)
    forward(films)
    looked_at = len(films) * _a_second(lambda: forward(films))

    # A training step costs about three forward passes: batches are sized to take about a second.
    batch_size = int(np.clip(looked_at / 3, 2, config.batch_size))
    batches = _batches(config, batch_size)
    compile_network(model, config, config.ema_momentum)
    with _peak_memory() as memory:
        model.train_on_batch(*next(batches))
    start_seconds = time.monotonic() - started
    learnt_from = batch_size * _a_second(lambda: model.train_on_batch(*next(batches)))
    copies = 4 if config.ema_momentum else 3  # gradients and two moments, and the average kept
    learning = 4 * copies * sum(int(tf.size(v)) for v in model.trainable_variables)
    a_film = max(0, memory["peak"] - memory["before"] - learning) / batch_size
    needed = memory["before"] + learning + a_film * config.batch_size
    return Speed(
        round(learnt_from, 2),
        round(looked_at, 2),
        round(start_seconds, 1),
        int(needed),
        blocks(model),
    )


def _batches(config: TrainingConfig, batch_size: int) -> Iterator[Any]:
    from xray_core.training.pipeline import Examples, Variation, training_batches

    rng = np.random.default_rng(0)
    size, n = config.image_size_px, 4 * batch_size
    films = rng.integers(0, 256, (n, size, size), dtype=np.uint8)
    targets = np.eye(N_CLASSES, dtype=np.float32)[rng.integers(0, N_CLASSES, n)]
    rows = np.arange(n)
    examples = Examples(films, rows, rows, targets, np.ones(n, np.float32))
    return iter(
        training_batches(
            examples,
            batch_size=batch_size,
            seed=0,
            variation=Variation() if config.augment else None,
            first_step=0,
            last_step=10_000_000,
        )
    )


def _a_second(step: Callable[[], object]) -> float:
    """Steps per second, from at least two steps."""
    started, n = time.monotonic(), 0
    while n < 2 or time.monotonic() - started < PROBE_SECONDS:
        step()
        n += 1
    return n / (time.monotonic() - started)


@contextmanager
def _peak_memory() -> Iterator[dict[str, int]]:
    """Memory of this process before, and its peak while the block runs."""
    process, done = psutil.Process(), threading.Event()
    before = process.memory_info().rss
    memory = {"before": before, "peak": before}

    def watch() -> None:
        while not done.wait(0.01):
            memory["peak"] = max(memory["peak"], process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield memory
    finally:
        done.set()
        watcher.join()
