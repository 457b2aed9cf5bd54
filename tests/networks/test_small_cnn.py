from typing import Any

import numpy as np
import pytest

from xray_core.networks.small_cnn import TARGET_LAYER, build_small_cnn


@pytest.fixture(scope="module")
def model() -> Any:
    return build_small_cnn(4, 160)


def test_it_has_at_most_one_and_a_half_million_parameters(model: Any) -> None:
    # the dense layer: 192 x 4 weights and 4 biases
    assert model.get_layer("logits").count_params() == 772
    assert 600_000 < model.count_params() <= 1_500_000


def test_maps_are_a_sixteenth_of_the_film(model: Any) -> None:
    assert model.get_layer(TARGET_LAYER).output.shape == (None, 10, 10, 192)


def test_it_ends_in_average_pooling_and_one_dense_layer(model: Any) -> None:
    kinds = [type(layer).__name__ for layer in model.layers[-4:]]
    assert kinds == ["ReLU", "GlobalAveragePooling2D", "Dropout", "Dense"]


def test_exposure_does_not_matter() -> None:
    import keras

    keras.utils.set_random_seed(0)  # the difference of two random logits may be next to nothing
    model = build_small_cnn(2, 64)
    film = np.random.default_rng(0).random((1, 64, 64, 1), dtype=np.float32)
    darker = 0.5 * film + 0.1  # another contrast and another brightness
    logits = np.asarray(model(film, training=False))
    np.testing.assert_allclose(model(darker, training=False), logits, atol=0.02 * np.ptp(logits))
    assert np.ptp(logits) > 0
