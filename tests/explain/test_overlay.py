import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.explain.attribution import Attribution
from xray_core.explain.overlay import (
    blue_orange,
    display_scale,
    inferno,
    overlay,
)

CORNER = np.array([[4, 0], [0, 0]], np.float32)


def attribution(probability: float, values: NDArray[np.float32] = CORNER) -> Attribution:
    return Attribution(values, "grad_cam", "covid", probability)


@pytest.fixture(scope="module")
def film() -> NDArray[np.float32]:
    return np.random.default_rng(0).random((64, 80), dtype=np.float32)


@pytest.fixture(scope="module")
def grey(film: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.repeat(np.rint(film * 255).astype(np.uint8)[..., None], 3, axis=2)


def test_the_scale_ends_at_the_probability() -> None:
    np.testing.assert_allclose(display_scale(attribution(0.5)), [[0.5, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(
        display_scale(attribution(0.8, np.array([[1, 2], [3, 4]], np.float32))),
        [[0.2, 0.4], [0.6, 0.8]],
        rtol=1e-6,
    )


def test_a_likelier_class_glows_brighter(film: NDArray[np.float32]) -> None:
    def glow(probability: float) -> float:
        picture = overlay(np.zeros_like(film), attribution(probability)).astype(float)
        return float(picture[:8, :8].mean())

    assert 0 < glow(0.2) < glow(0.5) < glow(1.0)


@pytest.mark.parametrize("probability", [0.0, 0.001, 0.099])
def test_a_class_that_was_ruled_out_shows_no_map(
    film: NDArray[np.float32], grey: NDArray[np.uint8], probability: float
) -> None:
    np.testing.assert_array_equal(overlay(film, attribution(probability), 1.0), grey)


@pytest.mark.parametrize("level", [0.0, 2.0])
def test_a_flat_map_leaves_the_film_as_it_is(
    film: NDArray[np.float32], grey: NDArray[np.uint8], level: float
) -> None:
    flat = attribution(0.9, np.full((4, 4), level, np.float32))
    np.testing.assert_array_equal(overlay(film, flat, 1.0), grey)


def test_opacity_nought_leaves_the_film_as_it_is(
    film: NDArray[np.float32], grey: NDArray[np.uint8]
) -> None:
    np.testing.assert_array_equal(overlay(film, attribution(0.9), 0.0), grey)


def test_where_nothing_speaks_the_film_shines_through(
    film: NDArray[np.float32], grey: NDArray[np.uint8]
) -> None:
    one_place = np.zeros((4, 4), np.float32)
    one_place[0, 0] = 7
    picture = overlay(film, attribution(1.0, one_place), 1.0)
    assert picture.shape == (64, 80, 3)
    np.testing.assert_array_equal(picture[-16:, -20:], grey[-16:, -20:])
    # the strongest evidence at full opacity hides the film: one colour, the brightest of inferno
    np.testing.assert_allclose(picture[0, 0], inferno()[-1], atol=2)


def test_half_opacity_mixes_film_and_colour() -> None:
    picture = overlay(np.ones((32, 32), np.float32), attribution(1.0), 0.5)
    np.testing.assert_allclose(picture[0, 0], 127.5 + inferno()[-1] / 2, atol=2)


def test_the_colours_run_from_black_through_growing_brightness() -> None:
    colours = inferno().astype(float)
    luminance = colours @ [0.2126, 0.7152, 0.0722]
    assert colours.shape == (256, 3)
    assert luminance[0] < 5
    assert luminance[-1] > 230
    assert (np.diff(luminance) > -1).all()  # never back, unlike jet


def test_the_colours_are_those_of_inferno() -> None:
    named = [inferno()[row].tobytes().hex() for row in (0, 64, 128, 192, 255)]
    assert named == ["000004", "57106e", "bc3754", "f98e09", "fcffa4"]


def signed(probability: float = 1.0) -> Attribution:
    """For the class in the upper left quarter, against it in the lower right one."""
    values = np.zeros((4, 4), np.float32)
    values[0, 0], values[3, 3] = 2, -4
    return Attribution(values, "grad_cam", "covid", probability, "normal")


def test_the_scale_of_a_signed_map_keeps_nought_in_the_middle() -> None:
    scaled = display_scale(signed(0.8))
    np.testing.assert_allclose(scaled[[0, 1, 3], [0, 1, 3]], [0.4, 0, -0.8], rtol=1e-6)


def test_a_signed_map_is_orange_for_blue_against_and_clear_between(
    film: NDArray[np.float32], grey: NDArray[np.uint8]
) -> None:
    values = signed().values
    values[0, 0] = 4
    shown = Attribution(values, "grad_cam", "covid", 1.0, "normal")
    picture = overlay(film, shown, 1.0)
    np.testing.assert_allclose(picture[0, 0], blue_orange()[-1], atol=2)
    np.testing.assert_allclose(picture[-1, -1], blue_orange()[0], atol=2)
    np.testing.assert_array_equal(picture[:16, -20:], grey[:16, -20:])


def test_against_and_for_differ_in_blue_and_red_and_the_middle_is_dark() -> None:
    colours = blue_orange().astype(int)
    assert colours.shape == (256, 3)
    assert colours[0, 2] - colours[0, 0] > 100
    assert colours[-1, 0] - colours[-1, 2] > 100
    assert colours[127:129].max() < 40


def test_without_another_class_negative_values_are_shown_as_such(
    film: NDArray[np.float32],
) -> None:
    values = np.array([[1, 0], [0, -1]], np.float32)
    shown = Attribution(values, "occlusion", "covid", 1.0)
    assert shown.signed
    assert not attribution(1.0).signed
    np.testing.assert_allclose(overlay(film, shown, 1.0)[-1, -1], blue_orange()[0], atol=4)
