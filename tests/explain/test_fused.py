"""Maps of one layer and of several, on networks worked out by hand."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.errors import ExplainError
from xray_core.explain.evidence import evidence
from xray_core.explain.fused import mean_of, product_of
from xray_core.explain.methods import METHODS

Films = NDArray[np.float32]
of_a_layer = [name for name, entry in METHODS.items() if entry.of_layer and not entry.fused]
fusing = [name for name, entry in METHODS.items() if entry.fused]
STRETCH = np.array([[1, 0], [0.75, 0.25], [0.25, 0.75], [0, 1]], np.float32)
"""What stretching two cells to four gives: the outer ones stay, the inner ones lie between."""


@pytest.fixture(scope="module")
def mover() -> Any:
    """A network whose layer `look` finds bright squares of 8 x 8 where they are.

    Its last layer, `moved`, has them three rows higher and four columns further left.
    """
    import keras

    film = keras.Input((64, 64, 1))
    seen = keras.layers.Conv2D(1, 8, strides=8, name="sum")(film)
    seen = keras.layers.ReLU(name="look")(seen)
    seen = keras.layers.Conv2D(1, 9, padding="same", use_bias=False, name="moved")(seen)
    pooled = keras.layers.GlobalAveragePooling2D(name="average")(seen)
    network = keras.Model(film, keras.layers.Dense(2, name="logits")(pooled), name="mover")
    network.get_layer("sum").set_weights([np.ones((8, 8, 1, 1)), np.full(1, -32)])
    moves = np.zeros((9, 9, 1, 1))
    moves[4 + 3, 4 + 4] = 1
    network.get_layer("moved").set_weights([moves])
    network.get_layer("logits").set_weights([np.array([[1, -1]]), np.zeros(2)])
    return network


@pytest.fixture(scope="module")
def corner_film() -> Films:
    """A black film with a bright square in row 6 and column 5 of 8 x 8 cells."""
    film = np.zeros((1, 64, 64, 1), np.float32)
    film[0, 48:56, 40:48] = 1
    return film


@pytest.fixture(scope="module")
def two_stages() -> Any:
    """Layer `fine` is the film of 4 x 4, `coarse` the mean of each of its quarters."""
    import keras

    film = keras.Input((4, 4, 1))
    fine = keras.layers.Conv2D(1, 1, use_bias=False, activation="relu", name="fine")(film)
    halved = keras.layers.AveragePooling2D(2)(fine)
    coarse = keras.layers.Conv2D(1, 1, use_bias=False, activation="relu", name="coarse")(halved)
    pooled = keras.layers.GlobalAveragePooling2D()(coarse)
    network = keras.Model(film, keras.layers.Dense(2, name="logits")(pooled), name="two_stages")
    for name in ("fine", "coarse"):
        network.get_layer(name).set_weights([np.ones((1, 1, 1, 1))])
    network.get_layer("logits").set_weights([np.array([[2, -1]]), np.zeros(2)])
    return network


def peak(found: Films) -> tuple[int, ...]:
    return tuple(int(place) for place in np.unravel_index(found.argmax(), found.shape))


@pytest.mark.parametrize(("layer", "cell"), [("look", (6, 5)), ("moved", (3, 1))])
@pytest.mark.parametrize("method", [name for name in of_a_layer if name != "score_cam"])
def test_a_map_shows_what_its_layer_has_and_not_where_a_later_one_puts_it(
    mover: Any, corner_film: Films, method: str, layer: str, cell: tuple[int, int]
) -> None:
    maps = evidence(mover, corner_film, method, columns=[0], layer=layer)[1]
    assert peak(maps[0, 0]) == cell


@pytest.mark.parametrize("method", fusing)
def test_fused_maps_are_what_a_hand_works_out(two_stages: Any, method: str) -> None:
    film = np.random.default_rng(0).random((4, 4), dtype=np.float32)
    quarters = film.reshape(2, 2, 2, 2).mean(axis=(1, 3))
    fine = film / film.max()
    coarse = STRETCH @ (quarters / quarters.max()) @ STRETCH.T
    logits, maps = evidence(two_stages, film[None, ..., None], method, layer="fine+coarse")
    np.testing.assert_allclose(logits[0], [2 * film.mean(), -film.mean()], rtol=1e-5)
    wanted = fine * coarse if method.endswith("_product") else (fine + coarse) / 2
    np.testing.assert_allclose(maps[0, 0], wanted, atol=1e-6)
    assert not maps[0, 1].any(), "nothing speaks for the other class"


def test_a_layer_without_evidence_leaves_a_product_flat_and_halves_a_mean() -> None:
    some = np.array([[[[4.0, -1.0], [2.0, 0.0]]]], np.float32)
    none = -np.ones((1, 1, 1, 1), np.float32)
    np.testing.assert_allclose(mean_of([some, none])[0, 0], [[0.5, 0], [0.25, 0]])
    assert not product_of([none, some]).any()


def test_fused_maps_of_one_class_do_not_depend_on_the_classes_beside_it(
    model: Any, noise: Films
) -> None:
    every = evidence(model, noise[:2], "layer_cam_product")[1]
    alone = evidence(model, noise[:2], "layer_cam_product", columns=[1])[1]
    np.testing.assert_allclose(alone[:, 0], every[:, 1], atol=1e-6)
    assert every.shape == (2, 3, 8, 8)
    assert 0 <= every.min() <= every.max() <= 1


def test_a_method_of_one_layer_refuses_several(model: Any, noise: Films) -> None:
    with pytest.raises(ExplainError, match="explains one layer") as caught:
        evidence(model, noise[:1], "layer_cam", layer="stage4_relu2+stage5_relu2")
    assert "layer_cam_product" in caught.value.fix
