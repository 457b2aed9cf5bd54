from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.explained import explained
from xray_core.explain.layer_cam import layer_cam_by_gradient, layer_cam_maps
from xray_core.networks.small_cnn import TARGET_LAYER

Films = NDArray[np.float32]


def test_maps_worked_out_by_hand() -> None:
    features = np.array([[[[4, 0], [0, 0]], [[0, 8], [4, 4]]]], np.float32)
    kernel = np.array([[1, -1], [2, 1]], np.float32)
    maps = layer_cam_maps(features, kernel)
    # class 0: (1 a + 2 b) / 4; class 1: b / 4, the first channel counts nothing against it
    np.testing.assert_allclose(maps[0, 0], [[1, 0], [4, 3]])
    np.testing.assert_allclose(maps[0, 1], [[0, 0], [2, 1]])


def test_gradients_that_speak_against_the_class_count_nothing() -> None:
    features = np.full((1, 1, 2, 2), 3, np.float32)
    gradients = np.array([[[[1, -5], [-1, 2]]]], np.float32)
    np.testing.assert_allclose(layer_cam_by_gradient(features, gradients)[0], [[3, 6]])


@pytest.mark.parametrize("layer", [TARGET_LAYER, "stage4_relu2"])
def test_it_equals_tf_keras_vis_at_any_layer(model: Any, noise: Films, layer: str) -> None:
    from tf_keras_vis.layercam import Layercam
    from tf_keras_vis.utils.scores import CategoricalScore

    ours = explained(model, noise, "layer_cam", columns=[2], layer=layer)[1][:, 0]
    theirs = Layercam(model, clone=True)(
        CategoricalScore([2] * len(noise)),
        noise,
        penultimate_layer=layer,
        seek_penultimate_conv_layer=False,
        normalize_cam=False,
        expand_cam=False,
    )
    assert np.ptp(ours) > 0
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-6)
