import numpy as np
import pytest

from xray_core.arrays import BoolArray, UInt8Array
from xray_core.shortcuts.changes import (
    CHANGES,
    Surroundings,
    as_large_as,
    border_alone,
    centre,
    low_pass,
    lungs_alone,
    matched,
    mean_greys,
    without_lungs,
    without_marks,
)

SIDE = 70


@pytest.fixture
def film() -> UInt8Array:
    """A slanted grey with some noise, uint8 (70, 70)."""
    ramp = np.add.outer(np.arange(SIDE), np.arange(SIDE)) + 40
    noise = np.random.default_rng(0).integers(0, 8, (SIDE, SIDE))
    return (ramp + noise).astype(np.uint8)


@pytest.fixture
def lungs() -> BoolArray:
    """Two ovals."""
    rows, columns = np.ogrid[:SIDE, :SIDE]
    ovals: BoolArray = np.logical_or.reduce(
        [((rows - 35) / 18) ** 2 + ((columns - middle) / 8) ** 2 < 1 for middle in (23, 47)]
    )
    return ovals


@pytest.fixture
def around(film: UInt8Array, lungs: BoolArray) -> Surroundings:
    return Surroundings(lungs, mean_greys(film[None]))


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_film_has_its_size_and_the_film_stays(
    name: str, film: UInt8Array, around: Surroundings
) -> None:
    before = film.copy()
    found = CHANGES[name].apply(film, around)
    assert found.shape == film.shape
    assert found.dtype == np.uint8
    assert (film == before).all()


def test_no_lung_is_left_and_no_outline_of_it(
    film: UInt8Array, lungs: BoolArray, around: Surroundings
) -> None:
    found = without_lungs(film, around)
    assert not found[lungs].any()
    black = found == 0
    rows, columns = np.flatnonzero(lungs.any(axis=1)), np.flatnonzero(lungs.any(axis=0))
    assert black.sum() == (np.ptp(rows) + 1) * (np.ptp(columns) + 1), "a box, no silhouette"
    assert (found[~black] == film[~black]).all()


def test_lungs_alone_and_the_border_alone_are_as_they_were(
    film: UInt8Array, lungs: BoolArray, around: Surroundings
) -> None:
    assert (lungs_alone(film, around)[lungs] == film[lungs]).all()
    assert not lungs_alone(film, around)[~lungs].any()
    edge = border_alone(film, around)
    assert (edge[:10] == film[:10]).all()
    assert not edge[11:-11, 11:-11].any()


def test_marks_are_hidden_wherever_they_are_at_the_edge_and_lungs_stay(
    film: UInt8Array, lungs: BoolArray, around: Surroundings
) -> None:
    marked = film.copy()
    marked[2:7, 3:8] = 255  # in a corner
    marked[30:34, 2:6] = 255  # at the side
    found = without_marks(marked, around)
    assert found[:10, :10].max() < 200
    assert found[30:34, 2:6].max() < 200
    assert (found[lungs] == film[lungs]).all()


def test_the_centre_is_enlarged(film: UInt8Array, around: Surroundings) -> None:
    found = centre(film, around).astype(float)
    assert found[35, 35] == pytest.approx(film[35, 35], abs=8)
    assert np.ptp(found) < 0.75 * np.ptp(film.astype(float))


def test_films_of_other_windows_become_alike(film: UInt8Array) -> None:
    light = (255 * (film / 255.0) ** 0.5).astype(np.uint8)
    greys = mean_greys(np.stack([film, light]))
    one, other = (matched(item, Surroundings(None, greys)).astype(float) for item in (film, light))
    assert np.abs(film - light.astype(float)).mean() > 30
    assert np.abs(one - other).mean() < 2
    assert one.mean() == pytest.approx((film.mean() + light.mean()) / 2, abs=3)


def test_fine_detail_goes_and_coarse_form_stays(film: UInt8Array, around: Surroundings) -> None:
    found = low_pass(film, around).astype(float)
    inner = (slice(10, -10), slice(10, -10))
    assert np.abs(np.diff(found[inner])).mean() < np.abs(np.diff(film[inner].astype(float))).mean()
    assert found.mean() == pytest.approx(film.mean(), abs=1)


def test_a_mask_of_any_size_lies_over_the_whole_film(film: UInt8Array) -> None:
    half = np.zeros((256, 200), bool)
    half[:128] = True
    found = as_large_as(film, half)
    assert found is not None
    assert found[:34].all()
    assert not found[36:].any()
    assert as_large_as(film, np.zeros((8, 8), bool)) is None
