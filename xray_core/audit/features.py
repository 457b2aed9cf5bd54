"""Frozen features of films: what the network that finds lungs sees, and coarse form.

That network has never met a diagnosis, so nothing of the labels is in them.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.audit.local_features import FILM_PX
from xray_core.data.film_cache import as_batch, cache_films, kept_in_blocks
from xray_core.data.records import Manifest
from xray_core.lungs.finder import load_network
from xray_core.lungs.unet import FILM_PX as LUNGS_PX
from xray_core.networks.compiled import compile_forward
from xray_core.networks.folding import fold_normalisation

if TYPE_CHECKING:
    import keras

FIELDS = 4
"""Features are means over so many fields per side."""

_AT_ONCE = 16


def film_features(
    manifest: Manifest, progress: Callable[[int, int], None] | None = None
) -> Float32Array:
    """Features of films, kept among the caches.

    Args:
        manifest: films that can be read.
        progress: called with (films done, films in all).

    Returns:
        float32 (films, numbers).

    Raises:
        WeightsError: the network that finds lungs is missing or damaged.
        ImageReadError: a film changed since the scan and cannot be read any more.
    """
    films = cache_films(manifest, FILM_PX)
    encoder = _encoder()
    n_numbers = FIELDS * FIELDS * int(encoder.output.shape[-1])
    weights = hashlib.sha256(b"".join(part.tobytes() for part in encoder.get_weights()))
    kind = ("audit", f"features 2 {weights.hexdigest()}")

    def ask(part: UInt8Array) -> Float32Array:
        starts = range(0, len(part), _AT_ONCE)
        return np.concatenate([_features(encoder, part[at : at + _AT_ONCE]) for at in starts])

    found = np.empty((len(films), n_numbers), np.float32)
    row = ((n_numbers,), np.float32)
    for place, block in kept_in_blocks(kind, films, row, ask, progress):
        found[place] = block
    return found


def _features(encoder: "keras.Model", films: UInt8Array) -> Float32Array:
    size = (LUNGS_PX, LUNGS_PX)
    small = np.stack([cv2.resize(film, size, interpolation=cv2.INTER_AREA) for film in films])
    maps, _ = compile_forward(encoder)(as_batch(small))
    n_films, side, _, channels = maps.shape
    field = side // FIELDS
    means = maps.reshape(n_films, FIELDS, field, FIELDS, field, channels).mean(axis=(2, 4))
    return np.asarray(means.reshape(n_films, -1), np.float32)


@lru_cache(maxsize=1)
def _encoder() -> "keras.Model":
    """The network up to its coarsest maps."""
    import keras

    network = load_network()
    maps = [layer for layer in network.layers if len(layer.output.shape) == 4]
    least = min(int(layer.output.shape[1]) for layer in maps)
    last = [layer for layer in maps if int(layer.output.shape[1]) == least][-1]
    return fold_normalisation(keras.Model(network.input, last.output))
