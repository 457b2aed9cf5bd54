"""Classifiers as people bring them, tiny, for films of 32 px."""

from collections.abc import Callable
from typing import Any

import numpy as np

SIDE_PX = 32


def flat_sequential() -> Any:
    import keras

    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((SIDE_PX, SIDE_PX, 1)),
            layers.Conv2D(4, 3, activation="relu", name="first"),
            layers.MaxPooling2D(),
            layers.Conv2D(6, 3, activation="relu", name="last"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax"),
        ]
    )


def flat_functional() -> Any:
    import keras

    layers = keras.layers
    image = keras.Input((SIDE_PX, SIDE_PX, 3))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Add()([x, layers.Conv2D(4, 3, padding="same")(x)])
    x = layers.ReLU(name="last")(x)
    x = layers.Dense(3)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Softmax()(x))


def with_preprocessing() -> Any:
    import keras

    layers = keras.layers
    greys = layers.Normalization(axis=-1)
    greys.adapt(np.random.default_rng(5).random((4, 8, 8, 3), dtype=np.float32))
    return keras.Sequential(
        [
            keras.Input((None, None, 3)),
            layers.RandomRotation(0.1),
            layers.RandomContrast(0.2),
            layers.Resizing(SIDE_PX, SIDE_PX),
            layers.Rescaling(1 / 255),
            greys,
            layers.Conv2D(4, 3, activation="relu", name="last"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def nested_backbone() -> Any:
    import keras

    layers = keras.layers
    image = keras.Input((SIDE_PX, SIDE_PX, 3))
    x = layers.Conv2D(4, 3, strides=2, name="conv")(image)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.DepthwiseConv2D(3, name="depthwise")(x)
    backbone = keras.Model(image, layers.ReLU(name="last")(x), name="backbone")
    film = keras.Input((SIDE_PX, SIDE_PX, 3))
    x = backbone(film * 2 - 1, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(5, activation="relu", name="conv")(x)  # a name that the backbone has too
    return keras.Model(film, layers.Dense(3, activation="softmax")(x))


def nested_sequential() -> Any:
    import keras

    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((SIDE_PX, SIDE_PX, 1)),
            keras.Sequential([layers.Conv2D(4, 3), layers.Activation("relu", name="last")]),
            keras.Sequential(
                [
                    layers.GlobalMaxPooling2D(),
                    layers.Dense(4, activation="elu"),
                    layers.Dense(1, activation="sigmoid"),
                ]
            ),
        ]
    )


SHAPES: dict[str, Callable[[], Any]] = {
    shape.__name__: shape
    for shape in (
        flat_sequential,
        flat_functional,
        with_preprocessing,
        nested_backbone,
        nested_sequential,
    )
}


def build(shape: str, seed: int = 3) -> Any:
    """One of `SHAPES` with random weights from a seed."""
    import keras

    keras.utils.set_random_seed(seed)
    return SHAPES[shape]()


def given_to(shape: str, films: Any) -> Any:
    """The films as the original takes them."""
    films = films * 255 if shape == "with_preprocessing" else films
    channels = 1 if shape in ("flat_sequential", "nested_sequential") else 3
    return np.repeat(films, channels, axis=-1)
