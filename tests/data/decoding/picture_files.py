"""Picture files as tests need them, from one set of levels."""

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def draw_levels() -> NDArray[np.uint8]:
    """Grey levels (60, 48): a ramp to the right, a bright square at the upper left."""
    levels = np.tile(np.arange(48, dtype=np.uint8) * 4, (60, 1))
    levels[5:15, 5:15] = 255
    return levels


LEVELS = draw_levels()


def encode(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png_of(levels: NDArray[Any]) -> bytes:
    return encode(Image.fromarray(levels))
