"""From memory-mapped arrays to batches, each a function of the seed and the step alone.

A batch depends on nothing that came before it, so a training gives the same weights whenever it is
repeated, and can resume from any step.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from xray_core.arrays import Float16Array, Float32Array, Float64Array, Int64Array, UInt8Array
from xray_core.training.augment import TONE_MIXING
from xray_core.training.augment import augment as augment_batch


@dataclass(frozen=True)
class Examples:
    """What a network learns from.

    Attributes:
        values: films uint8 (n, size, size), as `cache_films` returns, or features of a frozen
            backbone float16 (n, channel).
        rows: rows of `values` to train on.
        held_out: rows that judge it after every epoch.
        targets: float32 (n, classes), one-hot.
        weights: float32 (n,), what each counts in the loss.
        odds: float64 (rows,) summing to 1, how often each row is shown; None shows each once
            per epoch.
        lungs: float32 (n, 4), the box round the lungs of every film, as `lung_boxes` returns.
    """

    values: UInt8Array | Float16Array
    rows: Int64Array
    held_out: Int64Array
    targets: Float32Array
    weights: Float32Array
    odds: Float64Array | None = None
    lungs: Float32Array | None = None


@dataclass(frozen=True)
class Variation:
    """How training films are changed; see `augment.py`.

    Attributes:
        plain_from: step from which films are shown unchanged.
        tone_mixing: share of films that take the greys of another one.
        lung_focus: share of films of which nothing but the lungs' box is visible.
    """

    plain_from: int | None = None
    tone_mixing: float = TONE_MIXING
    lung_focus: float = 0.0


def training_batches(
    examples: Examples,
    *,
    batch_size: int,
    seed: int,
    variation: Variation | None,
    first_step: int,
    last_step: int,
) -> Any:
    """Shuffled and augmented batches for the steps `first_step` to `last_step - 1`.

    Args:
        examples: what to learn from.
        batch_size: examples per step; an epoch is `steps_per_epoch(len(rows), batch_size)` steps.
        seed: of order and augmentation.
        variation: how films are changed; None leaves them unchanged.
        first_step, last_step: counted from the start of the phase, over all its epochs.

    Returns:
        `tf.data.Dataset` of (values float32, targets, weights); films are (batch, size, size, 1)
        in [0, 1].
    """
    import tensorflow as tf

    values, targets = examples.values, examples.targets
    steps = steps_per_epoch(len(examples.rows), batch_size)

    @functools.lru_cache(maxsize=2)
    def order(epoch: int) -> Int64Array:
        rng = np.random.default_rng((seed, 0, epoch))
        if examples.odds is None:
            return rng.permutation(examples.rows)
        return rng.choice(examples.rows, len(examples.rows), p=examples.odds)

    def gather(step: int) -> tuple[Any, Float32Array, Float32Array]:
        epoch, position = divmod(int(step), steps)
        chosen = order(epoch)[position * batch_size : (position + 1) * batch_size]
        batch = values[chosen]
        if variation and (variation.plain_from is None or step < variation.plain_from):
            films: UInt8Array = batch  # type: ignore[assignment]
            batch = augment_batch(
                films,
                np.random.default_rng((seed, 1, int(step))),
                lungs=None if examples.lungs is None else examples.lungs[chosen],
                lung_focus=variation.lung_focus,
                tone_mixing=variation.tone_mixing,
            )
        return batch, targets[chosen], examples.weights[chosen]

    def batch(step: Any) -> tuple[Any, Any, Any]:
        x, y, w = tf.numpy_function(gather, [step], [values.dtype, tf.float32, tf.float32])
        x = as_input(tf.ensure_shape(x, (None, *values.shape[1:])))
        return x, tf.ensure_shape(y, (None, targets.shape[1])), tf.ensure_shape(w, (None,))

    # One thread per operation: the network needs the other cores at the same time.
    options = tf.data.Options()
    options.threading.max_intra_op_parallelism = 1
    return (
        tf.data.Dataset.range(first_step, last_step)
        .map(batch, num_parallel_calls=2, deterministic=True)
        .prefetch(4)
        .with_options(options)
    )


def validation_batches(examples: Examples, batch_size: int) -> Any:
    """The held-out rows in their order, unchanged: `tf.data.Dataset` of (values, targets)."""
    import tensorflow as tf

    rows = examples.held_out
    pairs = (examples.values[rows], examples.targets[rows])
    dataset = tf.data.Dataset.from_tensor_slices(pairs).batch(batch_size)
    return dataset.map(lambda x, y: (as_input(x), y)).prefetch(2)


def as_input(values: Any) -> Any:
    """Films as a network takes them, float32 (batch, size, size, 1) in [0, 1]; features float32."""
    import tensorflow as tf

    x = tf.cast(values, tf.float32)
    return x[..., None] / 255.0 if values.dtype == tf.uint8 else x


def steps_per_epoch(n_films: int, batch_size: int) -> int:
    """Full batches in one pass; what is left over comes in another epoch's order."""
    return max(1, n_films // batch_size)


def film_weights(
    labels: Any, train_rows: Any, n_classes: int, balance: str, strata: Any
) -> tuple[Any, Any]:
    """How much each film counts, and how often each training film is shown.

    Args:
        labels: int (films,), class of every film.
        train_rows: rows that are trained on.
        n_classes: number of classes.
        balance: `weights`, `age`, `sampling` or `none`.
        strata: int (films,), number of the group in which `age` balances every film.

    Returns:
        Weights float32 (films,) with mean 1 over the training films, and odds float64 (train
        films,) that sum to 1, or None where each is shown once per epoch.
    """
    if balance == "age":
        weights = np.ones(len(labels), np.float32)
        for stratum in np.unique(strata):
            inside = np.flatnonzero(strata == stratum)
            rows = np.intersect1d(inside, train_rows)
            weights[inside] = _inverse_counts(labels, rows, n_classes)[inside]
        return weights, None
    inverse = _inverse_counts(labels, train_rows, n_classes)
    ones = np.ones(len(labels), np.float32)
    if balance == "weights":
        return inverse.astype(np.float32), None
    if balance == "sampling":
        odds = inverse[train_rows]
        return ones, odds / odds.sum()
    return ones, None


def _inverse_counts(labels: Any, rows: Any, n_classes: int) -> Any:
    """What each film weighs so that all classes of these rows weigh the same."""
    counts = np.bincount(labels[rows], minlength=n_classes)
    return (len(rows) / (max(1, np.count_nonzero(counts)) * np.maximum(counts, 1)))[labels]
