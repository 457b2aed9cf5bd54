import numpy as np
import pytest

from xray_core.data.batches import UInt8Array
from xray_core.training.augment import _match_table, augment, cover_edges, write_letters


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


def covered(**drawn: float) -> UInt8Array:
    """An even film of 50 x 50 pixels with the covers that the draws ask for."""
    draws = np.full(22, 0.999)  # reach as far as it may, but cover nothing
    draws[20] = 0  # black
    for name, value in drawn.items():
        draws[int(name.removeprefix("draw"))] = value
    film = np.full((50, 50), 150, np.uint8)
    cover_edges(film, draws)
    return film


@pytest.mark.parametrize(
    ("draw", "rows", "columns"),
    [
        (8, slice(0, 9), slice(0, 9)),
        (9, slice(0, 9), slice(41, 50)),
        (10, slice(41, 50), slice(0, 9)),
        (11, slice(41, 50), slice(41, 50)),
        (16, slice(0, 3), slice(None)),
        (17, slice(47, 50), slice(None)),
        (18, slice(None), slice(0, 3)),
        (19, slice(None), slice(47, 50)),
    ],
)
def test_a_cover_takes_at_most_a_fifth_of_a_corner_and_a_twelfth_of_a_border(
    draw: int, rows: slice, columns: slice
) -> None:
    expected = np.full((50, 50), 150, np.uint8)
    np.testing.assert_array_equal(covered(), expected)
    np.testing.assert_array_equal(covered(**{f"draw{draw}": 0.34}), expected)
    expected[rows, columns] = 0
    np.testing.assert_array_equal(covered(**{f"draw{draw}": 0.3}), expected)


def test_a_cover_may_be_grey() -> None:
    assert (covered(draw8=0.0, draw20=0.9, draw21=0.2)[:9, :9] == 51).all()


def test_letters_stand_near_a_corner_one_time_in_four() -> None:
    rng = np.random.default_rng(0)
    written = 0
    for _ in range(400):
        film = np.zeros((160, 160), np.uint8)
        write_letters(film, rng.uniform(size=6))
        assert not film[60:140].any()
        written += bool(film.any())
    assert 70 < written < 130


def test_nothing_covers_the_centre(even_changed: UInt8Array) -> None:
    centre = even_changed[:, 24:40, 24:40]
    assert (centre.std(axis=(1, 2)) < 16).all()  # grain only
    corners = np.abs(even_changed[:, 1, 1] - centre.mean(axis=(1, 2))) > 60
    assert 0.2 < corners.mean() < 0.95  # covered, or moved in from outside
