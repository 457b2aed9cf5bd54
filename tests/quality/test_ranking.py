import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from xray_core.quality.localisation import THRESHOLDS
from xray_core.quality.ranking import GRID_PX, NAMES, grid_map, grid_mask, rank_maps

FLAT = np.zeros((1, 2, 2), np.float32)
TRUTH = np.array([[True, True], [False, False]])


def measured(values: list[list[float]], name: str) -> float:
    return float(rank_maps(np.array([values], np.float32), TRUTH).values[0, NAMES.index(name)])


def test_a_map_by_hand() -> None:
    values = [[4.0, 1.0], [2.0, 1.0]]
    assert measured(values, "hit_rate") == 1
    assert measured(values, "inside") == pytest.approx(5 / 8)
    assert measured(values, "inside_ratio") == pytest.approx(5 / 4)
    assert measured(values, "auprc") == pytest.approx((1 + 2 / 4) / 2), "the two ones are a tie"
    overlaps = rank_maps(np.array([values], np.float32), TRUTH).overlaps[0]
    assert overlaps[THRESHOLDS.tolist().index(0.25)] == pytest.approx(2 / 4)
    assert overlaps[THRESHOLDS.tolist().index(0.5)] == pytest.approx(1 / 3)
    assert overlaps[THRESHOLDS.tolist().index(0.75)] == pytest.approx(1 / 2)


def test_a_shared_peak_counts_by_its_share() -> None:
    assert measured([[3, 0], [3, 3]], "hit_rate") == pytest.approx(1 / 3)


def test_a_flat_map_misses_and_has_the_precision_of_chance() -> None:
    found = dict(zip(NAMES, rank_maps(FLAT, TRUTH).values[0].tolist(), strict=True))
    assert (found["hit_rate"], found["inside"], found["inside_ratio"]) == (0, 0, 0)
    assert (found["auprc"], found["flat"]) == (0.5, 1)
    assert np.isnan(found["lungs"])


def test_precision_and_overlap_are_those_of_the_slow_way() -> None:
    random = np.random.default_rng(0)
    maps = (random.integers(0, 9, (5, 12, 12)) / 8).astype(np.float32)
    truth: NDArray[np.bool_] = random.random((12, 12)) < 0.2
    lungs: NDArray[np.bool_] = random.random((12, 12)) < 0.5
    found = rank_maps(maps, truth, lungs)
    for row, values in enumerate(maps):
        wanted = average_precision_score(truth.ravel(), values.ravel())
        assert found.values[row, 3] == pytest.approx(wanted)
        assert found.values[row, 4] == pytest.approx(values[lungs].sum() / values.sum())
        marked = values >= (THRESHOLDS * values.max())[:, None, None]
        both, either = (marked & truth).sum(axis=(1, 2)), (marked | truth).sum(axis=(1, 2))
        np.testing.assert_allclose(found.overlaps[row], both / either)


def test_maps_and_masks_of_any_size_come_on_one_grid() -> None:
    values = np.array([[-1.0, 2.0], [0.0, 0.0]], np.float32)
    small = grid_map(values)
    assert small.shape == (GRID_PX, GRID_PX)
    assert small.min() == 0
    assert small.argmax() % GRID_PX > GRID_PX / 2
    mask = np.zeros((128, 256), bool)
    mask[:64, :128] = True
    assert grid_mask(mask).mean() == 0.25
