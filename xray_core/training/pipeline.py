"""From the memory-mapped films to batches, each a function of the seed and the step alone.

A batch depends on nothing that came before it, so a training gives the same weights whenever it is
repeated, and can go on from any step.
"""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.data.batches import UInt8Array
from xray_core.training.augment import augment as augment_batch

IntArray = NDArray[np.int64]
Float32Array = NDArray[np.float32]


def training_batches(
    films: UInt8Array,
    rows: IntArray,
    targets: Float32Array,
    weights: Float32Array,
    *,
    batch_size: int,
    seed: int,
    augment: bool,
    first_step: int,
    last_step: int,
) -> Any:
    """Shuffled and augmented batches for the steps `first_step` to `last_step - 1`.

    Args:
        films: uint8 (films, size, size), as `cache_films` returns.
        rows: rows of `films` to train on.
        targets: float32 (films, classes), one-hot or smoothed.
        weights: float32 (films,), what each film counts.
        batch_size: films a step; an epoch is `steps_per_epoch(len(rows), batch_size)` steps.
        seed: of order and augmentation.
        augment: whether films are changed (see `augment.py`).
        first_step, last_step: counted from the start of the training, over all epochs.

    Returns:
        `tf.data.Dataset` of (films float32 (batch, size, size, 1), targets, weights).
    """
    import tensorflow as tf

    steps = steps_per_epoch(len(rows), batch_size)
    size = films.shape[1]

    @functools.lru_cache(maxsize=2)
    def order(epoch: int) -> IntArray:
        return np.random.default_rng((seed, 0, epoch)).permutation(rows)

    def gather(step: int) -> tuple[UInt8Array, Float32Array, Float32Array]:
        epoch, position = divmod(int(step), steps)
        chosen = order(epoch)[position * batch_size : (position + 1) * batch_size]
        batch = films[chosen]
        if augment:
            batch = augment_batch(batch, np.random.default_rng((seed, 1, int(step))))
        return batch, targets[chosen], weights[chosen]

    def batch(step: Any) -> tuple[Any, Any, Any]:
        x, y, w = tf.numpy_function(gather, [step], [tf.uint8, tf.float32, tf.float32])
        x = tf.ensure_shape(x, (None, size, size))
        x = tf.cast(x, tf.float32)[..., None] / 255.0
        y = tf.ensure_shape(y, (None, targets.shape[1]))
        return x, y, tf.ensure_shape(w, (None,))

    # One thread an operation: the network needs the other cores at the same time.
    options = tf.data.Options()
    options.threading.max_intra_op_parallelism = 1
    return (
        tf.data.Dataset.range(first_step, last_step)
        .map(batch, num_parallel_calls=2, deterministic=True)
        .prefetch(4)
        .with_options(options)
    )


def steps_per_epoch(n_films: int, batch_size: int) -> int:
    """Full batches in one pass; what is left over comes in another epoch's order."""
    return max(1, n_films // batch_size)
