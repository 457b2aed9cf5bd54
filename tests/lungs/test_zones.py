import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.data.phantom import make_phantom
from xray_core.lungs.zones import ZONES, below_diaphragm, divide_lungs

Bools = NDArray[np.bool_]


def two_lungs() -> Bools:
    """Two upright rectangles of 60 x 30 pixels on a film of 100 x 100."""
    lungs = np.zeros((100, 100), bool)
    lungs[20:80, 10:40] = True
    lungs[20:80, 60:90] = True
    return lungs


def test_each_lung_is_divided_into_thirds_of_its_height() -> None:
    zones = divide_lungs(two_lungs())
    assert zones is not None
    assert [int(zones[row, 20]) for row in (10, 20, 39, 40, 59, 60, 79, 80)] == [
        *(0, 1, 1, 2, 2, 3, 3, 0)
    ]
    assert [int(zones[row, 75]) for row in (20, 45, 79)] == [4, 5, 6]
    # the viewer's left is the patient's right
    assert ZONES[int(zones[25, 20]) - 1] == "right_upper"
    assert ZONES[int(zones[75, 75]) - 1] == "left_lower"


def test_below_the_diaphragm_is_what_lies_under_both_lungs() -> None:
    lungs = two_lungs()
    lungs[70:, 60:] = False  # the left lung ends ten rows higher
    lungs[50:70, 60:65] = False  # and the heart takes its inner edge
    zones = divide_lungs(lungs)
    assert zones is not None
    below = below_diaphragm(zones)
    assert not (below & lungs).any()
    for column, first in ((0, 80), (20, 80), (62, 71), (75, 70), (99, 70)):
        assert below[:, column].argmax() == first, column
    between = [int(below[:, column].argmax()) for column in range(40, 65)]
    assert between == sorted(between, reverse=True), "a straight line from one to the other"


def test_lungs_of_different_height_have_thirds_of_their_own() -> None:
    lungs = two_lungs()
    lungs[50:, 60:] = False  # the left lung ends at row 50: thirds of 30 rows
    zones = divide_lungs(lungs)
    assert zones is not None
    assert [int(zones[row, 75]) for row in (29, 30, 40)] == [4, 5, 6]
    assert int(zones[29, 20]) == 1


def test_a_lung_cut_in_two_by_an_opacity_stays_one_lung() -> None:
    lungs = two_lungs()
    lungs[45:50, 60:90] = False
    zones = divide_lungs(lungs)
    assert zones is not None
    assert [int(zones[row, 75]) for row in (25, 44, 47, 52, 75)] == [4, 5, 0, 5, 6]


def test_lungs_that_touch_are_cut_where_they_are_thinnest() -> None:
    lungs = two_lungs()
    lungs[50:53, 40:60] = True
    zones = divide_lungs(lungs)
    assert zones is not None
    assert int(zones[25, 39]) == 1
    assert int(zones[25, 60]) == 4


@pytest.mark.parametrize("name", ["empty", "speck", "all", "one lung"])
def test_a_mask_that_cannot_be_that_of_two_lungs_is_refused(name: str) -> None:
    lungs = two_lungs()
    if name == "empty":
        lungs[:] = False
    elif name == "speck":
        lungs[:60] = False
        lungs[:, 15:] = False
    elif name == "all":
        lungs[:] = True
    else:
        lungs[:, 50:] = False
    assert divide_lungs(lungs) is None


@pytest.mark.parametrize("age_group", ["adult", "child"])
def test_true_lungs_of_synthetic_films_divide(age_group: str) -> None:
    for seed in range(3):
        phantom = make_phantom("normal", seed, size_px=128, age_group=age_group)
        zones = divide_lungs(phantom.lungs)
        assert zones is not None
        assert sorted(np.unique(zones)) == list(range(7))
        right, left = (
            np.nonzero(np.isin(zones, part))[1].mean() for part in ((1, 2, 3), (4, 5, 6))
        )
        assert right < left
