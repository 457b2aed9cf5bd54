import numpy as np
import pytest

from xray_core.lungs.boxes import Box
from xray_core.patterns.means import MeanMap
from xray_core.patterns.picture import (
    difference_picture,
    mean_film,
    mean_lungs,
    mean_picture,
    top_of,
)

BACK = np.full((40, 40), 0.5, np.float32)


@pytest.fixture
def mean() -> MeanMap:
    values = np.zeros((4, 4), np.float32)
    values[1, 2] = 8
    return MeanMap(values, 7)


def test_a_mean_map_is_transparent_where_it_is_zero(mean: MeanMap) -> None:
    picture = mean_picture(BACK, mean, 8)
    assert picture[35, 5].tolist() == [128, 128, 128]
    assert np.ptp(picture[15, 25].astype(int)) > 40, "colour where the evidence lies"


def test_all_means_are_drawn_on_one_scale(mean: MeanMap) -> None:
    other = MeanMap(mean.values / np.float32(8), 3)
    assert top_of([mean, None, other]) == 8
    assert top_of([None]) == 0
    strong, weak = (mean_picture(BACK, item, 8).astype(int) for item in (mean, other))
    assert np.abs(weak - 128).max() < np.abs(strong - 128).max() / 2
    assert (mean_picture(BACK, None, 8) == 128).all()


def test_a_difference_is_orange_for_the_first_and_blue_for_the_second() -> None:
    difference = np.zeros((4, 4), np.float32)
    difference[0, 0], difference[3, 3] = 2, -1
    picture, top = difference_picture(BACK, difference)
    assert top == 2
    red, _, blue = picture[5, 5].astype(int)
    assert red > blue + 50
    red, _, blue = picture[35, 35].astype(int)
    assert blue > red
    assert difference_picture(BACK, np.zeros((4, 4), np.float32))[1] == 0


def test_what_stands_behind_a_map() -> None:
    films = np.stack([np.full((8, 8), 0, np.uint8), np.full((8, 8), 255, np.uint8)])
    np.testing.assert_allclose(mean_film(films, [None, None]), 0.5, atol=1e-6)
    assert mean_film(films[:0], []).max() == 0
    lungs = np.ones((1, 64, 64), bool)
    assert mean_lungs(lungs, [Box(0.1, 0.1, 0.9, 0.9)]).max() == pytest.approx(0.3)
