import numpy as np
import pytest

from tests.patterns.conftest import MakeStored
from xray_core.patterns.frame import FRAME
from xray_core.patterns.means import correlation, densities, mean_map

ROWS = np.arange(2)


def test_every_film_counts_the_same_however_strong_its_evidence(make_stored: MakeStored) -> None:
    weak, strong = np.zeros((2, 2)), np.zeros((2, 2))
    weak[0, 0], strong[1, 1] = 0.001, 10
    mean = mean_map(make_stored([weak, strong]), ROWS, "covid", size_px=2)
    assert mean is not None
    assert mean.n == 2
    # each film has 4 times an even map at one of four places
    np.testing.assert_allclose(mean.values, [[2, 0], [0, 2]], atol=0.01)


def test_films_without_evidence_are_left_out(make_stored: MakeStored) -> None:
    one = np.array([[1.0, 0.0], [0.0, 1.0]])
    stored = make_stored([one, np.zeros((2, 2))])
    mean = mean_map(stored, ROWS, "covid", size_px=2)
    assert mean is not None
    assert mean.n == 1
    np.testing.assert_allclose(mean.values, 2 * one, atol=1e-3)
    assert mean_map(stored, ROWS[1:], "covid") is None
    assert mean_map(stored, ROWS[:0], "covid") is None
    assert mean_map(stored, ROWS, "normal") is None
    assert np.isnan(densities(np.ones((1, 2, 2)))).all(), "an even map says nothing"


def test_lungs_that_lie_differently_meet_in_the_common_frame(make_stored: MakeStored) -> None:
    maps, outlines = np.zeros((2, 64, 64)), np.zeros((2, 64, 64), bool)
    for row, (top, left, side) in enumerate(((4, 6, 40), (30, 20, 30))):
        outlines[row, top : top + side, left : left + side] = True
        maps[row, top : top + side // 2, left : left + side // 2] = 1  # upper right quarter
    stored = make_stored(list(maps), lungs=outlines)
    middle = (FRAME.left + FRAME.right) / 2
    aligned = mean_map(stored, ROWS, "covid", size_px=64)
    apart = mean_map(stored, ROWS, "covid", aligned=False, size_px=64)
    assert aligned is not None
    assert apart is not None
    bright = np.argwhere(aligned.values > aligned.values.max() / 2) / 64
    assert bright[:, 0].min() == pytest.approx(FRAME.top, abs=0.03)
    assert bright[:, 1].max() == pytest.approx(middle, abs=0.04)
    assert aligned.values.max() > 1.5 * np.median(apart.values[apart.values > 0])


def test_correlation_of_maps() -> None:
    first = np.array([[1.0, 2.0], [3.0, np.nan]], np.float32)
    second = np.array([[2.0, 4.0], [6.0, 100.0]], np.float32)
    assert correlation(first, second) == pytest.approx(1)
    assert correlation(first, -second) == pytest.approx(-1)
    assert correlation(first, np.array([[1, 0], [1, 5]], np.float32)) == pytest.approx(0)
    assert np.isnan(correlation(first, np.ones((2, 2), np.float32)))
