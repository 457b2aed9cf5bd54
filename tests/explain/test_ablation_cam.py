from typing import Any

import numpy as np
from numpy.typing import NDArray

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
