"""The gate's network: one small pass that says what a picture shows and how it lies."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import cv2
import numpy as np

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.film_cache import as_batch
from xray_core.errors import WeightsError
from xray_core.evaluation.predict import softmax
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import load_once
from xray_core.settings import get_settings

if TYPE_CHECKING:
    import keras

NETWORK = "gate"
WEIGHTS = "weights.npz"
TYPICAL = "typical.npz"
FILM_PX = 96
SHOWS = ("frontal", "lateral", "limb", "slice", "picture", "page", "noise")
"""What a picture may show: the first columns of the logits."""

TURNS = (0, 90, 180, 270)
"""Degrees to turn it clockwise until it stands upright: the next columns."""

YES_OR_NO = ("mirrored", "inverted", "cut", "photographed")
"""The last columns, each on its own."""

N_LOGITS = len(SHOWS) + len(TURNS) + len(YES_OR_NO)


@dataclass(frozen=True)
class Seen:
    """What the network makes of one film, as probabilities.

    Attributes:
        shows: by name of `SHOWS`; they sum to 1.
        turn: by degrees of `TURNS`; they sum to 1.
        share: by name of `YES_OR_NO`, each in [0, 1].
        distance: from upright frontal training films, in standard deviations of all logits
            together (Mahalanobis); None where the gate has no record of them.
    """

    shows: dict[str, float]
    turn: dict[int, float]
    share: dict[str, float]
    distance: float | None = None


def build_gate_network() -> "keras.Model":
    """Build the network with random weights.

    Returns:
        Flat functional `keras.Model`: float32 (batch, 96, 96, 1) in [0, 1] -> logits (batch, 15).
    """
    import keras

    layers = keras.layers
    film = keras.Input((FILM_PX, FILM_PX, 1), name="film")
    x = layers.LayerNormalization(
        axis=(1, 2, 3), center=False, scale=False, epsilon=1e-4, name="standardise"
    )(film)
    for number, (width, stride) in enumerate(
        ((16, 2), (24, 2), (48, 2), (48, 1), (96, 2), (96, 1)), start=1
    ):
        x = layers.Conv2D(
            width, 3, strides=stride, padding="same", use_bias=False, name=f"conv{number}"
        )(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"norm{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
    x = layers.AveragePooling2D(2, name="coarse")(x)
    x = layers.Flatten(name="places")(x)
    x = layers.Dropout(0.2, name="drop")(x)
    x = layers.Dense(64, activation="relu", name="seen")(x)
    return keras.Model(film, layers.Dense(N_LOGITS, name="logits")(x), name=NETWORK)


def shrink(film: UInt8Array) -> UInt8Array:
    """A film of any size, uint8 (height, width), as the network takes it: (96, 96)."""
    return np.asarray(cv2.resize(film, (FILM_PX, FILM_PX), interpolation=cv2.INTER_AREA))


def look(films: UInt8Array, folder: Path | None = None) -> list[Seen]:
    """What the network makes of films.

    Args:
        films: uint8 (n, 96, 96).
        folder: what `fit_gate` wrote; None takes the shipped one.

    Raises:
        WeightsError: the weights are missing or damaged.
    """
    logits = logits_of(films, folder)
    distances = _distances(logits, (folder or shipped_gate()) / TYPICAL)
    return [_seen(row, distance) for row, distance in zip(logits, distances, strict=True)]


def logits_of(films: UInt8Array, folder: Path | None = None) -> Float32Array:
    """Logits, float32 (n, 15), of films as `look` takes them.

    Raises:
        WeightsError: the weights are missing or damaged.
    """
    forward = compile_forward(load_gate_network(folder))
    starts = range(0, len(films), 64)
    parts = [forward(as_batch(films[start : start + 64]))[0] for start in starts]
    return np.concatenate(parts) if parts else np.empty((0, N_LOGITS), np.float32)


def write_typical(films: UInt8Array, folder: Path) -> None:
    """Keep where the logits of upright frontal films lie, in `typical.npz`.

    Lee et al. 2018, https://arxiv.org/abs/1807.03888, with one class and the last layer.

    Args:
        films: uint8 (n, 96, 96), upright training films.
        folder: of the weights.

    Raises:
        WeightsError: the weights are missing or damaged.
    """
    logits = logits_of(films, folder).astype(np.float64)
    spread = np.cov(logits.T)
    spread += 1e-3 * np.trace(spread) / len(spread) * np.eye(len(spread))
    mean, inverse = logits.mean(axis=0), np.linalg.inv(spread)
    np.savez(folder / TYPICAL, mean=np.float32(mean), inverse=np.float32(inverse))


def load_gate_network(folder: Path | None = None) -> "keras.Model":
    """The network, read once.

    Args:
        folder: what `fit_gate` wrote; None takes the shipped one.

    Raises:
        WeightsError: the weights are missing or damaged.
    """
    return load_once(build_gate_network, (folder or shipped_gate()) / WEIGHTS)


def shipped_gate() -> Path:
    """The folder of the gate that comes with the repository."""
    return get_settings().shipped_dir / NETWORK


def _distances(logits: Float32Array, path: Path) -> list[float | None]:
    if not path.is_file():
        return [None] * len(logits)
    try:
        with np.load(path, allow_pickle=False) as file:
            mean, inverse = file["mean"].astype(np.float64), file["inverse"].astype(np.float64)
        away = logits - mean
        squares = np.einsum("ij,jk,ik->i", away, inverse, away)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise WeightsError(
            "The gate's record of typical films is damaged.",
            where=path.name,
            fix="Fetch the file again, or refit with gate-fit.",
        ) from error
    return [float(value) for value in np.sqrt(np.maximum(squares, 0))]


def _seen(logits: Float32Array, distance: float | None) -> Seen:
    first, second = len(SHOWS), len(SHOWS) + len(TURNS)
    yes = 1 / (1 + np.exp(-logits[second:].astype(np.float64)))
    return Seen(
        dict(zip(SHOWS, softmax(logits[:first]).tolist(), strict=True)),
        dict(zip(TURNS, softmax(logits[first:second]).tolist(), strict=True)),
        dict(zip(YES_OR_NO, yes.tolist(), strict=True)),
        distance,
    )
