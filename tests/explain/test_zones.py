import numpy as np
import pytest

from tests.lungs.test_zones import two_lungs
from xray_core.explain.zones import (
    EVEN_BORDER,
    EVEN_CORNERS,
    Place,
    place_of,
    place_sentence,
    zone_opacity,
)
from xray_core.lungs.zones import ZONES


def test_an_even_map_lies_everywhere_by_area() -> None:
    values = np.ones((8, 8), np.float32)
    values[0, 0] += 1e-6  # not flat
    place = place_of(values, two_lungs())
    assert place is not None
    assert place.corners == pytest.approx(EVEN_CORNERS, abs=0.01)
    assert place.border == pytest.approx(EVEN_BORDER, abs=0.02)
    assert place.lungs == pytest.approx(0.36, abs=0.01)
    assert place.below == pytest.approx(0.20, abs=0.01)
    assert list(place.zones) == list(ZONES)
    assert sum(place.zones.values()) == pytest.approx(place.lungs)
    for share in place.zones.values():
        assert share == pytest.approx(0.06, abs=0.01)


def test_a_mask_of_one_lung_tells_nothing_of_zones() -> None:
    lungs = two_lungs()
    lungs[:, 50:] = False
    place = place_of(np.arange(16, dtype=np.float32).reshape(4, 4), lungs)
    assert place is not None
    assert place.lungs is None
    assert place.below is None
    assert place.zones == {}


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


def test_a_map_under_the_lungs_lies_below_the_diaphragm() -> None:
    values = np.zeros((100, 100), np.float32)
    values[85:95, 20:80] = 1.0
    place = place_of(values, two_lungs())
    assert place is not None
    assert place.below is not None
    assert place.below > 0.9
    assert place.lungs == pytest.approx(0, abs=0.02)


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


def test_the_sentence_names_the_two_strongest_zones() -> None:
    shares = dict.fromkeys(ZONES, 0.05) | {"left_lower": 0.41, "right_lower": 0.27}
    assert place_sentence(Place(0.1, 0.2, 0.88, 0.05, shares)) == (
        "rests mostly on the left lower zone (41 %) and the right lower zone (27 %); 12 % lies "
        "outside the lungs"
    )
    assert place_sentence(Place(0.3, 0.2, None, None, {})) == (
        "has 30 % of its evidence in the corners (an even map: 16 %) "
        "and 20 % along the border (29 %)"
    )


def test_a_map_that_two_zones_do_not_hold_is_not_said_to_rest_mostly_on_them() -> None:
    shares = dict.fromkeys(ZONES, 0.02) | {"right_mid": 0.06, "right_lower": 0.05}
    assert place_sentence(Place(0.1, 0.2, 0.19, 0.4, shares)) == (
        "has 81 % of its evidence outside the lungs; the strongest zones are the right mid zone "
        "(6 %) and the right lower zone (5 %)"
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
