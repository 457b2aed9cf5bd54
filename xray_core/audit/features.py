"""Frozen features of films: what the network that finds lungs sees, and coarse form.

That network has never met a diagnosis, so nothing of the labels is in them.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.audit.local_features import FILM_PX
from xray_core.cached_arrays import cache_path, cached_array
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.records import Manifest
from xray_core.lungs.finder import load_network
from xray_core.lungs.unet import FILM_PX as LUNGS_PX

FIELDS = 4
"""Features are means over so many fields a side."""

_AT_ONCE = 16


def film_features(
    manifest: Manifest, progress: Callable[[int, int], None] | None = None
) -> Float32Array:
    """Features of films, kept among the caches.

    Args:
        manifest: films that can be read.
        progress: called with (films done, films in all).

    Returns:
        float32 (films, numbers), memory-mapped read-only.

    Raises:
        WeightsError: the network that finds lungs is missing or damaged.
        ImageReadError: a film changed since the scan and cannot be read any more.
    """
    films = cache_films(manifest, FILM_PX)
    encoder = _encoder()
    n_numbers = FIELDS * FIELDS * int(encoder.output.shape[-1])

    def fill(features: Float32Array) -> None:
        for start in range(0, len(films), _AT_ONCE):
            part = _features(encoder, films[start : start + _AT_ONCE])
            features[start : start + len(part)] = part
            if progress:
                progress(start + len(part), len(films))

    digest = hashlib.sha256(b"audit 1")
    for weights in encoder.get_weights():
        digest.update(weights.tobytes())
    for record in manifest.records:
        digest.update((record.sha256 or record.id).encode())
    shape = (len(films), n_numbers)
    return cached_array(cache_path("audit", digest), shape, np.float32, fill)


def _features(encoder: Any, films: UInt8Array) -> Float32Array:
    size = (LUNGS_PX, LUNGS_PX)
    small = np.stack([cv2.resize(film, size, interpolation=cv2.INTER_AREA) for film in films])
    maps = np.asarray(encoder(as_batch(small), training=False))
    n_films, side, _, channels = maps.shape
    field = side // FIELDS
    means = maps.reshape(n_films, FIELDS, field, FIELDS, field, channels).mean(axis=(2, 4))
    return np.asarray(means.reshape(n_films, -1), np.float32)


@lru_cache(maxsize=1)
def _encoder() -> Any:
    """The network up to its coarsest maps."""
    import keras

    network = load_network()
    maps = [layer for layer in network.layers if len(layer.output.shape) == 4]
    least = min(int(layer.output.shape[1]) for layer in maps)
    last = [layer for layer in maps if int(layer.output.shape[1]) == least][-1]
    return keras.Model(network.input, last.output)
