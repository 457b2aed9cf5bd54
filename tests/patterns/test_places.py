import numpy as np
import pytest
from numpy.typing import NDArray

from tests.patterns.conftest import MakeStored
from xray_core.lungs.zones import ZONES
from xray_core.patterns import places as places_module
from xray_core.patterns.places import PARTS, even_share, places_of, profile, region_title
from xray_core.settings import Settings

ROWS = np.arange(2)


def test_shares_of_lung_zones_over_two_films(
    make_stored: MakeStored, lungs: NDArray[np.bool_]
) -> None:
    upper, both = np.zeros((64, 64)), np.zeros((64, 64))
    upper[18:24, 14:22] = 1  # inside the right upper zone
    both[18:24, 14:22] = both[38:44, 42:50] = 1  # and as much in the left lower one
    places = places_of(make_stored([upper, both], lungs=lungs))
    found = profile(places, ROWS)
    assert found["right_upper"].value == pytest.approx(0.75, abs=0.02)
    assert found["left_lower"].value == pytest.approx(0.25, abs=0.02)
    assert found["left_mid"].value == pytest.approx(0, abs=0.01)
    assert found["lungs"].value == pytest.approx(1, abs=0.01)
    assert found["corners"].value == pytest.approx(0, abs=0.01)
    assert found["corners"].n == 2
    assert found["below"].value == pytest.approx(0, abs=0.01)
    assert even_share(places, ROWS, "below") == pytest.approx(18 / 64)
    assert even_share(places, ROWS, "lungs") == pytest.approx(2 * 12 * 30 / 64**2)
    assert even_share(places, ROWS, "right_mid") == pytest.approx(12 * 10 / 64**2)


def test_without_lungs_the_parts_of_the_film_are_told(make_stored: MakeStored) -> None:
    values = np.zeros((24, 24))
    values[2:6, 2:6], values[18:22, 16:20] = 1, 3
    found = profile(places_of(make_stored([values, np.zeros((24, 24))])), ROWS)
    assert found["film_right_upper"].value == pytest.approx(0.25, abs=0.03)
    assert found["film_left_lower"].value == pytest.approx(0.75, abs=0.03)
    assert sum(found[part].value for part in PARTS) == pytest.approx(1)
    assert found["film_left_lower"].n == 1, "a film without evidence has no place"
    assert all(found[zone].n == 0 for zone in (*ZONES, "lungs"))


def test_evidence_in_a_corner_is_in_corners_and_border(make_stored: MakeStored) -> None:
    values = np.zeros((20, 20))
    values[0, 0] = 1
    found = profile(places_of(make_stored([values, values])), ROWS)
    assert found["corners"].value == pytest.approx(1, abs=0.01)
    assert found["border"].value > 0.8


def test_titles_of_regions() -> None:
    assert region_title("left_lower") == "left lower zone"
    assert region_title("film_right_mid") == "middle third of the film, right"
    assert region_title("corners") == "corners"
    assert region_title("below") == "below the diaphragm"


def test_places_are_worked_out_once_and_read_from_disk_the_next_time(
    make_stored: MakeStored, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    stored = make_stored([np.eye(24), np.zeros((24, 24))])
    first = places_of(stored)
    monkeypatch.setattr(places_module, "place_of", None)
    again = places_of(stored)
    assert again.shares.equals(first.shares), "a film without evidence has NaN both times"
    assert again.even.equals(first.even)
    assert again.patients == first.patients
    with pytest.raises(TypeError):
        places_of(make_stored([np.zeros((24, 24)), np.eye(24)]))
    monkeypatch.undo()


def test_without_room_they_are_worked_out_every_time(
    make_stored: MakeStored, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    stored = make_stored([np.eye(24), np.zeros((24, 24))])

    def full(*_: object) -> None:
        raise OSError

    wanted = places_of(stored)
    monkeypatch.setattr(places_module, "cached_array", full)
    assert places_of(stored).shares.equals(wanted.shares)
