"""What a frozen backbone makes of every film, computed once and kept on disk.

The head is then trained on these numbers: twenty epochs cost little more than one pass.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import Float16Array, UInt8Array
from xray_core.cached_arrays import Digest, cache_path, cached_array
from xray_core.data.film_cache import as_batch, digest_films
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import get_network

if TYPE_CHECKING:
    import keras


def cache_features(
    model: "keras.Model",
    films: UInt8Array,
    *,
    batch_size: int = 32,
    cache_dir: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Float16Array:
    """The input of the head for every film.

    Args:
        model: network of the registry; what stands before its dropout and head is used.
        films: uint8 (films, size, size), as `cache_films` returns.
        batch_size: films per step.
        cache_dir: folder of the arrays; None takes the settings.
        progress: called with (films done, films in all).

    Returns:
        float16 (films, channel), memory-mapped read-only: the average of each feature map. The
        same films and weights are read from disk at once.
    """
    forward = compile_forward(model, get_network(model.name).target_layer)

    def fill(features: Float16Array) -> None:
        for start in range(0, len(films), batch_size):
            stop = min(start + batch_size, len(films))
            features[start:stop] = forward(as_batch(films[start:stop]))[1].mean(axis=(1, 2))
            if progress:
                progress(stop, len(films))

    path = cache_path("features", _digest(model, films), cache_dir=cache_dir)
    n_channels = int(model.get_layer("average").output.shape[-1])
    return cached_array(path, (len(films), n_channels), np.float16, fill)


def _digest(model: "keras.Model", films: UInt8Array) -> Digest:
    """Of the films, the weights before the head, and how exactly it computes."""
    precision = model.get_layer(get_network(model.name).target_layer).compute_dtype
    digest = digest_films(f"features 2 {model.name} {precision}", films)
    for variable in model.weights[:-2]:
        digest.update(variable.numpy().tobytes())
    return digest
