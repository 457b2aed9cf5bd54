import numpy as np
import pytest

from xray_core.data.phantom import make_phantom
from xray_core.explain.what_if import BLUR_SIGMA, blur_regions, region_weights

BOX = [(0.25, 0.5), (0.5, 0.5), (0.5, 0.75), (0.25, 0.75)]


def test_only_the_region_is_blurred() -> None:
    film = make_phantom("covid", 5, size_px=200).image
    changed = blur_regions(film, [BOX])
    assert changed.dtype == np.float32
    outside = np.ones(film.shape, bool)
    outside[94:156, 44:106] = False
    np.testing.assert_array_equal(changed[outside], film[outside])
    inside = np.s_[104:146, 54:96]
    detail = np.abs(np.diff(film[inside])).mean()
    assert np.abs(np.diff(changed[inside])).mean() < 0.5 * detail


def test_fine_detail_goes_and_broad_grey_stays() -> None:
    rows, columns = np.mgrid[:256, :256].astype(np.float32)
    stripes = 0.5 + 0.4 * np.sin(columns * 2 * np.pi / 8).astype(np.float32)
    slope = rows / 256
    whole = [[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]]
    middle = np.s_[64:192, 64:192]
    assert np.ptp(blur_regions(stripes, whole)[middle]) < 0.02
    np.testing.assert_allclose(blur_regions(slope, whole)[middle], slope[middle], atol=0.02)
    assert BLUR_SIGMA * 256 > 8


def test_regions_lie_where_they_were_drawn_and_add_up() -> None:
    triangle = [(0.6, 0.1), (0.9, 0.1), (0.9, 0.4)]
    weights = region_weights([BOX, triangle], (400, 800))
    assert weights.shape == (400, 800)
    assert weights[250, 300] == pytest.approx(1, abs=1e-3)  # in the box
    assert weights[60, 700] == pytest.approx(1, abs=1e-3)  # in the triangle
    assert weights[140, 500] == 0  # under its long side
    assert weights.mean() == pytest.approx(0.25 * 0.25 + 0.3 * 0.3 / 2, abs=0.005)


def test_no_region_leaves_the_film_as_it_is() -> None:
    film = np.random.default_rng(0).random((64, 48), np.float32)
    assert blur_regions(film, []) is film


def test_a_line_is_no_region() -> None:
    with pytest.raises(ValueError, match="three corners"):
        blur_regions(np.zeros((64, 64), np.float32), [[(0.1, 0.1), (0.9, 0.9)]])
