"""Attention as it forms: Grad-CAM of a few fixed validation films after every epoch."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import Float16Array, Float32Array, Int64Array, UInt8Array
from xray_core.data.film_cache import as_batch
from xray_core.data.records import Record, film_code
from xray_core.evaluation.predict import softmax
from xray_core.explain.epochs import read_epochs
from xray_core.explain.grad_cam import grad_cam_maps
from xray_core.files import replacing
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import get_network
from xray_core.runs.store import EPOCH_MAPS

if TYPE_CHECKING:
    import keras

FILMS_A_CLASS = 6


class EpochMaps:
    """Keeps the maps of all classes for some validation films, epoch by epoch.

    `explanations/epochs.npz` holds `film_ids` and `labels` (film), `epochs` (epoch), `maps` float16
    (epoch, film, class, height, width) in logit units, and `probabilities` float16 (epoch, film,
    class).

    Args:
        run_dir: the run folder.
        records: all films of the training.
        films: uint8 (films, size, size), row i is `records[i]`.
        seed: of the choice of films.
        epoch: epochs that are done; maps of later ones are forgotten.
    """

    def __init__(
        self,
        run_dir: Path,
        records: tuple[Record, ...],
        films: UInt8Array,
        *,
        seed: int,
        epoch: int = 0,
    ) -> None:
        self._path = run_dir / EPOCH_MAPS
        rows = choose_films(records, seed)
        self._films = as_batch(films[rows])
        self._facts = {
            "film_ids": np.array([film_code(records[row]) for row in rows]),
            "labels": np.array([records[row].label for row in rows]),
        }
        self._epochs: list[int] = []
        self._maps: list[Float16Array] = []
        self._probabilities: list[Float16Array] = []
        if epoch and self._path.is_file():
            self._read(epoch)

    def features(self, model: "keras.Model") -> Float32Array:
        """Feature maps (film, height, width, channel) of the layer that is explained."""
        forward = compile_forward(model, get_network(model.name).target_layer)
        return np.concatenate(
            [forward(self._films[start : start + 8])[1] for start in range(0, len(self._films), 8)]
        )

    def add(
        self, epoch: int, features: Float32Array, kernel: Float32Array, bias: Float32Array
    ) -> None:
        """Keep the maps after an epoch.

        Args:
            epoch: from 1, over all phases.
            features: as `features` returns.
            kernel, bias: (channel, class) and (class,) of the head.
        """
        logits = features.mean(axis=(1, 2)) @ kernel + bias
        self._epochs.append(epoch)
        self._maps.append(grad_cam_maps(features, kernel).astype(np.float16))
        self._probabilities.append(softmax(logits).astype(np.float16))
        self._path.parent.mkdir(exist_ok=True)
        with replacing(self._path) as part:
            np.savez_compressed(
                part,
                epochs=np.array(self._epochs),
                maps=np.stack(self._maps),
                probabilities=np.stack(self._probabilities),
                **self._facts,  # type: ignore[arg-type]
            )

    def _read(self, epoch: int) -> None:
        record = read_epochs(self._path)
        for row, number in enumerate(record.epochs if record else ()):
            if record and number <= epoch:
                self._epochs.append(number)
                self._maps.append(record.maps[row])
                self._probabilities.append(record.probabilities[row])


def choose_films(records: tuple[Record, ...], seed: int) -> Int64Array:
    """Rows of up to six validation films of each class, the same for the same films and seed."""
    labels = np.array([record.label if record.split == "val" else "" for record in records])
    rng = np.random.default_rng((seed, 2))
    chosen = [
        rng.permutation(np.flatnonzero(labels == label))[:FILMS_A_CLASS]
        for label in sorted({*labels} - {""})
    ]
    return np.sort(np.concatenate(chosen))
