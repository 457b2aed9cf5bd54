"""One training, from a manifest to a complete run folder. The whole story on one screen.

check the data -> decode all films once -> build the network -> fit, keeping the best epoch
-> predict validation and test films -> score the test films -> write the card
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.data.batches import UInt8Array, cache_films
from xray_core.data.records import SPLITS, Manifest, anonymise
from xray_core.errors import TrainingError
from xray_core.evaluation.evaluate import prediction_table
from xray_core.evaluation.predict import predict
from xray_core.evaluation.scores import score_predictions
from xray_core.networks.registry import build_network, load_weights
from xray_core.reports.card import write_card
from xray_core.runs import store
from xray_core.runs.environment import describe_environment
from xray_core.runs.status import StatusFile
from xray_core.training.config import TrainingConfig
from xray_core.training.pipeline import steps_per_epoch, training_batches

Echo = Callable[[str], None]


def train(
    manifest: Manifest,
    config: TrainingConfig,
    run_dir: Path,
    *,
    stop_requested: Callable[[], bool] = lambda: False,
    echo: Echo = print,
) -> store.Run:
    """Train a network and leave a complete run folder.

    Args:
        manifest: records with splits (see `assign_splits`); films without label are left out.
        config: what to do.
        run_dir: folder of the run; created here.
        stop_requested: asked after every step; True ends the training, and the best epoch so far
            is evaluated and kept.
        echo: takes one line at a time for the log.

    Returns:
        The finished run.

    Raises:
        TrainingError: a split is empty, a class has no training film, the loss diverged, or it was
            stopped before the first epoch had ended. `status.json` then says so as well.
        ImageReadError: a film changed since the scan and cannot be read.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    status = StatusFile(run_dir)
    status.update(now=True, phase="reading the films")
    try:
        return _train(manifest, config, run_dir, status, stop_requested, echo)
    except BaseException as error:
        status.fail(error)
        if stop_requested():
            status.update(state="stopped")
        raise


def _train(
    manifest: Manifest,
    config: TrainingConfig,
    run_dir: Path,
    status: StatusFile,
    stop_requested: Callable[[], bool],
    echo: Echo,
) -> store.Run:
    import keras

    from xray_core.training.callbacks import RunReporter

    started = time.monotonic()
    films_used = manifest.where(
        lambda record: not record.problem and bool(record.label) and record.split in SPLITS
    )
    classes = _check(films_used)
    _write_head(films_used, classes, config, run_dir)

    films = cache_films(
        films_used,
        config.image_size_px,
        progress=lambda done, total: status.update(step=done, steps=total),
    )
    labels = np.array([classes.index(record.label) for record in films_used.records])
    split = np.array([record.split for record in films_used.records])
    rows = {name: np.flatnonzero(split == name) for name in SPLITS}
    echo(f"{len(films)} films: " + ", ".join(f"{len(rows[name])} {name}" for name in SPLITS))

    keras.utils.set_random_seed(config.seed)
    model = build_network(config.network, len(classes), config.image_size_px)
    steps = steps_per_epoch(len(rows["train"]), config.batch_size)
    total_steps = steps * config.epochs
    warm_up = min(100, total_steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        config.learning_rate / 20,
        max(1, total_steps - warm_up),
        alpha=0.01,
        warmup_target=config.learning_rate,
        warmup_steps=warm_up,
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=config.weight_decay, clipnorm=1.0),
        keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=config.label_smoothing
        ),
        weighted_metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    targets = np.eye(len(classes), dtype=np.float32)[labels]
    batches = training_batches(
        films,
        rows["train"],
        targets,
        _film_weights(labels, rows["train"], len(classes), config.class_weights),
        batch_size=config.batch_size,
        seed=config.seed,
        augment=config.augment,
        first_step=0,
        last_step=total_steps,
    )
    reporter = RunReporter(
        run_dir,
        status,
        epochs=config.epochs,
        steps=steps,
        batch_size=config.batch_size,
        stop_requested=stop_requested,
        echo=echo,
    )
    model.fit(
        batches,
        steps_per_epoch=steps,
        epochs=config.epochs,
        validation_data=_validation(films[rows["val"]], targets[rows["val"]], config.batch_size),
        callbacks=[reporter, keras.callbacks.EarlyStopping("val_loss", patience=config.patience)],
        shuffle=False,
        verbose=0,
    )
    if not (run_dir / store.WEIGHTS).is_file():
        raise TrainingError(
            "The training was stopped before its first epoch had ended.",
            fix="Start it again; nothing of it can be used.",
        )
    load_weights(model, run_dir / store.WEIGHTS)

    status.update(state="evaluating", phase="predicting the validation and test films")
    kept = np.sort(np.concatenate([rows["val"], rows["test"]]))
    predictions = prediction_table(
        films_used.where(lambda record: record.split != "train"),
        predict(model, films[kept]),
        classes,
    )
    predictions.to_csv(run_dir / store.PREDICTIONS, index=False, float_format="%.5f")
    scores = score_predictions(predictions[predictions["split"] == "test"], classes)
    scores |= {
        "best_epoch": reporter.best_epoch,
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    store.write_json(run_dir / store.SCORES, scores)
    run = store.open_run(run_dir)
    write_card(run)
    status.update(state="stopped" if reporter.stopped else "finished", phase="", now=True)
    return run


def _check(manifest: Manifest) -> tuple[str, ...]:
    fix = "Split the data again, or add films."
    for name in SPLITS:
        if not manifest.split(name).records:
            raise TrainingError(f"The {name} split has no film.", fix=fix)
    classes = manifest.classes
    if len(classes) < 2:
        raise TrainingError("There is only one class.", where=", ".join(classes), fix="Add films.")
    missing = set(classes) - set(manifest.split("train").classes)
    if missing:
        raise TrainingError(
            "A class has no training film.", where=", ".join(sorted(missing)), fix=fix
        )
    return classes


def _write_head(
    manifest: Manifest, classes: tuple[str, ...], config: TrainingConfig, run_dir: Path
) -> None:
    """Everything that is known before the first step."""
    store.write_json(
        run_dir / store.CONFIG,
        asdict(config)
        | {
            "classes": list(classes),
            "initialisation": "random",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "datasets": sorted({record.dataset for record in manifest.records}),
            "manifest_hash": manifest.hash,
        },
    )
    store.write_json(run_dir / store.ENVIRONMENT, describe_environment())
    Manifest(tuple(map(anonymise, manifest.records)), {}).to_csv(run_dir / store.MANIFEST)


def _film_weights(
    labels: NDArray[np.int64], train_rows: NDArray[np.int64], n_classes: int, balanced: bool
) -> NDArray[np.float32]:
    """Inverse class frequency among the training films, with mean 1."""
    counts = np.bincount(labels[train_rows], minlength=n_classes)
    weight = counts.sum() / (n_classes * np.maximum(counts, 1)) if balanced else np.ones(n_classes)
    return weight[labels].astype(np.float32)


def _validation(films: UInt8Array, targets: NDArray[np.float32], batch_size: int) -> Any:
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices((films, targets)).batch(batch_size)
    return dataset.map(lambda x, y: (tf.cast(x, tf.float32)[..., None] / 255.0, y)).prefetch(2)
