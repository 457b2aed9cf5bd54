import numpy as np
import pytest

from xray_core.arrays import UInt8Array
from xray_core.training.augment import _match_table, augment


def changed(films: UInt8Array, seed: int = 0) -> UInt8Array:
    return augment(films, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def even_changed() -> UInt8Array:
    """Sixty-four films that all looked alike, a grey of 150, after the changes."""
    return changed(np.full((64, 64, 64), 150, np.uint8))


def test_a_film_stays_a_film_and_the_original_is_kept() -> None:
    films = np.random.default_rng(0).integers(0, 256, (16, 48, 48), np.uint8)
    before = films.copy()
    result = changed(films)
    assert result.shape == films.shape
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(films, before)


def test_the_seed_alone_decides() -> None:
    films = np.random.default_rng(0).integers(0, 256, (4, 48, 48), np.uint8)
    np.testing.assert_array_equal(changed(films, 1), changed(films, 1))
    assert not np.array_equal(changed(films, 1), changed(films, 2))


def test_every_film_of_a_batch_is_changed_in_its_own_way(even_changed: UInt8Array) -> None:
    assert len(np.unique(even_changed.mean(axis=(1, 2)).round(3))) > 60


def test_no_film_is_flipped() -> None:
    films = np.full((96, 64, 64), 60, np.uint8)
    films[:, :, :32] = 200  # the left half is bright
    middle = changed(films)[:, 20:44].astype(int)  # away from covered corners
    assert (middle[:, :, 14:26].mean(axis=(1, 2)) > middle[:, :, 38:50].mean(axis=(1, 2))).all()


def test_no_film_is_turned_upside_down() -> None:
    films = np.full((96, 64, 64), 60, np.uint8)
    films[:, :32] = 200  # the upper half is bright
    middle = changed(films)[:, :, 20:44].astype(int)
    assert (middle[:, 14:26].mean(axis=(1, 2)) > middle[:, 38:50].mean(axis=(1, 2))).all()


def test_a_film_moves_but_not_far() -> None:
    films = np.zeros((96, 64, 64), np.uint8)
    films[:, 28:36, 28:36] = 255  # a square in the centre
    centre = changed(films)[:, 14:50, 14:50].astype(float)
    halfway = (centre.max(axis=(1, 2)) + np.median(centre, axis=(1, 2))) / 2
    moved = np.clip(centre - halfway[:, None, None], 0, None)
    rows, columns = np.mgrid[14:50, 14:50] + 0.5
    weight = moved.sum(axis=(1, 2))
    x, y = ((moved * axis).sum(axis=(1, 2)) / weight for axis in (columns, rows))
    distance = np.hypot(x - 32, y - 32)
    assert distance.max() <= np.hypot(3.84, 3.84) + 0.6  # 6 % of 64 px each way
    assert distance.max() > 2


def test_a_film_takes_the_greys_of_another_one() -> None:
    ramp = np.tile(np.arange(64, dtype=np.uint8), (64, 1))  # 0 to 63
    bright = ramp * 3 + 60  # 60 to 249
    table = _match_table(ramp, bright, 1.0)
    np.testing.assert_array_equal(table[ramp], bright)
    np.testing.assert_array_equal(_match_table(ramp, bright, 0.0)[ramp], ramp)
    halfway = _match_table(ramp, bright, 0.5)[ramp].astype(int)
    np.testing.assert_allclose(halfway, (ramp.astype(int) + bright) / 2, atol=1)
    assert (np.diff(table.astype(int)) >= 0).all(), "what is brighter stays brighter"


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.25, 12, 40), (1.0, 70, 96)])
def test_a_share_of_the_films_takes_the_greys_of_others(
    share: float, least: int, most: int
) -> None:
    films = np.random.default_rng(2).integers(0, 60, (96, 48, 48), np.uint8)
    films[::2] += 180  # every second film is bright
    alone = augment(films, np.random.default_rng(0), tone_mixing=0.0)
    mixed = augment(films, np.random.default_rng(0), tone_mixing=share)
    centre = np.abs(mixed[:, 20:28, 20:28].astype(int) - alone[:, 20:28, 20:28]).mean(axis=(1, 2))
    other = 0.5  # of the films are mixed with one of their own kind, which changes little
    assert least * other <= (centre > 12).sum() <= most


@pytest.mark.parametrize(("focus", "least", "most"), [(0.0, 0, 3), (0.5, 30, 66), (1.0, 96, 96)])
def test_the_lungs_alone_are_left_of_a_share_of_the_films(
    focus: float, least: int, most: int
) -> None:
    films = np.full((96, 64, 64), 90, np.uint8)
    films[:, 24:40, 20:44] = 200  # the lungs, which move with the film
    boxes = np.tile(np.array([24, 40, 20, 44], np.float32) / np.float32(64), (96, 1))
    plain = changed(films)
    focused = augment(films, np.random.default_rng(0), lungs=boxes, lung_focus=focus)
    np.testing.assert_array_equal(plain[:, 30:34, 29:35], focused[:, 30:34, 29:35])
    ring = focused.astype(int)[:, 8:56, 8:56]  # round the lungs, and off the covered edges
    even = np.ptp(np.concatenate([ring[:, 0], ring[:, -1]], axis=1), axis=1) == 0
    assert least <= even.sum() <= most


def test_nothing_covers_the_centre(even_changed: UInt8Array) -> None:
    centre = even_changed[:, 24:40, 24:40]
    assert (centre.std(axis=(1, 2)) < 16).all()  # grain only
    corners = np.abs(even_changed[:, 1, 1] - centre.mean(axis=(1, 2))) > 60
    assert 0.2 < corners.mean() < 0.95  # covered, or moved in from outside
