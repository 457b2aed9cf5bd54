"""What a frozen backbone makes of every film, computed once and kept on disk.

The head is then trained on these numbers: twenty epochs cost little more than one pass.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from xray_core.arrays import Float16Array, UInt8Array
from xray_core.data.film_cache import as_batch, digest_films
from xray_core.files import replacing, require_room
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import get_network
from xray_core.settings import get_settings


def cache_features(
    model: Any,
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
    folder = cache_dir or get_settings().cache_dir / "features"
    path = folder / f"{_key(model, films)}.npy"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        average = model.get_layer("average")
        shape = (len(films), average.output.shape[-1])
        require_room(folder, 2 * shape[0] * shape[1])
        forward = compile_forward(model, get_network(model.name).target_layer)
        with replacing(path) as part:
            features = np.lib.format.open_memmap(part, mode="w+", dtype=np.float16, shape=shape)
            for start in range(0, len(films), batch_size):
                stop = min(start + batch_size, len(films))
                features[start:stop] = forward(as_batch(films[start:stop]))[1].mean(axis=(1, 2))
                if progress:
                    progress(stop, len(films))
            features.flush()
            del features
    return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]


def _key(model: Any, films: UInt8Array) -> str:
    """Of the films, the weights before the head, and how exactly it computes."""
    precision = model.get_layer(get_network(model.name).target_layer).compute_dtype
    digest = digest_films(f"features 2 {model.name} {precision}", films)
    for variable in model.weights[:-2]:
        digest.update(variable.numpy().tobytes())
    return digest.hexdigest()[:24]
