"""Training of the U-Net that finds lungs."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.data.film_cache import as_batch
from xray_core.data.records import Manifest
from xray_core.errors import TrainingError
from xray_core.evaluation.intervals import mean_interval
from xray_core.files import write_json
from xray_core.lungs.finder import WEIGHTS, likelihoods
from xray_core.lungs.pairs import Pairs, dice, read_pairs, vary
from xray_core.lungs.unet import FILM_PX, NETWORK, build_lung_unet
from xray_core.networks.registry import save_weights

if TYPE_CHECKING:
    import keras

BATCH = 16
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-4

Progress = Callable[[int, int], None]


def train_lungs(
    manifest: Manifest,
    folder: Path,
    *,
    epochs: int = 24,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train on films with lung masks, test on a fifth of them that was held out.

    Cross-entropy plus soft Dice (Milletari et al. 2016, https://arxiv.org/abs/1606.04797), AdamW
    with cosine decay. The last weights are kept: nothing is chosen by the test films.

    Args:
        manifest: see `read_pairs`.
        folder: gets `weights.npz` (float16) and `scores.json`; made if it isn't there.
        epochs: passes over the training films.
        seed: of the split, the weights and the variation of the films.
        progress: called with (steps done, steps in all).

    Returns:
        What `scores.json` holds: films, and the mean Dice coefficient of the test films with its
        95 % interval by patient, of each data set, and the lowest one.

    Raises:
        TrainingError: no epoch asked for.
        DatasetError, ImageReadError: see `read_pairs`.
    """
    import keras

    if epochs < 1:
        raise TrainingError("There is nothing to train.", where=f"epochs={epochs}", fix="Take 1.")
    train, test = read_pairs(manifest, seed)
    keras.utils.set_random_seed(seed)
    model = build_lung_unet()
    n_steps = epochs * max(1, len(train.films) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE / 10, n_steps, 0.01, warmup_target=LEARNING_RATE, warmup_steps=n_steps // 20
    )
    optimizer = keras.optimizers.AdamW(LEARNING_RATE, weight_decay=WEIGHT_DECAY, clipnorm=1.0)
    model.compile(optimizer, overlap_loss)
    optimizer.build(model.trainable_variables)  # else the first step is traced twice
    rng = np.random.default_rng(seed)
    rows = np.empty(0, np.intp)
    for step in range(n_steps):
        if len(rows) < BATCH:
            rows = rng.permutation(len(train.films))
        now, rows = rows[:BATCH], rows[BATCH:]
        films, lungs = vary(train.films[now], train.lungs[now], rng)
        optimizer.learning_rate.assign(rate(step))  # inside it would be traced once per variable
        model.train_on_batch(as_batch(films), lungs[..., None].astype(np.float32))
        if progress:
            progress(step + 1, n_steps)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(model, folder / WEIGHTS, "float16")
    scores = score(model, test) | {
        "network": NETWORK,
        "image_size_px": FILM_PX,
        "epochs": epochs,
        "seed": seed,
        "n_train": len(train.films),
    }
    write_json(folder / "scores.json", scores)
    return scores


def score(model: "keras.Model", pairs: Pairs) -> dict[str, Any]:
    """Dice coefficients of a model: mean with interval, by data set, and the lowest."""
    found = likelihoods(model, pairs.films) > 0.5
    values = np.array(dice(found, pairs.lungs))
    names = np.array(pairs.datasets)
    return {
        "n_test": len(values),
        "dice": mean_interval(values, pairs.patients),
        "dice_least": float(values.min()),
        "dice_by_dataset": {
            name: {"n": int((names == name).sum()), "value": float(values[names == name].mean())}
            for name in sorted(set(pairs.datasets))
        },
    }


def overlap_loss(true: Any, logits: Any) -> Any:
    """Cross-entropy plus one minus the soft Dice coefficient of each film.

    Args:
        true: (batch, height, width, 1), 0 or 1.
        logits: of the same shape.
    """
    from keras import ops

    likely = ops.sigmoid(logits)
    cross = ops.mean(ops.binary_crossentropy(true, logits, from_logits=True), axis=(1, 2, 3))
    shared = ops.sum(true * likely, axis=(1, 2, 3))
    areas = ops.sum(true + likely, axis=(1, 2, 3))
    return cross + 1 - (2 * shared + 1) / (areas + 1)
