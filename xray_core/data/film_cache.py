"""Films decoded and resized once, kept on disk as one memory-mapped array.

From the second epoch on, a training reads its films from here at the speed of memory.
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.cached_arrays import Array, cache_path, cached_or_held
from xray_core.data.decoding.images import load_image, resize_image, to_uint8
from xray_core.data.records import Manifest, Record

BLOCK = 256
"""Films of a block that `kept_in_blocks` keeps."""

_WORKERS = 4


def cache_films(
    manifest: Manifest,
    image_size_px: int,
    *,
    cache_dir: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> UInt8Array:
    """Decode, resize and keep all films of a manifest.

    Args:
        manifest: usable records only; row i of the array is `manifest.records[i]`.
        image_size_px: side of the square film.
        cache_dir: where arrays lie; None takes the settings.
        progress: called with (films done, films in all).

    Returns:
        uint8 (films, size, size), memory-mapped read-only. The same films in the same order
        and size are read from disk at once, whatever folder they lie in.

        Where nothing can be written there and they take at most half a gigabyte: in memory.

    Raises:
        ImageReadError: a film changed since the scan and cannot be read any more.
        OSError: no room, or no right to write and too many films.
    """
    path = cache_path("films", _digest(manifest, image_size_px), cache_dir=cache_dir)
    shape = (len(manifest.records), image_size_px, image_size_px)
    return cached_or_held(path, shape, np.uint8, lambda films: _fill(films, manifest, progress))


def _fill(
    films: UInt8Array, manifest: Manifest, progress: Callable[[int, int], None] | None
) -> None:
    size, total = films.shape[1], len(films)

    def read(record: Record) -> UInt8Array:
        film = load_image(manifest.path_of(record))
        return to_uint8(resize_image(film.pixels, size))

    with ThreadPoolExecutor(_WORKERS) as pool:
        for row, film in enumerate(pool.map(read, manifest.records)):
            films[row] = film
            if progress:
                progress(row + 1, total)


def as_batch(films: UInt8Array) -> Float32Array:
    """What a network takes: uint8 (n, h, w) -> float32 (n, h, w, 1) in [0, 1]."""
    return (films.astype(np.float32) / np.float32(255))[..., None]


def digest_films(kind: str, films: UInt8Array) -> "hashlib._Hash":
    """A digest of films and of what is computed from them, to name what is kept of it."""
    digest = hashlib.sha256(f"{kind} {films.shape}".encode())
    for start in range(0, len(films), 256):
        digest.update(films[start : start + 256].tobytes())
    return digest


def kept_in_blocks(
    kind: tuple[str, str],
    films: UInt8Array,
    row: tuple[tuple[int, ...], DTypeLike],
    ask: Callable[[UInt8Array], Array],
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[slice, Array]]:
    """What is computed of films, block by block, kept among the caches.

    Work that was stopped resumes with the block at which it was.

    Args:
        kind: name of the folder among the caches, and all else that the result depends on.
        films: uint8 (n, h, w).
        row: shape and type of what is computed of a film.
        ask: films of a block -> (films of the block, *shape).
        progress: called with (films done, films in all).

    Yields:
        Place of the block among the films, and what was computed of it, read-only.
    """
    shape, dtype = row
    for start in range(0, len(films), BLOCK):
        place = slice(start, min(start + BLOCK, len(films)))
        part = films[place]

        def fill(block: Array, part: UInt8Array = part) -> None:
            block[:] = ask(part)

        path = cache_path(kind[0], digest_films(kind[1], part))
        yield place, cached_or_held(path, (len(part), *shape), dtype, fill)
        if progress:
            progress(place.stop, len(films))


def _digest(manifest: Manifest, image_size_px: int) -> "hashlib._Hash":
    digest = hashlib.sha256(f"films 2 {image_size_px}".encode())
    for record in manifest.records:
        digest.update((record.sha256 or record.id).encode())
    return digest
