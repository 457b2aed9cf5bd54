"""Fitting the gate's network: films with planted faults against pictures that are no films."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.film_cache import as_batch
from xray_core.networks.registry import save_weights
from xray_core.opinion.gate import variations
from xray_core.opinion.gate.network import (
    SHOWS,
    TURNS,
    WEIGHTS,
    YES_OR_NO,
    build_gate_network,
    shrink,
)

BATCH = 64
LEARNING_RATE = 3e-3
Progress = Callable[[int, int], None]
_FIRST, _SECOND = len(SHOWS), len(SHOWS) + len(TURNS)
_ODD = SHOWS[1:]


def fit_gate(
    films: UInt8Array,
    odd: Mapping[str, Sequence[UInt8Array]],
    folder: Path,
    *,
    steps: int = 1500,
    seed: int = 0,
    progress: Progress | None = None,
) -> None:
    """Train the network and write its weights (float16).

    Half of every batch are frontal films that were turned, mirrored, inverted, cut or photographed
    in a way that is known; the other half are pictures of all other kinds in equal parts.

    Args:
        films: uint8 (n, height, width), upright frontal films for training.
        odd: pictures by name of `SHOWS`: `lateral`, `limb`, `slice`, `picture`; pages and noise
            are drawn.
        folder: gets `weights.npz`; made if it isn't there.
        steps: batches of 64.
        seed: of weights and variations.
        progress: called with (steps done, steps in all).
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    model = build_gate_network()
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps, 0.01)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=1.0)
    optimizer.build(model.trainable_variables)

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def step(batch: Any, truth: Any, counts: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = _loss(model(batch, training=True), truth, counts)
        found = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(found, model.trainable_variables, strict=True))
        return loss

    for number in range(steps):
        batch, truth, counts = draw_batch(films, odd, rng)
        step(tf.constant(as_batch(batch)), tf.constant(truth), tf.constant(counts))
        if progress:
            progress(number + 1, steps)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(model, folder / WEIGHTS, "float16")


def draw_batch(
    films: UInt8Array, odd: Mapping[str, Sequence[UInt8Array]], rng: np.random.Generator
) -> tuple[UInt8Array, Float32Array, Float32Array]:
    """A batch, what is true of it, and what of that counts.

    Returns:
        uint8 (64, 96, 96); float32 (64, 15) with 1 where a column of the logits is right; float32
        (64, 6) weights of: what it shows, its turn, and each of `YES_OR_NO`.
    """
    batch, truths, weights = [], [], []
    for number in range(BATCH):
        truth = np.zeros(_SECOND + len(YES_OR_NO), np.float32)
        counts = np.zeros(2 + len(YES_OR_NO), np.float32)
        counts[0] = 1
        if number < BATCH // 2:
            picture = _vary_film(films[rng.integers(len(films))], truth, counts, rng)
        else:
            picture = _draw_odd(_ODD[number % len(_ODD)], odd, truth, rng)
        batch.append(shrink(np.ascontiguousarray(picture)))
        truths.append(truth)
        weights.append(counts)
    return np.stack(batch), np.stack(truths), np.stack(weights)


def _vary_film(
    film: UInt8Array, truth: Float32Array, counts: Float32Array, rng: np.random.Generator
) -> UInt8Array:
    """A frontal film with faults that are written into `truth` and `counts`."""
    degrees = int(rng.choice(TURNS, p=(0.55, 0.15, 0.15, 0.15)))
    mirrored, inverted, cut, photographed = rng.random(4) < (0.35, 0.25, 0.2, 0.15)
    truth[SHOWS.index("frontal")] = 1
    truth[_FIRST + TURNS.index(degrees)] = 1
    truth[_SECOND:] = mirrored, inverted, cut, photographed
    counts[1:] = 1, degrees == 0, 1, degrees == 0, 1
    picture = variations.expose(film, rng)
    if mirrored:
        picture = picture[:, ::-1]
    if cut:
        picture = variations.cut_off(picture, rng)
    picture = variations.turn(picture, degrees)
    if inverted:
        picture = 255 - picture
    if photographed:
        picture = variations.photograph(np.ascontiguousarray(picture), rng)
    return picture


def _draw_odd(
    name: str,
    odd: Mapping[str, Sequence[UInt8Array]],
    truth: Float32Array,
    rng: np.random.Generator,
) -> UInt8Array:
    """A picture that is no frontal film."""
    truth[SHOWS.index(name)] = 1
    if name == "page":
        return variations.draw_page(rng)
    if name == "noise" or not odd.get(name):
        truth[:_FIRST] = 0
        truth[SHOWS.index("noise")] = 1
        return variations.draw_noise(rng)
    picture = odd[name][int(rng.integers(len(odd[name])))]
    picture = variations.part_of(picture, rng, 0.3 if name == "picture" else 0.75)
    picture = variations.expose(np.ascontiguousarray(picture), rng)
    if name in ("limb", "picture", "slice"):
        picture = np.rot90(picture, int(rng.integers(4)))
    return 255 - picture if rng.random() < 0.25 else picture


def _loss(logits: Any, truth: Any, counts: Any) -> Any:
    """Cross-entropies of what counts."""
    import tensorflow as tf

    def mean(losses: Any, weight: Any) -> Any:
        return tf.reduce_sum(losses * weight) / (tf.reduce_sum(weight) + 1e-6)

    softmax = tf.nn.softmax_cross_entropy_with_logits
    total = mean(softmax(truth[:, :_FIRST], logits[:, :_FIRST]), counts[:, 0])
    turns = softmax(truth[:, _FIRST:_SECOND], logits[:, _FIRST:_SECOND])
    total += mean(turns, counts[:, 1])
    yes = tf.nn.sigmoid_cross_entropy_with_logits(truth[:, _SECOND:], logits[:, _SECOND:])
    for column in range(len(YES_OR_NO)):
        total += mean(yes[:, column], counts[:, 2 + column])
    return total
