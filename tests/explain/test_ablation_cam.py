from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.errors import ExplainError
from xray_core.explain.ablation_cam import ablation_cam
from xray_core.explain.closed_form import weigh_channels
from xray_core.networks.compiled import compile_forward
from xray_core.networks.small_cnn import TARGET_LAYER

Films = NDArray[np.float32]


def test_a_map_worked_out_by_hand() -> None:
    features = np.array([[[[4, 0], [0, 0]], [[0, 8], [4, 4]]]], np.float32)
    drops = np.array([[[2], [-1]]], np.float32)
    np.testing.assert_allclose(weigh_channels(features, drops)[0, 0], [[8, 0], [-8, 4]])


def test_the_closed_form_is_what_the_logit_loses(model: Any, noise: Films) -> None:
    logits, features = compile_forward(model, TARGET_LAYER)(noise[:1])
    kernel, bias = model.get_layer("logits").get_weights()
    drops = np.empty((1, features.shape[-1], 3), np.float32)
    for channel in range(features.shape[-1]):
        without = features.copy()
        without[..., channel] = 0
        drops[0, channel] = logits[0] - (without.mean(axis=(1, 2)) @ kernel + bias)[0]
    maps = ablation_cam(model, noise[:1], [0, 1, 2], TARGET_LAYER)[1]
    np.testing.assert_allclose(maps, weigh_channels(features, drops), rtol=1e-2, atol=1e-5)


def test_on_another_head_each_channel_is_left_out_in_turn(
    flat_head: Any, flat_head_facts: tuple[Films, Films, Films]
) -> None:
    films, features, gradients = flat_head_facts
    drops = np.einsum("bhwk,hwkc->bkc", features, gradients)
    maps = ablation_cam(flat_head, films, [2, 0], "last")[1]
    np.testing.assert_allclose(
        maps, weigh_channels(features, drops)[:, [2, 0]], rtol=1e-4, atol=1e-5
    )


def test_a_layer_that_a_residual_passes_by_is_refused_with_those_that_work() -> None:
    import keras

    layers = keras.layers
    film = keras.Input((8, 8, 1))
    stem = layers.Conv2D(2, 3, padding="same", name="stem")(film)
    both = layers.Add()([stem, layers.Conv2D(2, 3, padding="same", name="branch")(stem)])
    down = layers.Conv2D(2, 3, strides=2, name="down")(both)
    pooled = layers.GlobalAveragePooling2D(name="average")(layers.ReLU(name="last")(down))
    model = keras.Model(film, layers.Dense(2, name="logits")(pooled), name="residual")
    films = np.random.default_rng(1).random((1, 8, 8, 1), dtype=np.float32)
    with pytest.raises(ExplainError, match="passes beside it") as caught:
        ablation_cam(model, films, [0], "branch")
    assert caught.value.where == "residual, branch"
    assert caught.value.fix == "Choose one of: input of down, last."
    assert np.ptp(ablation_cam(model, films, [0], "input of down")[1]) > 0
