"""Films of any size as a network takes them."""

from collections.abc import Sequence

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.data.decoding.images import Film, resize_image

AnyFilm = Film | Float32Array
"""A film as `read_film` gives it, or float32 (height, width) in [0, 1], bone bright."""


def several(films: AnyFilm | Sequence[AnyFilm]) -> tuple[bool, Sequence[AnyFilm]]:
    """Whether it is one film, and the films as a sequence."""
    if isinstance(films, Film) or (isinstance(films, np.ndarray) and films.ndim == 2):
        return True, [films]
    return False, films  # type: ignore[return-value]


def batch_of(films: Sequence[AnyFilm], size_px: int) -> Float32Array:
    """Films squeezed to squares: float32 (film, size, size, 1) in [0, 1]."""
    squeezed = [
        resize_image(item.pixels if isinstance(item, Film) else item, size_px) for item in films
    ]
    return np.array(squeezed, np.float32).reshape(-1, size_px, size_px, 1)
