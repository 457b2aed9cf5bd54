"""One training, from a manifest to a complete run folder. The whole story on one screen.

check the data -> build the network, with its first weights -> decode all films once
-> train the head on frozen features -> train the network, keeping the best epoch
-> calibrate on the validation films -> predict validation and test films, with the maps of the
latter -> score the test films -> write the card
"""

import atexit
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.arrays import UInt8Array
from xray_core.data.film_cache import cache_films
from xray_core.data.records import SPLITS, Manifest
from xray_core.errors import TrainingError
from xray_core.evaluation.calibrate import calibrate
from xray_core.evaluation.evaluate import denied_films, prediction_table
from xray_core.evaluation.scores import score_predictions
from xray_core.explain.explained import collect_films, explain_films
from xray_core.explain.shown import map_shown
from xray_core.explain.stored import write_maps
from xray_core.files import DISK_FULL, write_json
from xray_core.lungs.finder import lungs_of_all
from xray_core.networks.freezing import freeze_before
from xray_core.networks.registry import build_network, get_network
from xray_core.networks.weights import Initialisation, load_initial_weights, resolve_weights
from xray_core.reports.card import write_card
from xray_core.runs import store
from xray_core.runs.loading import load_model
from xray_core.runs.status import StatusFile
from xray_core.training import phases
from xray_core.training.checkpoint import Checkpoint
from xray_core.training.config import TrainingConfig
from xray_core.training.context import TrainingContext
from xray_core.training.epoch_maps import EpochMaps
from xray_core.training.features import cache_features
from xray_core.training.precision import choose_precision, computing_in
from xray_core.training.preparation import (
    checked_classes,
    gather_examples,
    require_same_films,
    thin_classes,
    write_beginning,
)
from xray_core.training.strategy import count_machines, is_chief, make_strategy

if TYPE_CHECKING:
    import keras

Echo = Callable[[str], None]


def train(
    manifest: Manifest,
    config: TrainingConfig,
    run_dir: Path,
    *,
    resume: bool = False,
    stop_requested: Callable[[], bool] = lambda: False,
    echo: Echo = print,
) -> store.Run:
    """Train a network and leave a complete run folder.

    >>> from pathlib import Path
    >>> from xray_core.training.config import TrainingConfig
    >>> config = TrainingConfig("small_cnn", epochs=1, image_size_px=64)
    >>> train(manifest, config, Path("first"), echo=lambda line: None).finished
    True

    Args:
        manifest: records with splits (see `assign_splits`); films without label are left out.
        config: what to do.
        run_dir: folder of the run; created here.
        resume: continue after the last whole epoch of a training that ended before its time, with
            the same weights as if it had not; it starts again where no epoch had ended.
        stop_requested: asked after every step; True ends the training, and the best epoch so far
            is evaluated and kept.
        echo: takes one line at a time for the log.

    Returns:
        The finished run.

    Raises:
        TrainingError: a split is empty, a class has no training film, the loss diverged, the films
            are not those that the run began with, or it was stopped before the first epoch had
            ended. `status.json` then says so as well.
        WeightsError: the first weights are not available, or do not fit.
        ImageReadError: a film changed since the scan and cannot be read.
    """
    if count_machines(config.strategy) > 1:
        if resume:
            raise TrainingError(
                "A training on several machines cannot be resumed after a break.",
                where=run_dir.name,
                fix="Unset TF_CONFIG and resume it on one machine, or start it again.",
            )
        stop_requested = _never  # the others would wait forever
        if not is_chief(config.strategy):  # they compute, the first machine writes
            run_dir = _forgotten_folder() / run_dir.name
    run_dir.mkdir(parents=True, exist_ok=True)
    with StatusFile(run_dir) as status:
        status.update(now=True, phase="starting")
        try:
            return _train(manifest, config, run_dir, status, resume, stop_requested, echo)
        except BaseException as error:
            described = _in_words(error)
            status.fail(described)
            if stop_requested():
                status.update(state="stopped")
            if described is error:
                raise
            raise described from error


def _in_words(error: BaseException) -> BaseException:
    """A full disk or too little memory as an error with a way out; any other as it is."""
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return TrainingError("The disk is full.", fix="Make room, then resume the training.")
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return TrainingError(
            "There is not enough memory.", fix="Take a smaller batch or image size."
        )
    return error


def _never() -> bool:
    return False


def _forgotten_folder() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _train(
    manifest: Manifest,
    config: TrainingConfig,
    run_dir: Path,
    status: StatusFile,
    resume: bool,
    stop_requested: Callable[[], bool],
    echo: Echo,
) -> store.Run:
    started = time.monotonic()
    films_used = manifest.usable.where(lambda record: record.split in SPLITS)
    classes = checked_classes(films_used)
    status.update(warnings=thin_classes(films_used, classes))
    initialisation = resolve_weights(get_network(config.network), config.weights)
    precision = choose_precision(config.precision)
    if resume:
        require_same_films(films_used, run_dir)
        (run_dir / store.CALIBRATION).unlink(missing_ok=True)  # it fits weights that will change
    else:
        write_beginning(films_used, classes, config, initialisation, precision, run_dir)
    strategy = make_strategy(config.strategy)
    model = _build(config, len(classes), initialisation, precision, strategy)
    counts = {name: len(films_used.split(name).records) for name in SPLITS}
    status.update(now=True, phase="reading the films")
    films = cache_films(films_used, config.image_size_px, progress=status.count)
    echo(f"{len(films)} films: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    checkpoint = Checkpoint(run_dir, resume=resume)
    started -= checkpoint.seconds  # of a resumed training, what came before counts too
    context = TrainingContext(
        run_dir=run_dir,
        config=config,
        status=status,
        checkpoint=checkpoint,
        maps=EpochMaps(
            run_dir, films_used.records, films, seed=config.seed, epoch=checkpoint.epoch
        ),
        examples=gather_examples(films_used, films, classes, config, status),
        stop_requested=stop_requested,
        echo=echo,
    )
    stopped = _learn(context, model, films, strategy)
    status.update(state="evaluating", phase="predicting the validation and test films")
    if config.calibrate:
        held_out = context.examples.held_out
        truth = context.examples.targets[held_out].argmax(axis=1)
        calibrate(store.open_run(run_dir), films[held_out], truth)
    _evaluate(films_used, films, checkpoint, run_dir, started)
    run = store.open_run(run_dir)
    write_card(run)
    if not stopped:
        checkpoint.close()
        (run_dir / phases.HEAD_WEIGHTS).unlink(missing_ok=True)
    status.update(state="stopped" if stopped else "finished", phase="", now=True)
    return run


def _build(
    config: TrainingConfig,
    n_classes: int,
    initialisation: Initialisation,
    precision: str,
    strategy: Any,
) -> "keras.Model":
    """The network with its first weights, frozen up to where it is trained from."""
    import keras

    keras.utils.set_random_seed(config.seed)
    with strategy.scope() if strategy else nullcontext(), computing_in(precision):
        model = build_network(config.network, n_classes, config.image_size_px)
        load_initial_weights(model, get_network(config.network), initialisation)
        if config.pretrained:
            freeze_before(model, config.fine_tune_from)
    return model


def _learn(
    context: TrainingContext, model: "keras.Model", films: UInt8Array, strategy: Any
) -> bool:
    """Both phases; True where the training was stopped, with an epoch to keep."""
    config, status, stopped = context.config, context.status, False
    if config.head_epochs and not context.checkpoint.losses(phases.FINE_TUNING):
        status.update(now=True, phase="computing features", step=0)
        features = cache_features(model, films, batch_size=config.batch_size, progress=status.count)
        stopped = phases.train_head(context, model, features)
    if config.epochs and not stopped:
        stopped = phases.train_network(context, model, strategy)
    if not (context.run_dir / store.WEIGHTS).is_file():
        raise TrainingError(
            "The training was stopped before its first epoch had ended.",
            fix="Start it again; nothing of it can be used.",
        )
    return stopped


def _evaluate(
    manifest: Manifest, films: UInt8Array, checkpoint: Checkpoint, run_dir: Path, started: float
) -> None:
    """Predictions, maps and scores of the best epoch, computed as the finished run does."""
    run = store.open_run(run_dir)
    held_out = manifest.where(lambda record: record.split != "train")
    rows = [row for row, record in enumerate(manifest.records) if record.split != "train"]
    method, layer = map_shown(run)
    probabilities, maps = explain_films(
        load_model(run), films[rows], method=method, layer=layer or None
    )
    table = prediction_table(held_out, probabilities, run.classes).round(5)
    table.to_csv(run_dir / store.PREDICTIONS, index=False, float_format="%.5f")
    # Scored as they are kept: what is equal in five digits must not be ranked.
    predictions = run.predictions()
    tested = (predictions["split"] == "test") & ~predictions["id"].duplicated()
    places = np.flatnonzero(tested)
    kept = Manifest(tuple(held_out.records[place] for place in places), manifest.roots)
    lungs = lungs_of_all(kept, films[rows][places])
    write_maps(
        run_dir / store.TEST_MAPS,
        collect_films(
            run.classes,
            kept,
            probabilities[places],
            maps[places],
            lungs,
            method=method,
            layer=layer,
        ),
    )
    tests = predictions[predictions["split"] == "test"]
    scores = score_predictions(tests, run.classes, denied=denied_films(held_out.records))
    scores |= {
        "best_epoch": checkpoint.best_epoch,
        "minutes": round((time.monotonic() - started) / 60, 1),
    }
    write_json(run_dir / store.SCORES, scores)
