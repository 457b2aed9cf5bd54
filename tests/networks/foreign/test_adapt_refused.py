"""Models that cannot be explained are refused, with a way out."""

from typing import Any

import pytest

from tests.foreign import SIDE_PX
from xray_core.errors import NetworkError
from xray_core.networks.foreign.adapt import adapt_network


def refused(model: Any, words: str, **options: Any) -> NetworkError:
    with pytest.raises(NetworkError, match=words) as caught:
        adapt_network(model, **options)
    assert caught.value.where
    assert caught.value.fix
    return caught.value


def classifier(shape: tuple[int | None, ...], *tail: Any) -> Any:
    import keras

    return keras.Sequential([keras.Input(shape), *tail])


def test_networks_that_cannot_be_explained_are_refused_with_a_way_out() -> None:
    import keras

    layers = keras.layers
    refused(classifier((7,), layers.Dense(2)), "no grey or colour image")
    refused(classifier((3, 32, 32), layers.Flatten(), layers.Dense(2)), "channels last")
    refused(classifier((32, 32, 1), layers.Flatten(), layers.Dense(2)), "keeps places")
    refused(classifier((32, 32, 1), layers.Conv2D(2, 3)), "one output per class")
    many = classifier((32, 32, 1), layers.Flatten(), layers.Dense(3, activation="sigmoid"))
    refused(many, "each class separately")
    one = classifier((32, 32, 1), layers.Flatten(), layers.Dense(1, activation="softmax"))
    refused(one, "one class only")
    other = classifier((32, 32, 1), layers.Flatten(), layers.Dense(2, activation="tanh"))
    refused(other, "ends in tanh")
    image, age = keras.Input((32, 32, 1)), keras.Input((1,))
    x = layers.Concatenate()([layers.Flatten()(image), age])
    refused(keras.Model([image, age], layers.Dense(2)(x)), "2 inputs")
    pooled = layers.GlobalAveragePooling2D()(layers.Conv2D(2, 3)(image))
    refused(keras.Model(image, [layers.Dense(2)(pooled), pooled]), "one output per class")


def test_a_network_without_graph_is_refused() -> None:
    import keras

    class Own(keras.Model):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            return inputs

    refused(Own(), "no graph")
    refused(keras.Sequential([keras.layers.Dense(2)]), "no graph")


def test_a_network_whose_call_is_not_its_graph_is_refused() -> None:
    import keras

    class Doubled(keras.Model):  # type: ignore[misc]
        def call(self, inputs: Any, training: bool = False) -> Any:
            return 2 * super().call(inputs, training=training)

    film = keras.Input((SIDE_PX, SIDE_PX, 1))
    x = keras.layers.Flatten()(keras.layers.Conv2D(4, 3)(film))
    refused(Doubled(film, keras.layers.Dense(2)(x)), "different outputs")


def test_a_size_or_scale_that_cannot_be_is_refused() -> None:
    import keras

    tail = [keras.layers.Conv2D(2, 3), keras.layers.GlobalAveragePooling2D()]
    any_size = classifier((None, None, 1), *tail, keras.layers.Dense(2))
    assert "--image-size" in refused(any_size, "any size").fix
    assert adapt_network(any_size, image_size_px=40).image_size_px == 40
    refused(any_size, "of that size", image_size_px=4)
    refused(any_size, "no such scale", image_size_px=40, scale=7)
