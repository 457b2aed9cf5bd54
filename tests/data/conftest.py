"""Small films and records for the tests of the data modules."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.drawn_records import film, films, manifest
from xray_core.data.decoding.images import open_gray
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


@pytest.fixture
def folder(tmp_path: Path, write_film: WriteFilm) -> Path:
    """Six readable films of two classes."""
    films = tmp_path / "films"
    for number in range(3):
        write_film(films / f"covid/{number}.png", number)
        write_film(films / f"normal/{number}.png", 10 + number)
    return films


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the films that were decoded, in any order."""
    names: list[str] = []

    def spy(data: bytes, name: str) -> tuple[Image.Image, tuple[int, int]]:
        names.append(name)
        return open_gray(data, name)

    monkeypatch.setattr("xray_core.data.scan.open_gray", spy)
    return names
