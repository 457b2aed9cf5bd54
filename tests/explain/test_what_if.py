import numpy as np

from xray_core.explain.what_if import LIKE_SHARE, same_elsewhere

BOX = [(0.25, 0.5), (0.5, 0.5), (0.5, 0.75), (0.25, 0.75)]
WHOLE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def test_the_same_shape_goes_to_other_places_of_the_lungs() -> None:
    lungs = np.zeros((100, 100), bool)
    lungs[20:80, 10:40] = lungs[20:80, 60:90] = True
    box = [(0.15, 0.3), (0.35, 0.3), (0.35, 0.5), (0.15, 0.5)]
    places = same_elsewhere([box], lungs)
    assert len(places) == 6
    for (moved,) in places:
        np.testing.assert_allclose(np.subtract(moved, moved[0]), np.subtract(box, box[0]))
        (left, top), _, (right, bottom), _ = moved
        assert 0 <= left < right <= 1 + 1e-9
        assert 0 <= top < bottom <= 1 + 1e-9
        assert left >= 0.35 - 1e-9 or right <= 0.15 + 1e-9 or top >= 0.5 - 1e-9 or bottom <= 0.3
        rows = slice(round(100 * top), round(100 * bottom))
        assert lungs[rows, round(100 * left) : round(100 * right)].mean() >= 1 - LIKE_SHARE - 0.05
    assert len({moved[0] for (moved,) in places}) == 6


def test_regions_drawn_together_move_together_and_without_room_nowhere() -> None:
    second = [(x + 0.3, y) for x, y in BOX]
    for first, other in same_elsewhere([BOX, second]):
        np.testing.assert_allclose(np.subtract(other, first), [[0.3, 0]] * 4)
    assert same_elsewhere([WHOLE]) == ()
