"""Networks small enough to work their maps out by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Films = NDArray[np.float32]


@pytest.fixture(scope="session")
def random_network() -> Callable[[int], Any]:
    """Builds the small CNN for three classes at 64 px, with random weights."""

    def build(seed: int) -> Any:
        import keras

        from xray_core.networks.registry import build_network

        keras.utils.set_random_seed(seed)
        return build_network("small_cnn", 3, 64)

    return build


@pytest.fixture(scope="session")
def model(random_network: Callable[[int], Any]) -> Any:
    """The small CNN, shared: no test may change it."""
    return random_network(0)


@pytest.fixture(scope="session")
def square_finder() -> Any:
    """A network that looks for bright squares of 8 x 8 and finds them in layer `look`.

    Its first logit rises with every cell that is more than half bright, its second falls.
    """
    import keras

    film = keras.Input((64, 64, 1))
    seen = keras.layers.Conv2D(1, 8, strides=8, name="sum")(film)
    seen = keras.layers.ReLU(name="look")(seen)
    pooled = keras.layers.GlobalAveragePooling2D()(seen)
    found = keras.Model(film, keras.layers.Dense(2, name="logits")(pooled), name="square")
    found.get_layer("sum").set_weights([np.ones((8, 8, 1, 1)), np.full(1, -32)])
    found.get_layer("logits").set_weights([np.array([[1, -1]]), np.zeros(2)])
    return found


@pytest.fixture(scope="session")
def square_film() -> Films:
    """A black film with a bright square in row 2 and column 5 of 8 x 8 cells."""
    film = np.zeros((1, 64, 64, 1), np.float32)
    film[0, 16:24, 40:48] = 1
    return film


@pytest.fixture(scope="session")
def flat_head() -> Any:
    """A network with a head of flattening and one dense layer: 4 x 4 film, 2 x 2 x 2 features.

    The gradient of logit c at the features is the kernel of the head, in their shape.
    """
    import keras

    keras.utils.set_random_seed(4)
    film = keras.Input((4, 4, 1))
    features = keras.layers.Conv2D(2, 2, strides=2, activation="relu", name="last")(film)
    logits = keras.layers.Dense(3, name="logits")(keras.layers.Flatten()(features))
    return keras.Model(film, logits, name="flat_head")


@pytest.fixture(scope="session")
def flat_head_facts(flat_head: Any) -> tuple[Films, Films, Films]:
    """Two films, their features (2, 2, 2, 2), and the gradients (2, 2, channel, class)."""
    from xray_core.networks.compiled import compile_forward

    films = np.random.default_rng(3).random((2, 4, 4, 1), dtype=np.float32)
    features = compile_forward(flat_head, "last")(films)[1]
    kernel = flat_head.get_layer("logits").get_weights()[0]
    return films, features, kernel.reshape(2, 2, 2, 3)
