from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.explain.occlusion import N_PLACES, hide_places, occlusion, occlusion_maps

Films = NDArray[np.float32]


def test_every_place_is_hidden_once_by_the_mean() -> None:
    film = np.random.default_rng(0).random((24, 24, 1), dtype=np.float32)
    hidden = hide_places(film)
    assert hidden.shape == (N_PLACES, 24, 24, 1)
    changed = (hidden != film)[..., 0]
    assert set(changed.sum(axis=(1, 2))) == {16}  # 4 x 4 pixels are 2 x 2 cells of 12 x 12
    assert changed[0, :4, :4].all()
    assert changed[-1, -4:, -4:].all()
    np.testing.assert_allclose(hidden[changed[..., None]], film.mean(), rtol=1e-6)


def test_a_cell_is_the_mean_of_the_squares_that_hid_it() -> None:
    drops = np.zeros((N_PLACES, 1), np.float32)
    drops[0] = 4  # the square in the corner
    maps = occlusion_maps(drops)[0]
    np.testing.assert_allclose(maps[:2, :2], [[4, 2], [2, 1]])  # hidden by 1, 2, 2 and 4 squares
    assert np.count_nonzero(maps) == 4
    np.testing.assert_allclose(occlusion_maps(np.full((N_PLACES, 2), 7, np.float32)), 7)


def test_a_map_worked_out_by_hand(square_finder: Any, square_film: Films) -> None:
    # A square that touches no pixel of the bright one takes nothing away.
    logits, maps = occlusion(square_finder, square_film, [0, 1])
    assert logits[0].tolist() == [0.5, -0.5]
    np.testing.assert_allclose(maps[0, 1], -maps[0, 0])
    rows, columns = np.nonzero(maps[0, 0])
    assert (rows.min(), rows.max()) == (2, 5)
    assert (columns.min(), columns.max()) == (6, 9)


def test_an_even_film_has_nothing_to_hide(model: Any) -> None:
    assert not occlusion(model, np.full((1, 64, 64, 1), 0.4, np.float32), [0, 1, 2])[1].any()
