from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.explain.guided_backprop import guided_backprop
from xray_core.explain.saliency import saliency

Films = NDArray[np.float32]


def chain(kind: str) -> Any:
    """Two pixels, each through a ReLU, then y = 2 a - 3 b; the ReLU is written in three ways."""
    import keras

    layers = keras.layers
    film = keras.Input((1, 2, 1))
    fused = "relu" if kind == "in the convolution" else None
    x = layers.Conv2D(1, 1, use_bias=False, activation=fused, name="one")(film)
    if kind == "layer":
        x = layers.ReLU()(x)
    if kind == "activation":
        x = layers.Activation("relu")(x)
    model = keras.Model(film, layers.Dense(1, use_bias=False, name="y")(layers.Flatten()(x)))
    model.get_layer("one").set_weights([np.ones((1, 1, 1, 1))])
    model.get_layer("y").set_weights([np.array([[2], [-3]])])
    return model


@pytest.mark.parametrize("kind", ["layer", "activation", "in the convolution"])
def test_a_map_worked_out_by_hand(kind: str) -> None:
    model = chain(kind)
    film = np.array([0.5, 1], np.float32).reshape(1, 1, 2, 1)
    logits, maps = guided_backprop(model, film, 0)
    assert logits[0, 0] == pytest.approx(2 * 0.5 - 3)
    np.testing.assert_allclose(maps[0], [[2, 0]])  # the second gradient is negative: stopped
    np.testing.assert_allclose(saliency(model, film, 0)[1][0], [[2, 3]])


def test_it_predicts_what_the_network_predicts_also_with_new_weights(noise: Films) -> None:
    from xray_core.networks.registry import build_network

    model = build_network("small_cnn", 3, 64)
    for _ in range(2):
        expected = model(noise, training=False)
        np.testing.assert_allclose(guided_backprop(model, noise, 0)[0], expected, atol=1e-5)
        model.set_weights([weight * 1.1 for weight in model.get_weights()])
