"""Small films for the tests of the data modules."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

WriteFilm = Callable[..., Path]


@pytest.fixture
def write_film() -> WriteFilm:
    """Write an 8-bit film of soft noise; the same seed is the same picture."""

    def write(path: Path, seed: int = 0, *, size_px: int = 64) -> Path:
        noise = np.random.default_rng(seed).integers(0, 256, (20, 20), dtype=np.uint8)
        image = Image.fromarray(noise).resize((size_px, size_px), Image.Resampling.BICUBIC)
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)
        return path

    return write
