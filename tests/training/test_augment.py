import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.training.augment import _mask_edges, augment

Films = NDArray[np.float32]


def changed(films: Films, seed: tuple[int, int] = (0, 0)) -> Films:
    import tensorflow as tf

    result: Films = augment(tf.constant(films), tf.constant(seed, tf.int64)).numpy()
    return result


@pytest.fixture(scope="module")
def even() -> Films:
    """Sixty-four films that all look alike: a grey of 0.6."""
    return np.full((64, 64, 64, 1), 0.6, np.float32)


@pytest.fixture(scope="module")
def even_changed(even: Films) -> Films:
    return changed(even)


def test_a_film_stays_a_film() -> None:
    films = np.random.default_rng(0).random((16, 48, 48, 1), dtype=np.float32)
    for seed in range(3):
        result = changed(films, (seed, 5))
        assert result.shape == films.shape
        assert result.dtype == np.float32
        assert result.min() >= 0
        assert result.max() <= 1


def test_the_seed_alone_decides(even: Films) -> None:
    np.testing.assert_array_equal(changed(even[:4], (1, 2)), changed(even[:4], (1, 2)))
    for other in ((1, 3), (2, 2)):
        assert not np.array_equal(changed(even[:4], (1, 2)), changed(even[:4], other))


def test_every_film_of_a_batch_is_changed_in_its_own_way(even_changed: Films) -> None:
    means = even_changed.mean(axis=(1, 2, 3))
    assert len(np.unique(means.round(4))) > 60


def test_no_film_is_flipped() -> None:
    films = np.full((96, 64, 64, 1), 0.2, np.float32)
    films[:, :, :32] = 0.8  # the left half is bright
    result = changed(films)
    middle = result[:, 20:44]  # away from masked corners
    assert (middle[:, :, 14:26].mean(axis=(1, 2)) > middle[:, :, 38:50].mean(axis=(1, 2))).all()


def test_no_film_is_turned_upside_down() -> None:
    films = np.full((96, 64, 64, 1), 0.2, np.float32)
    films[:, :32] = 0.8  # the upper half is bright
    result = changed(films)[:, :, 20:44]
    assert (result[:, 14:26].mean(axis=(1, 2)) > result[:, 38:50].mean(axis=(1, 2))).all()


def test_a_film_moves_but_not_far() -> None:
    films = np.zeros((96, 64, 64, 1), np.float32)
    films[:, 30:34, 30:34] = 1  # a dot in the centre
    moved = np.clip(changed(films)[:, 16:48, 16:48, 0] - 0.5, 0, None)
    rows, columns = np.mgrid[16:48, 16:48] + 0.5
    weight = moved.sum(axis=(1, 2))
    x, y = ((moved * axis).sum(axis=(1, 2)) / weight for axis in (columns, rows))
    distance = np.hypot(x - 32, y - 32)
    # at most 6 % of 64 px each way, times the zoom of 1.12
    assert distance.max() <= np.hypot(3.84, 3.84) * 1.12 + 0.5
    assert distance.max() > 2


def masked(**drawn: float) -> Films:
    """An even film of 50 x 50 pixels with the covers that the draws ask for."""
    import tensorflow as tf

    draws = np.ones((1, 22), np.float32)  # reach as far as it may, but cover nothing
    draws[0, 20] = 0  # black
    for name, value in drawn.items():
        draws[0, int(name.removeprefix("draw"))] = value
    films = tf.fill((1, 50, 50, 1), 0.6)
    result: Films = _mask_edges(films, tf.constant(draws), tf.constant(50)).numpy()[0, ..., 0]
    return result


def test_a_covered_corner_takes_a_fifth_of_the_side() -> None:
    expected = np.full((50, 50), 0.6, np.float32)
    np.testing.assert_array_equal(masked(), expected)
    expected[:10, 40:] = 0  # the second corner: above, on the right
    np.testing.assert_array_equal(masked(draw13=0.3), expected)
    np.testing.assert_array_equal(masked(draw13=0.34), np.full((50, 50), np.float32(0.6)))


def test_a_covered_border_takes_at_most_a_twelfth_of_the_side() -> None:
    expected = np.full((50, 50), 0.6, np.float32)
    expected[:4] = 0  # 8 % of 50 pixels
    np.testing.assert_array_equal(masked(draw16=0.0), expected)


def test_a_cover_may_be_grey() -> None:
    np.testing.assert_allclose(masked(draw12=0.0, draw20=0.9, draw21=0.25)[:10, :10], 0.25)


def test_nothing_covers_the_centre(even_changed: Films) -> None:
    centre = even_changed[:, 22:42, 22:42, 0]
    assert (centre.std(axis=(1, 2)) < 0.05).all()  # noise only
    corners = np.abs(even_changed[:, 1, 1, 0] - centre.mean(axis=(1, 2))) > 0.25
    assert 0.2 < corners.mean() < 0.95  # covered, or moved in from outside
