from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.explained import explained
from xray_core.explain.grad_cam import grad_cam_maps
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import build_network
from xray_core.networks.small_cnn import TARGET_LAYER

Films = NDArray[np.float32]


def test_a_map_worked_out_by_hand() -> None:
    # two channels on 2 x 2 places, two classes; weights are kernel / 4
    features = np.array([[[[4, 0], [0, 0]], [[0, 8], [4, 4]]]], np.float32)
    kernel = np.array([[1, -1], [2, 1]], np.float32)
    maps = grad_cam_maps(features, kernel)
    assert maps.shape == (1, 2, 2, 2)
    # class 0: (1 a + 2 b) / 4; class 1: (-a + b) / 4, negative parts cut off
    np.testing.assert_allclose(maps[0, 0], [[1, 0], [4, 3]])
    np.testing.assert_allclose(maps[0, 1], [[0, 0], [2, 0]])


def test_evidence_against_a_class_is_not_shown() -> None:
    maps = grad_cam_maps(np.ones((1, 2, 2, 1), np.float32), np.array([[-3.0]], np.float32))
    assert not maps.any()


def test_a_network_that_looks_for_a_bright_square_peaks_on_it(
    square_finder: Any, square_film: Films
) -> None:
    maps = explained(square_finder, square_film, "grad_cam", layer="look")[1]
    expected = np.zeros((8, 8))
    expected[2, 5] = 0.5  # 64 bright pixels less a bias of 32, divided by 64 places
    np.testing.assert_allclose(maps[0, 0], expected, atol=1e-6)
    assert not maps[0, 1].any()


def test_on_another_head_the_mean_gradient_weighs_the_features(
    flat_head: Any, flat_head_facts: tuple[Films, Films, Films]
) -> None:
    films, features, gradients = flat_head_facts
    maps = explained(flat_head, films, "grad_cam", layer="last")[1]
    weights = gradients.mean(axis=(0, 1))  # (channel, class)
    by_hand = np.maximum(np.einsum("bhwk,kc->bchw", features, weights), 0)
    np.testing.assert_allclose(maps, by_hand, atol=1e-6)
    assert maps.any()


def test_the_closed_form_equals_tf_keras_vis(noise: Films) -> None:
    import keras
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    keras.utils.set_random_seed(7)
    model = build_network("small_cnn", 8, 64)
    features = compile_forward(model, TARGET_LAYER)(noise)[1]
    kernel = model.get_layer("logits").get_weights()[0]
    ours = grad_cam_maps(features, kernel)
    cam = Gradcam(model, clone=True)
    for column in range(8):
        theirs = cam(
            CategoricalScore([column] * len(noise)),
            noise,
            penultimate_layer=TARGET_LAYER,
            seek_penultimate_conv_layer=False,  # it would take the convolution before the ReLU
            normalize_cam=False,
            expand_cam=False,
        )
        np.testing.assert_allclose(ours[:, column], theirs, atol=1e-5)
    spread = np.ptp(ours, axis=(0, 2, 3))
    assert (spread > 1e-3).sum() >= 2  # random weights speak for some classes
