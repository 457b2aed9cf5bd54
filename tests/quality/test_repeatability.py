from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.classifier import Classifier
from xray_core.data.phantom import make_phantom
from xray_core.quality.grid import maps_of
from xray_core.quality.repeatability import (
    CHANGES,
    add_noise,
    code_as_jpeg,
    repeatability,
    shift,
    shift_px,
)

Films = NDArray[np.float32]


@pytest.fixture(scope="module")
def film() -> Films:
    return make_phantom("covid", 4, size_px=64).image


def test_changes_are_small_and_keep_size_and_range(film: Films) -> None:
    for name, change in CHANGES.items():
        changed = change(film)
        assert changed.shape == film.shape
        assert changed.dtype == np.float32
        assert 0 <= changed.min() <= changed.max() <= 1
        assert 0 < np.abs(changed - film).mean() < (0.2 if name == "shift" else 0.02), name


def test_noise_is_the_same_every_time(film: Films) -> None:
    np.testing.assert_array_equal(add_noise(film), add_noise(film))
    middle = np.full((200, 200), 0.5, np.float32)
    assert (add_noise(middle) - middle).std() == pytest.approx(0.02, rel=0.05)
    assert 0 < np.abs(code_as_jpeg(middle) - middle).max() < 0.005, "128 of 255"


def test_a_shift_moves_right_and_down(film: Films) -> None:
    assert (shift_px(64), shift_px(160), shift_px(32)) == (2, 4, 1)
    np.testing.assert_array_equal(shift(film)[2:, 2:], film[:-2, :-2])


def test_a_shift_is_taken_back(finder: Classifier, square_film: Films) -> None:
    """Saliency of a network of 8 x 8 cells stays with its cells while the square moves on."""
    from xray_core.explain.methods import METHODS

    def follow(_model: Classifier, films: Films, columns: Any, _layer: str) -> tuple[Films, Films]:
        return np.zeros((len(films), 2), np.float32), films[None, ..., 0].swapaxes(0, 1)

    with pytest.MonkeyPatch.context() as patch:
        followed = METHODS["saliency"]
        patch.setitem(METHODS, "saliency", type(followed)("saliency", "", "", follow))
        maps = maps_of(finder, square_film, [0], "saliency")
        found = repeatability(finder, square_film, [0], maps, "saliency")
        assert found["shift"][0] == pytest.approx(1)
    maps = maps_of(finder, square_film, [0], "saliency")
    found = repeatability(finder, square_film, [0], maps, "saliency")
    assert found["shift"][0] < 0.9


def test_a_film_and_a_class_have_their_own_map(model: Classifier, noise: Films) -> None:
    maps = maps_of(model, noise, [2, 0, 2], "layer_cam")
    for row, column in enumerate([2, 0, 2]):
        alone = maps_of(model, noise[row : row + 1], [column], "layer_cam")
        np.testing.assert_allclose(maps[row], alone[0], atol=1e-6)


@pytest.mark.long
def test_smooth_grad_is_steadier_than_saliency(model: Classifier, film: Films) -> None:
    films = film[None, ..., None]
    found = {}
    for method in ("saliency", "smooth_grad"):
        maps = maps_of(model, films, [1], method)
        found[method] = repeatability(model, films, [1], maps, method)
        assert list(found[method]) == list(CHANGES)
        assert all(-1 <= values[0] <= 1 for values in found[method].values())
    assert found["smooth_grad"]["noise"][0] > found["saliency"]["noise"][0]
