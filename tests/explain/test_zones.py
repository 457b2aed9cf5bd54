import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.data.phantom import make_phantom
from xray_core.explain.zones import (
    EVEN_BORDER,
    EVEN_CORNERS,
    ZONES,
    Place,
    divide_lungs,
    place_of,
    place_sentence,
    zone_opacity,
)

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
    place = place_of(np.arange(16, dtype=np.float32).reshape(4, 4), lungs)
    assert place is not None
    assert place.lungs is None
    assert place.zones == {}


def test_an_even_map_lies_everywhere_by_area() -> None:
    values = np.ones((8, 8), np.float32)
    values[0, 0] += 1e-6  # not flat
    place = place_of(values, two_lungs())
    assert place is not None
    assert place.corners == pytest.approx(EVEN_CORNERS, abs=0.01)
    assert place.border == pytest.approx(EVEN_BORDER, abs=0.02)
    assert place.lungs == pytest.approx(0.36, abs=0.01)
    assert list(place.zones) == list(ZONES)
    assert sum(place.zones.values()) == pytest.approx(place.lungs)
    for share in place.zones.values():
        assert share == pytest.approx(0.06, abs=0.01)


def test_a_map_on_one_zone_is_found_there() -> None:
    values = np.zeros((100, 100), np.float32)
    values[62:78, 62:88] = 3.0
    place = place_of(values, two_lungs())
    assert place is not None
    assert place.zones["left_lower"] > 0.95
    assert place.corners < 0.5
    values[:] = 0
    values[:15, :15] = 1.0
    cornered = place_of(values, two_lungs())
    assert cornered is not None
    assert cornered.corners > 0.95
    assert cornered.lungs == pytest.approx(0, abs=0.01)


def test_what_speaks_against_the_class_does_not_count() -> None:
    values = np.zeros((100, 100), np.float32)
    values[62:78, 62:88] = 1.0
    values[22:38, 12:38] = -5.0
    place = place_of(values, two_lungs())
    assert place is not None
    assert place.zones["left_lower"] > 0.95
    assert place.zones["right_upper"] == 0


@pytest.mark.parametrize("level", [0.0, -1.0, 2.0])
def test_a_flat_map_lies_nowhere(level: float) -> None:
    assert place_of(np.full((5, 5), level, np.float32), two_lungs()) is None


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


def test_the_sentence_names_the_two_strongest_zones() -> None:
    shares = dict.fromkeys(ZONES, 0.05) | {"left_lower": 0.41, "right_lower": 0.27}
    assert place_sentence(Place(0.1, 0.2, 0.88, shares)) == (
        "the left lower zone (41 %) and the right lower zone (27 %); 12 % lies outside the lungs"
    )
    assert place_sentence(Place(0.3, 0.2, None, {})) == (
        "30 % in the corners (an even map: 16 %) and 20 % along the border (29 %)"
    )


def test_opacity_is_the_mean_grey_of_each_zone() -> None:
    film = np.full((200, 200), 0.2, np.float32)
    film[120:160, 120:180] = 0.7  # the lower third of the lung on the viewer's right
    opacity = zone_opacity(film, two_lungs())
    assert tuple(opacity) == ZONES
    assert opacity["left_lower"] == pytest.approx(0.7, abs=0.02)
    assert opacity["right_lower"] == pytest.approx(0.2, abs=0.001)
    assert zone_opacity(film, None) == {}
    assert zone_opacity(film, np.ones((200, 200), bool)) == {}
