"""Training: every network and phase, and the machine settings that pay off."""

import itertools
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.benchmarks.timing import Row, clock, scan_twice
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.records import Record
from xray_core.evaluation.predict import predict
from xray_core.networks.compiled import compile_forward
from xray_core.networks.freezing import freeze_before
from xray_core.networks.registry import NETWORKS, build_network, get_network
from xray_core.runs.status import StatusFile
from xray_core.training.checkpoint import Checkpoint
from xray_core.training.config import TrainingConfig
from xray_core.training.context import TrainingContext
from xray_core.training.epoch_maps import EpochMaps
from xray_core.training.features import cache_features
from xray_core.training.phases import train_head
from xray_core.training.pipeline import Examples, Variation, training_batches
from xray_core.training.precision import choose_precision, computing_in

if TYPE_CHECKING:
    import keras

BATCH = 32
STEPS = 16
BIG_STEPS = 4
ROUNDS = 6
BIG_ROUNDS = 6
HEAD_EPOCHS = 20
HEAD_FILMS = 1152
"""Of a small data set: what is compiled once takes as long for a large one."""


def bench_train(data: Path | None, networks: Sequence[str] = tuple(NETWORKS)) -> list[Row]:
    """Training speed of every network and phase.

    Args:
        data: films to measure with; None draws synthetic ones.
        networks: keys of `NETWORKS`.

    Returns:
        Rows with `network`, `image_size_px`, `precision`, `phase`, `films_per_second`, and
        `ratio_to_bare_fit` (speed against `model.fit` on random tensors in memory) for the network,
        or `ratio_to_forward_pass` (time of 20 epochs against one pass over the films) for the head.
    """
    rows = []
    precision = choose_precision("auto")
    with tempfile.TemporaryDirectory() as folder:
        manifest = scan_twice(data, Path(folder))[0].usable
        for network in map(get_network, networks):
            size = network.image_size_px
            films = cache_films(manifest, size, cache_dir=Path(folder) / "films")
            facts = {"network": network.name, "image_size_px": size, "precision": precision}
            steps = STEPS if network.pretrained is None else BIG_STEPS
            ours, bare = step_seconds(network.name, films, steps, precision)
            rows.append(
                facts
                | {
                    "phase": "fine-tuning" if network.pretrained else "training",
                    "films_per_second": round(BATCH / ours, 1),
                    "ratio_to_bare_fit": round(bare / ours, 3),
                }
            )
            if network.pretrained:
                many = films[np.arange(HEAD_FILMS) % len(films)]
                head, forward = _head_seconds(network.name, many, Path(folder), precision)
                rows.append(
                    facts
                    | {
                        "phase": f"head, {HEAD_EPOCHS} epochs",
                        "films_per_second": round(HEAD_EPOCHS * len(many) / head, 1),
                        "ratio_to_forward_pass": round(head / forward, 3),
                    }
                )
    return rows


def step_seconds(name: str, films: Any, steps: int, precision: str) -> tuple[float, float]:
    """Seconds of one step with our batches and with random tensors, the same network.

    Epochs of both are trained in turn, and the median of all their steps is taken: whatever else
    the machine does for a moment hits a few steps of either. A step includes the wait for its
    batch; the first of each epoch, which fills the pipeline, is left out.
    """
    import keras

    size = films.shape[1]
    with computing_in(precision):
        model = build_network(name, 4, size)
    pretrained = get_network(name).pretrained
    if pretrained:
        freeze_before(model, pretrained.fine_tune_from)
    model.compile("adamw", keras.losses.CategoricalCrossentropy(from_logits=True))
    model.optimizer.build(model.trainable_variables)  # as in a training
    rounds = ROUNDS if steps == STEPS else BIG_ROUNDS
    both = our_batches(films, steps), memory_batches(size, steps)
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for batches, found in zip(both, seconds, strict=True):
            clocked = _clocked_steps(model, batches)
            if number:  # in the first round everything is traced and compiled
                found.extend(clocked[1:])
    return median(seconds[0]), median(seconds[1])


def _clocked_steps(model: "keras.Model", batches: Any) -> list[float]:
    """Train one epoch; seconds of every step."""
    import keras

    ends: list[float] = []
    clocks = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: ends.append(time.perf_counter()),
        on_train_batch_end=lambda batch, logs: ends.append(time.perf_counter()),
    )
    model.fit(batches, epochs=1, verbose=0, shuffle=False, callbacks=[clocks])
    return [end - start for start, end in itertools.pairwise(ends)]


def _head_seconds(name: str, films: Any, folder: Path, precision: str) -> tuple[float, float]:
    """Seconds of features and head together, and of one forward pass over the films."""
    n = len(films)
    rows, labels = np.arange(n), np.arange(n) % 4
    records = tuple(
        Record(str(row), "bench", "", str(label), split="val" if row < 24 else "train")
        for row, label in zip(rows, labels, strict=True)
    )
    with computing_in(precision):
        model = build_network(name, 4, films.shape[1])
    run_dir = folder / name
    run_dir.mkdir()
    config = TrainingConfig(name, head_epochs=HEAD_EPOCHS, epochs=0, patience=HEAD_EPOCHS)
    forward = compile_forward(model)
    forward(as_batch(films[:BATCH]))
    forward_seconds = clock(lambda: predict(model, films, batch_size=BATCH))

    def train() -> None:
        features = cache_features(model, films, batch_size=BATCH, cache_dir=folder / "features")
        with StatusFile(run_dir) as status:
            context = TrainingContext(
                run_dir=run_dir,
                config=config,
                status=status,
                checkpoint=Checkpoint(run_dir),
                maps=EpochMaps(run_dir, records, films, seed=0),
                examples=Examples(
                    films,
                    rows[24:],
                    rows[:24],
                    np.eye(4, dtype=np.float32)[labels],
                    np.ones(n, np.float32),
                ),
                stop_requested=lambda: False,
                echo=lambda line: None,
            )
            train_head(context, model, features)

    return clock(train), forward_seconds


def our_batches(films: Any, steps: int) -> Any:
    """Batches as a training makes them, from films uint8 (n, size, size)."""
    n = len(films)
    rows = np.arange(n)
    targets = np.eye(4, dtype=np.float32)[rows % 4]
    return training_batches(
        Examples(films, rows, rows[:0], targets, np.ones(n, np.float32)),
        batch_size=BATCH,
        seed=0,
        variation=Variation(),
        first_step=0,
        last_step=steps,
    )


def memory_batches(size: int, steps: int) -> Any:
    """Random tensors that lie in memory, in the shape of ours."""
    import tensorflow as tf

    one = tf.random.uniform((BATCH, size, size, 1)), tf.one_hot([0] * BATCH, 4), tf.ones(BATCH)
    return tf.data.Dataset.from_tensors(one).cache().repeat(steps).prefetch(4)
