"""From a run folder to a network that can predict."""

import functools
import hashlib
import json
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from xray_core.errors import ClassIndexError, WeightsError
from xray_core.networks.foreign.adapt import adapt_network
from xray_core.networks.foreign.model import load_own_model
from xray_core.networks.registry import build_network, load_weights
from xray_core.runs.store import Run

if TYPE_CHECKING:
    import keras

_one_at_a_time = threading.Lock()
"""Keras is imported, and its layers get their names, by one thread at a time: two visitors who open
the first two networks of a process at once must not meet in a half-imported library."""


def load_model(run: Run, *, calibrated: bool = True) -> "keras.Model":
    """Build the run's network and fill it with its weights, or adapt a custom model.

    Args:
        run: with weights.
        calibrated: with the run's calibration, where it has one, in its head.

    Returns:
        `keras.Model`, not compiled; read it, never change it: all sessions share one copy.

    Raises:
        WeightsError: the weights are missing, as in the first epoch, or do not fit; or the file of
            a custom model is damaged or holds code.
        UnknownNetworkError: the run was trained with a network that this version lacks.
        NetworkError: a custom model cannot be explained.
        RunError: the calibration is damaged.
    """
    if not run.weights_path.is_file():
        raise WeightsError(
            "The run has no weights.",
            where=run.id,
            fix="Wait until its first epoch has ended, or train again.",
        )
    with _one_at_a_time:
        return _load_own(run) if run.is_own else _load_ours(run, calibrated=calibrated)


def _load_ours(run: Run, *, calibrated: bool) -> "keras.Model":
    model = build_network(run.network, len(run.classes), run.image_size_px)
    load_weights(model, run.weights_path)
    if calibrated and (calibration := run.calibration()):
        calibration.put_into(model)
    model.trainable = False
    return model


def _load_own(run: Run) -> "keras.Model":
    adapted = adapt_network(
        load_own_model(run.weights_path),
        image_size_px=run.image_size_px,
        scale=run.config.scale,
        layer=run.config.target_layer,
    )
    require_classes(adapted.n_classes, run.classes, run.id)
    adapted.model.trainable = False
    return adapted.model


def require_classes(n_classes: int, classes: tuple[str, ...], where: str) -> None:
    """Raise `ClassIndexError` where the number of classes differs from the number of names."""
    if n_classes != len(classes):
        raise ClassIndexError(
            f"The network has {n_classes} classes, not {len(classes)}.",
            where=where,
            fix="Name every class, in the order of the network's outputs.",
        )


def weights_hash(run: Run) -> str:
    """The SHA-256 of a run's weights in hex, read once as long as they stay; "" without weights."""
    path = run.weights_path
    return _hash_of(path, path.stat().st_mtime_ns) if path.is_file() else ""


def answers_hash(run: Run) -> str:
    """What the probabilities of a run depend on besides the film, in short.

    Weights and calibration; of a custom model, how it was registered.

    Raises:
        RunError: the calibration is damaged.
    """
    if run.is_own:
        return f"{weights_hash(run)} {json.dumps(run.config.content, sort_keys=True)}"
    calibration = run.calibration()
    return f"{weights_hash(run)} {json.dumps(asdict(calibration)) if calibration else ''}"


@functools.lru_cache(maxsize=64)
def _hash_of(path: Path, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
