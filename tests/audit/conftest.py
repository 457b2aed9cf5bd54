"""Drawn films, and a data set with a planted copy of each kind."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xray_core.arrays import UInt8Array
from xray_core.data.decoding.images import to_uint8
from xray_core.data.labels import KNOWN_CLASSES
from xray_core.data.phantom import make_phantom

FILM_PX = 160


@pytest.fixture(scope="session")
def drawn() -> UInt8Array:
    """Twelve films, uint8 (12, 160, 160)."""
    films = [
        to_uint8(make_phantom(KNOWN_CLASSES[seed % 4], seed, size_px=FILM_PX).image)
        for seed in range(12)
    ]
    return np.stack(films)


@pytest.fixture
def write_set(tmp_path: Path) -> Callable[[dict[str, UInt8Array]], Path]:
    """Writes films, by path, into one folder."""

    def write(films: dict[str, UInt8Array]) -> Path:
        folder = tmp_path / "set"
        for name, film in films.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.ascontiguousarray(film)).save(path)
        return folder

    return write
