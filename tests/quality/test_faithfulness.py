import numpy as np
import pytest
from numpy.typing import NDArray

from tests.explained import classifier_of
from xray_core.classifier import Classifier
from xray_core.explain.integrated_gradients import baseline_of
from xray_core.quality.faithfulness import (
    N_CELLS,
    N_STEPS,
    area_under,
    areas,
    centred_map,
    changed_cells,
    curves,
    order_cells,
    random_map,
    spread_cells,
)

Films = NDArray[np.float32]


@pytest.fixture(scope="module")
def linear() -> Classifier:
    """Logits [s, 0], s the weighted sum of a film of 16 x 16: weights fall from cell to cell."""
    import keras

    film = keras.Input((N_CELLS, N_CELLS, 1))
    logits = keras.layers.Dense(2, name="logits")(keras.layers.Flatten()(film))
    model = keras.Model(film, logits, name="linear")
    weights = np.zeros((N_CELLS**2, 2))
    weights[:, 0] = np.linspace(0.2, 0, N_CELLS**2)
    model.get_layer("logits").set_weights([weights, np.array([-8, 0])])
    return classifier_of(model)


@pytest.fixture(scope="module")
def film() -> Films:
    return np.random.default_rng(5).random((N_CELLS, N_CELLS, 1), dtype=np.float32)


def true_map(film: Films) -> Films:
    """What each cell adds to the logit, against the blank film."""
    weights = np.linspace(0.2, 0, N_CELLS**2).reshape(N_CELLS, N_CELLS)
    return (weights * (film - baseline_of(film, "blurred"))[..., 0]).astype(np.float32)


def test_cells_go_in_the_order_of_the_map() -> None:
    values = np.arange(N_CELLS**2, dtype=np.float32).reshape(N_CELLS, N_CELLS)
    assert order_cells(values)[:3].tolist() == [255, 254, 253]
    steps = changed_cells(order_cells(values))
    assert steps.shape == (N_STEPS + 1, N_CELLS, N_CELLS)
    assert steps.sum(axis=(1, 2)).tolist()[:3] == [0, 13, 26]  # 256 / 20 = 12.8 a step
    assert steps[-1].all()
    assert steps[1].ravel()[-13:].all()


def test_equal_cells_come_in_an_order_that_favours_no_place() -> None:
    order = order_cells(np.zeros((4, 4), np.float32))
    np.testing.assert_array_equal(order, order_cells(np.zeros((7, 7), np.float32)))
    assert sorted(order.tolist()) == list(range(N_CELLS**2))
    assert 100 < order[:64].mean() < 155


def test_cells_cover_a_film_of_any_size() -> None:
    cells = np.zeros((1, N_CELLS, N_CELLS), bool)
    cells[0, 1, 2] = True
    spread = spread_cells(cells, 40)[0]
    rows, columns = np.nonzero(spread)
    assert {*rows.tolist()} == {3, 4}  # 2.5 pixels a cell
    assert {*columns.tolist()} == {5, 6, 7}
    assert spread_cells(~np.zeros_like(cells), 40).all()


def test_area_of_a_curve_worked_out_by_hand() -> None:
    assert area_under(np.array([0.8, 0.4, 0.0])) == pytest.approx(0.4)
    assert area_under(np.full((2, 21), 0.3)) == pytest.approx([0.3, 0.3])


def test_probabilities_of_a_linear_model_are_those_worked_out_by_hand(
    linear: Classifier, film: Films
) -> None:
    values = true_map(film)
    deletion, insertion = curves(linear, film, 0, [values])
    weights = np.linspace(0.2, 0, N_CELLS**2).reshape(N_CELLS, N_CELLS)
    whole = (weights * film[..., 0]).sum() - 8
    first = np.sort(values.ravel())[::-1][:13].sum()  # what the first step takes away
    for step, logit in ((0, whole), (1, whole - first), (N_STEPS, whole - values.sum())):
        assert deletion[0, step] == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-5)
    assert insertion[0, [0, -1]] == pytest.approx(deletion[0, [-1, 0]])


def test_no_map_deletes_faster_than_the_true_one(linear: Classifier, film: Films) -> None:
    true = true_map(film)
    maps = [true, -true, random_map(0), centred_map()]
    deletion, insertion = areas(linear, film[None], [0], [maps])
    assert deletion.shape == insertion.shape == (1, 4)
    assert deletion[0].argmin() == 0
    assert deletion[0].argmax() == 1
    assert insertion[0].argmax() == 0
    assert insertion[0].argmin() == 1


def test_the_class_that_falls_is_measured_the_other_way_round(
    linear: Classifier, film: Films
) -> None:
    (up,), _ = curves(linear, film, 0, [true_map(film)])
    (down,), _ = curves(linear, film, 1, [true_map(film)])
    np.testing.assert_allclose(up + down, 1, atol=1e-6)


def test_progress_counts_films(linear: Classifier, film: Films) -> None:
    done: list[int] = []
    areas(linear, np.stack([film] * 3), [0, 1, 0], [[random_map(1)]] * 3, lambda: done.append(1))
    assert len(done) == 3


def test_maps_that_know_nothing() -> None:
    centred = centred_map()
    assert centred.max() == centred[7, 7] == pytest.approx(centred[8, 8])
    assert centred[0, 0] == centred.min()
    assert (random_map(1) != random_map(2)).any()
    np.testing.assert_array_equal(random_map(1), random_map(1))
