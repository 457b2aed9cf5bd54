"""Arrays that are made once and kept on disk, named by all that they depend on."""

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from xray_core.files import UNWRITABLE, replacing, require_room
from xray_core.settings import get_settings

Array = NDArray[Any]

MOST_IN_MEMORY = 512 * 2**20
"""Bytes of an array that is held in memory where nothing can be written."""

_NAME_DIGITS = 24
_log = logging.getLogger(__name__)


_folder: ContextVar[Path | None] = ContextVar("_folder", default=None)


class Digest(Protocol):
    """What `hashlib` computes."""

    def hexdigest(self) -> str:
        """As hexadecimal digits."""


@contextmanager
def keeping_arrays_in(folder: Path) -> Iterator[None]:
    """Inside, in this thread alone, arrays are kept there and not among the caches on disk.

    For films that belong to one visitor: what is computed of them goes with the folder.
    """
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def cache_path(
    kind: str, digest: Digest, *, suffix: str = ".npy", cache_dir: Path | None = None
) -> Path:
    """Where an array is kept.

    Args:
        kind: name of its folder among the caches.
        digest: of all that the array depends on.
        suffix: ending of the file.
        cache_dir: the folder itself; None takes that of `keeping_arrays_in`, else the settings.
    """
    folder = cache_dir or (_folder.get() or get_settings().cache_dir) / kind
    return folder / f"{digest.hexdigest()[:_NAME_DIGITS]}{suffix}"


def read_array(path: Path, shape: tuple[int, ...], dtype: DTypeLike) -> Array | None:
    """The array that is kept, memory-mapped read-only.

    Returns:
        None where there is no such file, or one that is damaged or of another shape or type: it
        counts as not there.
    """
    try:
        found: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EOFError, SyntaxError) as error:  # what a damaged header leads to
        _log.warning("%s is damaged (%s) and made again.", path.name, type(error).__name__)
        return None
    if not isinstance(found, np.ndarray) or found.shape != shape or found.dtype != dtype:
        _log.warning("%s is not what it should be and made again.", path.name)
        return None
    return found


def cached_array(
    path: Path, shape: tuple[int, ...], dtype: DTypeLike, fill: Callable[[Array], None]
) -> Array:
    """An array from disk, where it is made if it is not there yet.

    Args:
        path: as `cache_path` gives it.
        shape: of the array.
        dtype: of the array.
        fill: writes every value of the array that it is given; called only where it is not there.
            It must not keep that array.

    Returns:
        Memory-mapped read-only. Readers never see half of it.

    Raises:
        OSError: no room, or no right to write; nothing is left behind.
    """
    found = read_array(path, shape, dtype)
    if found is not None:
        return found
    path.parent.mkdir(parents=True, exist_ok=True)
    require_room(path.parent, math.prod(shape) * np.dtype(dtype).itemsize)
    with replacing(path) as part:
        array = np.lib.format.open_memmap(part, mode="w+", dtype=np.dtype(dtype), shape=shape)
        fill(array)
        array.flush()
        del array
    return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]


def cached_or_held(
    path: Path, shape: tuple[int, ...], dtype: DTypeLike, fill: Callable[[Array], None]
) -> Array:
    """As `cached_array`; where nothing can be written, in memory.

    Returns:
        Read-only.

    Raises:
        OSError: no room, or no right to write and more than `MOST_IN_MEMORY`.
    """
    try:
        return cached_array(path, shape, dtype, fill)
    except OSError as error:
        n_bytes = math.prod(shape) * np.dtype(dtype).itemsize
        if error.errno not in UNWRITABLE or n_bytes > MOST_IN_MEMORY:
            raise
    _log.warning("%s are held in memory: nothing can be written there.", path.parent.name)
    held: Array = np.empty(shape, dtype)
    fill(held)
    held.flags.writeable = False
    return held
