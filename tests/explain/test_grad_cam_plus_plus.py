from typing import Any

import numpy as np
from numpy.typing import NDArray

from xray_core.explain.grad_cam_plus_plus import (
    grad_cam_plus_plus_by_gradient,
    grad_cam_plus_plus_maps,
)
from xray_core.explain.layer_cam import layer_cam_maps
from xray_core.networks.compiled import compile_forward
from xray_core.networks.small_cnn import TARGET_LAYER

Films = NDArray[np.float32]


def test_maps_worked_out_by_hand() -> None:
    features = np.array([[[[4, 0], [0, 0]], [[0, 8], [4, 4]]]], np.float32)
    kernel = np.array([[1, -1], [2, 1]], np.float32)  # means of the channels: 2 and 3
    maps = grad_cam_plus_plus_maps(features, kernel)
    # class 0: weights 1 / (2 + 1 * 2) and 2 / (2 + 2 * 3); class 1: 0 and 1 / (2 + 1 * 3)
    np.testing.assert_allclose(maps[0, 0], [[1, 0], [2, 2]])
    np.testing.assert_allclose(maps[0, 1], [[0.0, 0.0], [1.6, 0.8]], rtol=1e-6)


def test_uneven_gradients_worked_out_by_hand() -> None:
    features = np.array([[[[1], [3]]]], np.float32)  # sum 4
    gradients = np.array([[[[0.5], [-1]]]], np.float32)
    # a = 1 / (2 + 0.5 * 4) where the gradient is positive: weight 0.5 / 4
    np.testing.assert_allclose(
        grad_cam_plus_plus_by_gradient(features, gradients)[0], [[0.125, 0.375]]
    )


def test_a_small_finding_weighs_more_a_place_than_a_large_one() -> None:
    features = np.zeros((1, 4, 4, 2), np.float32)
    features[0, 0, 0, 0] = 1  # one place of the first channel
    features[0, 1:, :, 1] = 1  # twelve of the second
    maps = grad_cam_plus_plus_maps(features, np.array([[8.0], [8.0]], np.float32))[0, 0]
    assert maps[0, 0] > 1.5 * maps[2, 2] > 0


def test_where_it_is_not_defined_a_channel_counts_nothing() -> None:
    features = np.full((1, 2, 2, 1), -2, np.float32)  # 2 + W mean = 0
    assert not grad_cam_plus_plus_maps(features, np.ones((1, 1), np.float32)).any()


def test_what_tf_keras_vis_gives_is_layer_cam_times_one_number(model: Any, noise: Films) -> None:
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
    from tf_keras_vis.utils.scores import CategoricalScore

    logits, features = compile_forward(model, TARGET_LAYER)(noise)
    kernel = model.get_layer("logits").get_weights()[0]
    theirs = GradcamPlusPlus(model, clone=True)(
        CategoricalScore([1] * len(noise)),
        noise,
        penultimate_layer=TARGET_LAYER,
        seek_penultimate_conv_layer=False,
        normalize_cam=False,
        expand_cam=False,
    )
    factor = np.exp(logits[:, 1, None, None])
    np.testing.assert_allclose(
        theirs, factor * layer_cam_maps(features, kernel)[:, 1], rtol=1e-3, atol=1e-6
    )
    ours = grad_cam_plus_plus_maps(features, kernel)[:, 1]
    assert np.corrcoef(ours.ravel(), np.ravel(theirs))[0, 1] > 0.9  # alike, not the same
