"""Which training settings pay off on this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from xray_core.benchmarks.timing import Row, clock
from xray_core.benchmarks.training import BATCH
from xray_core.errors import TrainingError
from xray_core.networks.freezing import freeze_before
from xray_core.networks.registry import build_network, get_network
from xray_core.settings import PROJECT_DIR
from xray_core.training.precision import choose_precision, computing_in

N_STEPS = 6
CHOICES: dict[str, dict[str, Any]] = {
    "as it trains": {},
    "float32": {"precision": "float32"},
    "bfloat16": {"precision": "bfloat16"},
    "XLA": {"jit_compile": True},
    "without oneDNN": {"onednn": False},
    "batch of 16": {"batch_size": 16},
    "batch of 64": {"batch_size": 64},
    "one thread": {"threads": 1},
    "twice as many threads as processors": {"threads": 2 * (os.cpu_count() or 1)},
}


def bench_settings(
    _data: Path | None = None, networks: Sequence[str] = ("small_cnn", "xception")
) -> list[Row]:
    """Training speed under each of `CHOICES`, each in a separate process.

    Args:
        networks: keys of `NETWORKS`.

    Returns:
        Rows with `network`, `choice`, `films_per_second` (fastest of six steps) and
        `ratio_to_default`.

    Raises:
        TrainingError: a process ended without a result.
    """
    rows: list[Row] = []
    for name in networks:
        default = 0.0
        for choice, options in CHOICES.items():
            speed = _in_own_process(get_network(name).name, options)
            default = default or speed
            rows.append(
                {
                    "network": name,
                    "choice": choice,
                    "films_per_second": round(speed, 1),
                    "ratio_to_default": round(speed / default, 2),
                }
            )
    return rows


def training_speed(
    name: str,
    *,
    precision: str = "auto",
    jit_compile: bool = False,
    batch_size: int = BATCH,
    threads: int = 0,
) -> float:
    """Films per second of the fastest of six training steps on random films.

    Args:
        name: key in `NETWORKS`.
        precision: as in `TrainingConfig`.
        jit_compile: whether XLA compiles the step.
        batch_size: films per step.
        threads: of one operation; 0 leaves it to TensorFlow. Must come before TensorFlow computes.
    """
    import keras
    import tensorflow as tf

    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    network = get_network(name)
    size = network.image_size_px
    with computing_in(choose_precision(precision)):
        model = build_network(name, 4, size)
    if network.pretrained:
        freeze_before(model, network.pretrained.fine_tune_from)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile("adamw", loss, jit_compile=jit_compile)
    rng = np.random.default_rng(0)
    films = rng.random((batch_size, size, size, 1), dtype=np.float32)
    targets = np.eye(4, dtype=np.float32)[np.arange(batch_size) % 4]
    model.train_on_batch(films, targets)  # traced and compiled
    seconds = [clock(lambda: model.train_on_batch(films, targets)) for _ in range(N_STEPS)]
    return batch_size / min(seconds)


def _in_own_process(name: str, options: dict[str, Any]) -> float:
    """Threads and oneDNN are set before TensorFlow starts, and memory is given back."""
    options = dict(options)
    onednn = "1" if options.pop("onednn", True) else "0"
    code = (
        "import json, sys; from xray_core.benchmarks.settings import training_speed; "
        "name, options = json.loads(sys.argv[1]); print(training_speed(name, **options))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, json.dumps([name, options])],
        cwd=PROJECT_DIR,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": onednn},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise TrainingError(
            "A measurement ended without a result.",
            where=f"{name}, {options}",
            fix=result.stderr.strip().splitlines()[-1] if result.stderr.strip() else "Try again.",
        )
    return float(result.stdout.split()[-1])
