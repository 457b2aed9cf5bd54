"""That lungs are looked for on every film, in the size that was promised."""

from pathlib import Path
from typing import Any

import pytest

from xray_core.benchmarks import lungs
from xray_core.benchmarks.lungs import bench_lungs


def test_lungs_of_synthetic_films_are_found_on_the_clock() -> None:
    (row,) = bench_lungs()
    assert (row["films"], row["film_px"]) == (3, 192)
    assert row["found"] >= 2
    assert row["milliseconds"] > 0
    assert row["forward_ratio"] == pytest.approx(
        row["milliseconds"] / row["forward_milliseconds"], rel=0.05
    )


def test_films_of_a_folder_are_brought_to_size(
    films_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = []

    def find(film: Any) -> None:
        shapes.append(film.shape)

    monkeypatch.setattr(lungs, "find_lungs", find)
    (row,) = bench_lungs(films_dir)
    assert (row["films"], row["found"]) == (3, 0)
    assert set(shapes) == {(192, 192)}
