import numpy as np
import pytest

from xray_core.arrays import UInt8Array
from xray_core.data.covers import cover_beyond, cover_edges, write_letters


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


def test_all_beyond_a_box_and_its_margin_is_covered() -> None:
    film = np.full((50, 50), 150, np.uint8)
    cover_beyond(film, np.array([20.0, 40.0, 10.0, 30.0]), np.array([0.0, 0.999, 0.0, 0.999, 0, 0]))
    expected = np.zeros((50, 50), np.uint8)
    expected[20:43, 10:33] = 150
    np.testing.assert_array_equal(film, expected)


def test_the_cover_beyond_a_box_may_be_grey() -> None:
    film = np.full((50, 50), 150, np.uint8)
    cover_beyond(film, np.array([20.0, 40.0, 10.0, 30.0]), np.array([0, 0, 0, 0, 0.9, 0.2]))
    assert (film[0, 0], film[30, 20]) == (51, 150)


def test_letters_stand_near_a_corner_one_time_in_four() -> None:
    rng = np.random.default_rng(0)
    written = 0
    for _ in range(400):
        film = np.zeros((160, 160), np.uint8)
        write_letters(film, rng.uniform(size=6))
        assert not film[60:140].any()
        written += bool(film.any())
    assert 70 < written < 130
