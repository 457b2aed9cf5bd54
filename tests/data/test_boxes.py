import numpy as np
import pytest

from xray_core.data.boxes import clip_boxes, in_shares, mask_of, read_boxes, write_boxes


def test_boxes_survive_their_text() -> None:
    boxes = ((0.5, 0.25, 0.125, 0.5), (0.0, 0.0, 1.0, 1.0))
    assert read_boxes(write_boxes(boxes)) == boxes
    assert read_boxes("[[0.5388, 0.3859, 0.2413, 0.3926]]") == ((0.5388, 0.3859, 0.2413, 0.3926),)
    assert write_boxes(()) == ""
    assert read_boxes(" ") == ()


@pytest.mark.parametrize("text", ["[1, 2]", "[[1, 2, 3]]", "x", '[["a", 0, 0, 0]]', "{}x", "7"])
def test_what_is_no_list_of_boxes_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a list of boxes"):
        read_boxes(text)


def test_pixels_become_shares_of_the_film() -> None:
    assert in_shares([(256, 128, 512, 64)], 1024, 512) == ((0.25, 0.25, 0.5, 0.125),)
    assert in_shares([(1, 1, 1, 1)], 64, 64) == ((0.015625, 0.015625, 0.015625, 0.015625),)
    assert in_shares([], 64, 64) == ()


def test_boxes_drawn_on_a_larger_film_are_refused() -> None:
    assert in_shares([(264, 152, 213, 379)], 299, 299) is None
    assert in_shares([(0, 0, 10, 10)], 0, 0) is None


def test_only_what_lies_on_the_film_is_kept() -> None:
    assert clip_boxes([(-0.5, 0.5, 1.0, 1.0)]) == ((0.0, 0.5, 0.5, 0.5),)
    assert clip_boxes([(1.0, 0.0, 0.5, 0.5), (0.2, 0.2, 0.0, 0.3), (float("nan"), 0, 1, 1)]) == ()


def test_a_mask_is_true_in_the_boxes_alone() -> None:
    mask = mask_of([(0.25, 0.0, 0.5, 0.5), (0.9, 0.9, 0.001, 0.001)], 8, 4)
    expected = np.zeros((4, 8), bool)
    expected[:2, 2:6] = True
    expected[3, 7] = True  # too small for a pixel, yet there
    np.testing.assert_array_equal(mask, expected)


def test_a_mask_of_a_large_film_is_shrunk() -> None:
    assert mask_of([(0, 0, 1, 1)], 4000, 2000).shape == (512, 1024)
