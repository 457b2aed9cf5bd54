from pathlib import Path

import numpy as np
import pytest

from xray_core.benchmarks import fillings
from xray_core.benchmarks.fillings import BOX_SIDE, bench_fillings, zone_boxes
from xray_core.data.phantom import make_phantom
from xray_core.errors import DatasetError
from xray_core.explain.fillings import FILLINGS
from xray_core.runs.store import Run

PHANTOM = make_phantom("normal", 3, size_px=128)


def test_a_box_lies_in_each_lung_zone() -> None:
    boxes = zone_boxes(PHANTOM.lungs)
    assert len(boxes) == 6
    for (left, top), _, (right, bottom), _ in boxes:
        assert (right - left, bottom - top) == pytest.approx((BOX_SIDE, BOX_SIDE))
        x, y = (int(128 * (low + high) / 2) for low, high in ((left, right), (top, bottom)))
        assert PHANTOM.lungs[y - 8 : y + 8, x - 8 : x + 8].any()


def test_each_filling_gets_a_row_of_films_that_the_model_calls_normal(
    monkeypatch: pytest.MonkeyPatch, tiny_run: Run
) -> None:
    films = [(PHANTOM.image, PHANTOM.lungs)] * 2
    before = np.array([[0.9, 0.1], [0.4, 0.6]], np.float32)  # the second is not called normal
    after = np.tile(before[:, None, None], (1, 6, len(FILLINGS), 1))
    after[0, 0, 0] = [0.3, 0.7]
    monkeypatch.setattr(fillings, "_healthy_films", lambda *_: films)
    monkeypatch.setattr(fillings, "_answers", lambda *_: (before, after))
    monkeypatch.setattr(fillings, "open_run", lambda _: tiny_run)
    first, *others = bench_fillings(Path("any"), ["small_cnn"], 2)
    assert (first["films"], first["boxes"]) == (1, 6)
    assert first["mean_shift"] == pytest.approx(0.1)
    assert first["largest_fall"] == pytest.approx(0.6)
    assert first["turned"] == pytest.approx(1 / 6, abs=1e-4)
    assert [row["filling"] for row in (first, *others)] == list(FILLINGS)
    assert all(row["mean_shift"] == row["turned"] == 0 for row in others)


def test_films_without_any_normal_one_measure_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fillings, "find_lungs", lambda _: None)
    from xray_core.data.phantom import write_phantoms

    with pytest.raises(DatasetError, match="No film labelled normal"):
        bench_fillings(write_phantoms(tmp_path, 4), ["small_cnn"], 2)
