"""Fitting the gate's network: films with planted faults against pictures that are no films."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.records import Manifest
from xray_core.errors import DatasetError, TrainingError
from xray_core.files import write_json
from xray_core.lungs.unet import FILM_PX
from xray_core.networks.registry import save_weights
from xray_core.opinion.gate.batches import (
    FIRST_TURN,
    FIRST_YES,
    Material,
    draw_batch,
)
from xray_core.opinion.gate.material import OtherPicture, lungs_on, read_grey
from xray_core.opinion.gate.network import (
    SHOWS,
    WEIGHTS,
    YES_OR_NO,
    build_gate_network,
    shrink,
    write_typical,
)
from xray_core.opinion.gate.thresholds import measure_thresholds

if TYPE_CHECKING:
    import keras

LEARNING_RATE = 3e-3
STEPS = 2400
MOST_CUT = 2000
"""Films of which parts are cut off: to find the lungs on all of them takes longer than the fit."""

MOST_TYPICAL = 2500
SCORES = "scores.json"
Progress = Callable[[int, int], None]


def fit_gate(
    films: Manifest,
    others: Sequence[OtherPicture],
    folder: Path,
    *,
    steps: int = STEPS,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Train the network on training films and write its weights (float16) and thresholds' report.

    Nothing is written before the last step, so that a fit that is interrupted leaves an earlier
    gate as it was.

    Args:
        films: of `frontal_films`: its training films are fitted on, its validation films show
            what the thresholds let through.
        others: those with `fitted` are fitted on. Pages, patterns and sketches are drawn.
        folder: gets `weights.npz`, `typical.npz` and `scores.json`; made if it isn't there.
        steps: batches of 64.
        seed: of weights and variations.
        progress: called with (steps done, steps in all).

    Returns:
        What `scores.json` holds: `n_train`, `n_val`, `n_others` by kind, `steps`, `seed` and the
        rows of `measure_thresholds`.

    Raises:
        DatasetError: no film for training or none for validation.
        TrainingError: no step asked for.
        ImageReadError: a film changed since it was listed.
        WeightsError: the weights of the network that finds lungs are missing.
    """
    import keras

    if steps < 1:
        raise TrainingError("There is nothing to fit.", where=f"steps={steps}", fix="Take 1.")
    train, val = (films.split(name) for name in ("train", "val"))
    if not (train.records and val.records):
        raise DatasetError(
            "A fit needs films for training and films for validation.",
            where=f"{len(train.records)} and {len(val.records)}",
            fix="Give more films.",
        )
    material = _material(train, [item for item in others if item.fitted], seed)
    keras.utils.set_random_seed(seed)
    model = build_gate_network()
    _train(model, material, steps, np.random.default_rng(seed), progress)
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(model, folder / WEIGHTS, "float16")
    write_typical(np.stack([shrink(film) for film in material.films[:MOST_TYPICAL]]), folder)
    kinds = Counter(item.shows for item in others if item.fitted and item.shows in SHOWS)
    scores = {
        "n_train": len(train.records),
        "n_val": len(val.records),
        "n_others": dict(sorted(kinds.items())),
        "steps": steps,
        "seed": seed,
        "thresholds": measure_thresholds(cache_films(val, FILM_PX), folder, seed),
    }
    write_json(folder / SCORES, scores)
    return scores


def _material(train: Manifest, others: Sequence[OtherPicture], seed: int) -> Material:
    odd = {
        name: [read_grey(item.path) for item in others if item.shows == name] for name in SHOWS[1:]
    }
    films = cache_films(train, FILM_PX)
    order = np.random.default_rng(seed).permutation(len(films))
    films = films[order]
    return Material(films, lungs_on(films[:MOST_CUT]), odd)


def _train(
    model: "keras.Model",
    material: Material,
    steps: int,
    rng: np.random.Generator,
    progress: Progress | None,
) -> None:
    """AdamW with cosine decay; the last weights are kept."""
    import keras
    import tensorflow as tf

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
        batch, truth, counts = draw_batch(material, rng)
        step(tf.constant(as_batch(batch)), tf.constant(truth), tf.constant(counts))
        if progress:
            progress(number + 1, steps)


def _loss(logits: Any, truth: Any, counts: Any) -> Any:
    """Cross-entropies of what counts."""
    import tensorflow as tf

    def mean(losses: Any, weight: Any) -> Any:
        return tf.reduce_sum(losses * weight) / (tf.reduce_sum(weight) + 1e-6)

    softmax = tf.nn.softmax_cross_entropy_with_logits
    total = mean(softmax(truth[:, :FIRST_TURN], logits[:, :FIRST_TURN]), counts[:, 0])
    turns = softmax(truth[:, FIRST_TURN:FIRST_YES], logits[:, FIRST_TURN:FIRST_YES])
    total += mean(turns, counts[:, 1])
    yes = tf.nn.sigmoid_cross_entropy_with_logits(truth[:, FIRST_YES:], logits[:, FIRST_YES:])
    for column in range(len(YES_OR_NO)):
        total += mean(yes[:, column], counts[:, 2 + column])
    return total
