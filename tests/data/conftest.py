"""Small films and records for the tests of the data modules."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.drawn_records import film, films, manifest
from xray_core.data.records import Manifest

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


@pytest.fixture
def mixed() -> Manifest:
    """Two classes, two sources, patients with one to four films, some in both classes."""
    records = films(100, "normal", source="a") + films(40, "normal", source="b")
    records = [
        replace(r, id=f"{r.id}-{r.source}", sha256=f"{r.sha256}-{r.source}") for r in records
    ]
    for number in range(60):
        records.append(film(number, "viral", f"p{number // 3}", source="c"))
        records.append(film(number, "bacterial", f"p{number // 4}", source="c"))
    return manifest(records)
