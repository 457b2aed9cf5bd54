import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.data.phantom import make_phantom
from xray_core.quality.localisation import (
    GRID_PX,
    THRESHOLDS,
    average_precision,
    best_threshold,
    hit,
    overlaps,
)

Mask = NDArray[np.bool_]


def square(top: int, left: int, side: int = 32) -> Mask:
    mask = np.zeros((GRID_PX, GRID_PX), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def test_a_map_equal_to_the_truth_has_all_that_can_be_had() -> None:
    truth = make_phantom("covid", 3, size_px=GRID_PX).lesion
    values = truth.astype(np.float32)
    assert hit(values, truth) == 1
    assert average_precision(values, truth) == 1
    np.testing.assert_array_equal(overlaps(values, truth), 1)


def test_a_map_elsewhere_has_nothing() -> None:
    truth, values = square(0, 0), square(64, 64).astype(np.float32)
    assert hit(values, truth) == 0
    assert not overlaps(values, truth).any()
    assert average_precision(values, truth) == pytest.approx(truth.mean(), abs=0.01)


def test_a_flat_map_hits_as_often_as_chance() -> None:
    truth = square(10, 20)
    flat = np.zeros((4, 4), np.float32)
    assert hit(flat, truth) == pytest.approx(truth.mean())
    assert average_precision(flat, truth) == pytest.approx(truth.mean())
    assert not overlaps(flat, truth).any()


def test_overlap_of_two_squares_worked_out_by_hand() -> None:
    values = square(0, 16).astype(np.float32)  # half of it on the truth
    assert overlaps(values, square(0, 0)) == pytest.approx(np.full(len(THRESHOLDS), 1 / 3))


def test_the_best_threshold_is_one_for_all_films() -> None:
    truth = square(0, 0, 64)
    near = np.where(truth, 1.0, 0.4).astype(np.float32)  # right above 0.4
    far = np.where(truth, 1.0, 0.72).astype(np.float32)  # right above 0.72
    found = [overlaps(near, truth), overlaps(far, truth)]
    row = best_threshold(found)
    assert THRESHOLDS[row] == pytest.approx(0.75)
    assert [item[row] for item in found] == [1, 1]
    assert found[1][THRESHOLDS.tolist().index(0.5)] == pytest.approx(0.25)


def test_precision_over_four_quarters_by_hand() -> None:
    truth = square(0, 0, 64)  # the second of four quarters in the order of the map
    values = np.array([[0.8, 0.9], [0.1, 0.2]], np.float32).repeat(64, 0).repeat(64, 1)
    assert average_precision(values, truth) == pytest.approx(1 / 2)


def test_a_map_of_any_size_lies_over_the_whole_film() -> None:
    values = np.zeros((4, 4), np.float32)
    values[3, 0] = 1
    assert hit(values, square(96, 0)) == 1
    assert hit(values, square(0, 96)) == 0
