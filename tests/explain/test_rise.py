from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.explain.rise import draw_masks, rise, rise_maps

Films = NDArray[np.float32]


def test_maps_worked_out_by_hand() -> None:
    masks = np.array([[[1, 0]], [[1, 1]], [[0, 1]], [[0, 0]]], np.float32)
    values = np.array([[4, 1], [4, 1], [0, 1], [0, 1]], np.float32)
    maps = rise_maps(masks, values)
    # the first logit is 4 when the left place is shown, 2 on average, also when the right one is
    np.testing.assert_allclose(maps[0], [[2, 0]])
    np.testing.assert_allclose(maps[1], [[0, 0]])


def test_masks_show_half_of_the_film_and_come_again() -> None:
    masks = np.concatenate(list(draw_masks(50, 200, seed=1)))
    assert masks.shape == (200, 50, 50)
    assert 0 <= masks.min() < masks.max() <= 1
    np.testing.assert_allclose(masks.mean(axis=0), 0.5, atol=0.15)
    np.testing.assert_array_equal(masks, np.concatenate(list(draw_masks(50, 200, seed=1))))
    assert not np.array_equal(masks, np.concatenate(list(draw_masks(50, 200, seed=2))))


def test_a_seed_gives_the_same_map_again_and_another_one_another(model: Any, noise: Films) -> None:
    def of(seed: int) -> Films:
        return rise(model, noise[:1], [0], n_masks=40, seed=seed)[1]

    np.testing.assert_allclose(of(3), of(3), atol=1e-8)
    assert not np.allclose(of(3), of(4), atol=1e-8)


def test_an_even_film_has_nothing_to_hide(model: Any) -> None:
    film = np.full((1, 64, 64, 1), 0.5, np.float32)
    assert not rise(model, film, [0, 1, 2], n_masks=40)[1].any()
