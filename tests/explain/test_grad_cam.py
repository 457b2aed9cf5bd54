from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.errors import ExplainError
from xray_core.explain.grad_cam import grad_cam_maps, head_kernel
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


def test_a_network_that_looks_for_a_bright_square_peaks_on_it() -> None:
    import keras

    film_in = keras.Input((64, 64, 1))
    seen = keras.layers.Conv2D(1, 8, strides=8, use_bias=False, name="look")(film_in)
    pooled = keras.layers.GlobalAveragePooling2D()(seen)
    model = keras.Model(film_in, keras.layers.Dense(2, name="logits")(pooled), name="square")
    model.get_layer("look").set_weights([np.ones((8, 8, 1, 1), np.float32)])
    model.get_layer("logits").set_weights([np.array([[1, -1]], np.float32), np.zeros(2)])
    film = np.zeros((1, 64, 64, 1), np.float32)
    film[0, 16:24, 40:48] = 1  # row 2, column 5 of 8 x 8 cells

    maps = grad_cam_maps(compile_forward(model, "look")(film)[1], head_kernel(model, "look"))
    expected = np.zeros((8, 8))
    expected[2, 5] = 1.0  # 64 bright pixels, a kernel of 1, divided by 64 places
    np.testing.assert_allclose(maps[0, 0], expected, atol=1e-6)
    assert not maps[0, 1].any()


def test_the_closed_form_equals_tf_keras_vis(noise: Films) -> None:
    import keras
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.scores import CategoricalScore

    keras.utils.set_random_seed(7)
    model = build_network("small_cnn", 8, 64)
    features = compile_forward(model, TARGET_LAYER)(noise)[1]
    ours = grad_cam_maps(features, head_kernel(model, TARGET_LAYER))
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


def test_the_kernel_is_that_of_the_head() -> None:
    model = build_network("small_cnn", 3, 64)
    np.testing.assert_array_equal(
        head_kernel(model, TARGET_LAYER), model.get_layer("logits").get_weights()[0]
    )


def networks_with_another_head() -> list[Any]:
    import keras

    def build(*tail: Any) -> Any:
        film = keras.Input((16, 16, 1))
        x = keras.layers.Conv2D(4, 3, name="last")(film)
        for layer in tail:
            x = layer(x)
        return keras.Model(film, x)

    layers = keras.layers
    return [
        build(layers.Flatten(), layers.Dense(2)),
        build(layers.GlobalMaxPooling2D(), layers.Dense(2)),
        build(layers.GlobalAveragePooling2D(), layers.Dense(8), layers.Dense(2)),
        build(layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dense(2)),
    ]


@pytest.mark.parametrize("number", range(4), ids=["flatten", "max", "two dense", "relu between"])
def test_another_head_is_refused_instead_of_explained_wrongly(number: int) -> None:
    with pytest.raises(ExplainError, match="closed form needs") as caught:
        head_kernel(networks_with_another_head()[number], "last")
    assert "after last" in caught.value.where
