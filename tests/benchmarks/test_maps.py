"""That every film is explained, the file is the one that pages read, and pictures come from it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.benchmarks import maps
from xray_core.benchmarks.maps import bench_maps
from xray_core.explain.explained import explain_films
from xray_core.explain.overlay import overlay
from xray_core.explain.stored import read_maps, write_maps


@pytest.fixture
def explained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many films were explained, call by call."""
    calls: list[int] = []

    def explain(model: Any, films: Any) -> Any:
        calls.append(len(films))
        return explain_films(model, films)

    monkeypatch.setattr(maps, "explain_films", explain)
    return calls


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """Shapes of the films that maps were laid over."""
    shapes: list[tuple[int, ...]] = []

    def lay(film: Any, attribution: Any) -> Any:
        shapes.append(film.shape)
        assert not attribution.is_flat
        return overlay(film, attribution)

    monkeypatch.setattr(maps, "overlay", lay)
    return shapes


@pytest.mark.usefixtures("plain_networks")
def test_maps_of_every_film_are_computed_kept_and_drawn(
    explained: list[int],
    drawn: list[tuple[int, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = []

    def write(path: Path, stored: Any) -> None:
        write_maps(path, stored)
        kept.append((path.stat().st_size, read_maps(path, stored.classes)))

    monkeypatch.setattr(maps, "write_maps", write)
    (row,) = bench_maps(None, ["small_cnn"], 5)
    assert (row["network"], row["image_size_px"], row["films"]) == ("small_cnn", 160, 5)
    assert explained == [5, 5, 5]  # to warm up, on the clock, to be kept
    assert row["throughput_ratio"] == pytest.approx(
        row["films_per_second"] / row["forward_films_per_second"], rel=0.05, abs=0.01
    )
    ((size, stored),) = kept
    assert stored is not None
    assert (stored.evidence.dtype, stored.evidence.shape) == (
        np.dtype(np.float16),
        (5, 4, 16, 16),
    )
    assert stored.has_lungs.any()
    assert row["megabytes_per_1000"] == pytest.approx(size / 5 / 1000, abs=0.001)
    cells = 4 * 16 * 16 / 1000
    assert cells < row["unpacked_megabytes_per_1000"] < 2 * cells, "the rest is lungs and names"
    assert drawn == [(96, 96)] * 16 + [(160, 160)] * 6
    assert row["gallery_seconds"] > 0
    assert row["overlay_again_milliseconds"] > 0


@pytest.mark.usefixtures("plain_networks")
def test_films_of_a_folder_are_measured_as_far_as_they_go(
    films_dir: Path, explained: list[int]
) -> None:
    rows = bench_maps(films_dir, ["resnet50"], 3)
    assert [(row["network"], row["films"]) for row in rows] == [("resnet50", 3)]
    assert explained == [3, 3, 3]
