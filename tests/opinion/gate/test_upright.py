from dataclasses import replace

import numpy as np
import pytest

from xray_core.data.decoding.images import Film
from xray_core.opinion.gate import invert, turn_upright

FILM = Film(np.array([[0.0, 0.25], [0.5, 1.0]], np.float32), ("16 bits",), ("16 bits",))


@pytest.mark.parametrize(
    ("degrees", "turned"),
    [
        (90, [[0.5, 0.0], [1.0, 0.25]]),
        (180, [[1.0, 0.5], [0.25, 0.0]]),
        (270, [[0.25, 1.0], [0.0, 0.5]]),
    ],
)
def test_a_film_is_turned_clockwise_and_says_so(degrees: int, turned: list[list[float]]) -> None:
    film = turn_upright(replace(FILM, block=3), degrees)
    assert film.block == 3, "each pixel is still the mean of nine of the file"
    assert film.pixels.tolist() == turned
    assert film.notes == ("16 bits", f"turned clockwise by {degrees} degrees at the reader's wish")
    assert film.warnings == ("16 bits",)
    assert film.id != FILM.id


def test_no_other_angle_is_taken() -> None:
    with pytest.raises(ValueError, match="45"):
        turn_upright(FILM, 45)


def test_greys_are_inverted_and_the_film_says_so() -> None:
    film = invert(FILM)
    assert film.pixels.tolist() == [[1.0, 0.75], [0.5, 0.0]]
    assert film.notes[-1] == "greys inverted at the reader's wish"
