import numpy as np
import pytest

from xray_core.lungs.boxes import WHOLE_FILM, Box, lung_box
from xray_core.patterns.frame import FRAME, mean_in_frame, to_frame


def test_box_of_two_lungs() -> None:
    mask = np.zeros((10, 20), bool)
    mask[2:8, 4:8] = mask[3:9, 12:16] = True
    assert lung_box(mask) == Box(top=0.2, bottom=0.9, left=0.2, right=0.8)
    assert lung_box(np.zeros((10, 20), bool)) is None


def test_a_film_without_lungs_stays_as_it_is() -> None:
    film = np.random.default_rng(0).random((32, 32))
    np.testing.assert_allclose(to_frame(film), film, rtol=1e-5)


def test_a_film_is_sampled_linearly() -> None:
    film = np.array([[0.0, 4.0]])
    # centres of four pixels lie at -0.25, 0.25, 0.75 and 1.25 pixels of two
    np.testing.assert_allclose(to_frame(film, size_px=4)[0], [0, 1, 3, 4], atol=1e-6)


def test_lungs_of_any_size_fall_on_the_same_place() -> None:
    for top, left, side in ((10, 20, 50), (40, 30, 30), (0, 0, 100)):
        mask = np.zeros((100, 100), bool)
        mask[top : top + side, left : left + side] = True
        framed = to_frame(mask, lung_box(mask), 100) > 0.5  # NaN, beyond the film, is not lung
        found = lung_box(framed)
        assert found is not None
        for edge in ("top", "left", "bottom", "right"):
            assert getattr(found, edge) == pytest.approx(getattr(FRAME, edge), abs=0.015)


def test_beyond_the_film_there_is_nothing_known() -> None:
    framed = to_frame(np.ones((10, 10)), WHOLE_FILM, 100)
    seen = np.isfinite(framed)
    assert not seen[0].any()
    assert not seen[:, 0].any()
    assert seen[50, 50]
    assert seen.mean() == pytest.approx(0.76 * 0.80, abs=0.02)


def test_the_mean_counts_only_films_that_reach_there() -> None:
    films = np.stack([np.full((10, 10), 2.0), np.full((10, 10), 6.0)])
    mean = mean_in_frame(films, [None, WHOLE_FILM], 50)
    assert mean[25, 25] == pytest.approx(4)
    assert mean[0, 0] == pytest.approx(2), "the second film ends before"
    assert mean_in_frame(films[1:], [WHOLE_FILM], 50)[0, 0] == 0
