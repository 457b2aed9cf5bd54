"""Ways to fill a region: what they leave, and what they give back."""

import numpy as np
import pytest

from xray_core.data.phantom import make_phantom
from xray_core.explain.fillings import FILLINGS, fill_regions, region_weights

BOX = [(0.25, 0.5), (0.5, 0.5), (0.5, 0.75), (0.25, 0.75)]
WHOLE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


@pytest.mark.parametrize("filling", FILLINGS)
def test_only_the_region_is_filled(filling: str) -> None:
    film = make_phantom("covid", 5, size_px=200).image
    changed = fill_regions(film, [BOX], filling)
    assert changed.dtype == np.float32
    assert 0 <= changed.min() <= changed.max() <= 1
    outside = np.ones(film.shape, bool)
    outside[94:156, 44:106] = False
    np.testing.assert_array_equal(changed[outside], film[outside])
    assert np.abs(changed - film)[104:146, 54:96].mean() > 0.005


@pytest.mark.parametrize("filling", FILLINGS)
def test_no_filling_gives_back_a_fine_detail_of_the_region(filling: str) -> None:
    """The dot lies on the middle line, where the other side is the region itself."""
    film = np.full((256, 256), 0.4, np.float32)
    film[126:130, 126:130] = 1
    box = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)]
    assert fill_regions(film, [box], filling)[128, 128] < 0.45


def test_what_fills_has_the_detail_of_a_lung_and_is_no_smooth_patch() -> None:
    rows, columns = np.mgrid[:256, :256].astype(np.float32)
    ribs = 0.5 + 0.2 * np.sin(rows * 2 * np.pi / 12).astype(np.float32) + columns / 2560
    middle = np.s_[140:180, 75:115]
    detail = {name: np.std(fill_regions(ribs, [BOX], name)[middle]) for name in FILLINGS}
    own = np.std(ribs[middle])
    assert detail["blur"] < 0.2 * own
    for name in ("texture", "mirror"):
        assert detail[name] == pytest.approx(own, rel=0.25), name


def test_the_mirrored_side_meets_the_film_at_the_edges_of_the_region() -> None:
    """The right half is lighter, yet what it fills on the left does not stand out."""
    film = np.full((128, 128), 0.3, np.float32)
    film[:, 64:] = 0.6
    filled = fill_regions(film, [[(0.1, 0.4), (0.3, 0.4), (0.3, 0.6), (0.1, 0.6)]], "mirror")
    np.testing.assert_allclose(filled[:, :50], 0.3, atol=0.02)


def test_the_middle_is_that_of_the_lungs_where_they_are_known() -> None:
    lungs = np.zeros((64, 64), bool)
    lungs[:, 16:32] = lungs[:, 32:48] = True
    shifted = np.roll(lungs, -8, axis=1)  # the middle lies at 24 of 64
    film = np.zeros((64, 64), np.float32)
    film[30:34, 36:40] = 1  # 12 to 16 columns to the right of it
    box = [(4 / 64, 0.4), (16 / 64, 0.4), (16 / 64, 0.6), (4 / 64, 0.6)]
    filled = fill_regions(film, [box], "mirror", shifted)
    assert filled[32, 9] > 0.5  # 14 columns to the left


def test_fine_detail_goes_and_broad_grey_stays_in_a_blur() -> None:
    rows, columns = np.mgrid[:256, :256].astype(np.float32)
    stripes = 0.5 + 0.4 * np.sin(columns * 2 * np.pi / 8).astype(np.float32)
    slope = rows / 256
    middle = np.s_[64:192, 64:192]
    assert np.ptp(fill_regions(stripes, [WHOLE], "blur")[middle]) < 0.02
    slope_after = fill_regions(slope, [WHOLE], "blur")
    np.testing.assert_allclose(slope_after[middle], slope[middle], atol=0.02)


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
    assert fill_regions(film, []) is film


def test_a_line_is_no_region() -> None:
    with pytest.raises(ValueError, match="three corners"):
        fill_regions(np.zeros((64, 64), np.float32), [[(0.1, 0.1), (0.9, 0.9)]])
