from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.explained import explained
from xray_core.explain.closed_form import head_kernel
from xray_core.explain.methods import METHODS
from xray_core.networks.small_cnn import TARGET_LAYER

Films = NDArray[np.float32]


def test_the_kernel_is_that_of_the_head(model: Any) -> None:
    np.testing.assert_array_equal(
        head_kernel(model, TARGET_LAYER), model.get_layer("logits").get_weights()[0]
    )


def network_with(*names: str, activation: str = "linear") -> Any:
    import keras

    film = keras.Input((16, 16, 1))
    x = keras.layers.Conv2D(4, 3, activation="relu", name="last")(film)
    for name in names:
        x = (
            getattr(keras.layers, name)(8)(x)
            if name == "Dense"
            else getattr(keras.layers, name)()(x)
        )
    logits = keras.layers.Dense(2, activation=activation, name="logits")(x)
    return keras.Model(film, logits, name="another")


OTHER_HEADS = {
    "flatten": ["Flatten"],
    "max": ["GlobalMaxPooling2D"],
    "two dense": ["GlobalAveragePooling2D", "Dense"],
    "relu between": ["ReLU", "GlobalAveragePooling2D"],
}


@pytest.mark.parametrize("head", OTHER_HEADS)
def test_another_head_has_no_closed_form_and_is_explained_by_gradient(head: str) -> None:
    network = network_with(*OTHER_HEADS[head])
    assert head_kernel(network, "last") is None
    films = np.random.default_rng(0).random((2, 16, 16, 1), dtype=np.float32)
    for name, entry in METHODS.items():
        if entry.of_layer:
            probabilities, maps = explained(network, films, name, layer="last")
            np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
            assert maps.shape == (2, 2, 14, 14)
            assert maps.min() >= 0


def test_a_head_that_ends_in_probabilities_has_no_closed_form() -> None:
    assert head_kernel(network_with("GlobalAveragePooling2D"), "last") is not None
    ended = network_with("GlobalAveragePooling2D", activation="softmax")
    assert head_kernel(ended, "last") is None


@pytest.mark.parametrize(
    "method", ["grad_cam", "grad_cam_plus_plus", "hires_cam", "layer_cam", "ablation_cam"]
)
def test_closed_form_and_gradient_agree(
    model: Any, noise: Films, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = explained(model, noise, method)[1]
    for module in ("closed_form", "ablation_cam"):
        monkeypatch.setattr(f"xray_core.explain.{module}.head_kernel", lambda *_: None)
    np.testing.assert_allclose(explained(model, noise, method)[1], closed, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("place", ["before", "after", "beside"])
def test_an_operation_on_the_way_to_the_logits_is_seen(place: str) -> None:
    import keras

    film = keras.Input((16, 16, 1))
    features = keras.layers.Conv2D(2, 3, name="last")(film)
    x = keras.layers.GlobalAveragePooling2D()(features * 3 if place == "before" else features)
    logits = keras.layers.Dense(2)(x)
    if place == "beside":
        logits = logits + keras.ops.mean(film, axis=(1, 2))
    network = keras.Model(film, 3 * logits if place == "after" else logits)
    assert head_kernel(network, "last") is None
