from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from xray_core.errors import NetworkError
from xray_core.evaluation.predict import softmax
from xray_core.networks.foreign.adapt import adapt_network
from xray_core.networks.foreign.ending import N_ORDINARY, trial_films

SIDE_PX = 12


def ended(end: Callable[[Any, Any, Any], Any], units: int = 3, dtype: str = "float32") -> Any:
    """A tiny classifier whose `units` logits z go through `end(keras, layers, z)`."""
    import keras

    keras.utils.set_random_seed(4)
    layers = keras.layers
    film = keras.Input((SIDE_PX, SIDE_PX, 1))
    x = layers.Conv2D(4, 3, activation="relu", dtype=dtype)(film)
    x = layers.GlobalAveragePooling2D(dtype=dtype)(x)
    bias = keras.initializers.Constant(np.linspace(2, -2, units) if units > 1 else -2.0)
    scale = keras.initializers.RandomNormal(stddev=2.0, seed=1)
    z = layers.Dense(units, bias_initializer=bias, kernel_initializer=scale, dtype=dtype)(x)
    return keras.Model(film, end(keras, layers, z))


def two_members(kind: str) -> Callable[[Any, Any, Any], Any]:
    def end(_: Any, layers: Any, z: Any) -> Any:
        other = layers.Dense(z.shape[-1], bias_initializer="ones")(z)
        return layers.Average()([layers.Activation(kind)(z), layers.Activation(kind)(other)])

    return end


def tempered(k: Any, _: Any, z: Any) -> Any:
    p = k.ops.softmax(z) ** 0.5
    return p / k.ops.sum(p, axis=-1, keepdims=True)


PROBABILITIES: dict[str, tuple[int, Callable[[Any, Any, Any], Any], str]] = {
    "softmax, reshaped": (3, lambda _, ls, z: ls.Reshape((3,))(ls.Softmax()(z)), "softmax"),
    "softmax, flattened": (3, lambda _, ls, z: ls.Flatten()(ls.Softmax()(z)), "softmax"),
    "softmax, cast": (3, lambda k, ls, z: k.ops.cast(ls.Softmax()(z), "float32"), "softmax"),
    "softmax, linear": (3, lambda _, ls, z: ls.Activation("linear")(ls.Softmax()(z)), "softmax"),
    "softmax of (1, 3)": (
        3,
        lambda _, ls, z: ls.Flatten()(ls.Softmax()(ls.Reshape((1, 3))(z))),
        "softmax",
    ),
    "softmax by hand": (
        3,
        lambda k, _, z: k.ops.exp(z) / k.ops.sum(k.ops.exp(z), axis=-1, keepdims=True),
        "probabilities",
    ),
    "tempered": (3, tempered, "probabilities"),
    "mean of softmaxes": (3, two_members("softmax"), "probabilities"),
    "mean of sigmoids": (1, two_members("sigmoid"), "one probability"),
    "sigmoid, reshaped": (1, lambda _, ls, z: ls.Reshape((1,))(k_sigmoid(ls, z)), "sigmoid"),
    "sigmoid, clipped": (
        1,
        lambda k, ls, z: k.ops.clip(k_sigmoid(ls, z), 1e-3, 1 - 1e-3),
        "one probability",
    ),
    "1 - sigmoid": (1, lambda _, ls, z: 1 - k_sigmoid(ls, z), "one probability"),
    "[1 - p, p]": (
        1,
        lambda _, ls, z: ls.Concatenate()([1 - k_sigmoid(ls, z), k_sigmoid(ls, z)]),
        "probabilities",
    ),
    "half of the classes": (4, lambda _, ls, z: k_halves(ls, z), "probabilities"),
}


def k_sigmoid(layers: Any, z: Any) -> Any:
    return layers.Activation("sigmoid")(z)


def k_halves(layers: Any, z: Any) -> Any:
    """Two softmaxes of two classes each, every one with half of the weight."""
    first, second = layers.Softmax()(z[:, :2]), layers.Softmax()(z[:, 2:])
    return layers.Concatenate()([first * 0.5, second * 0.5])


@pytest.mark.parametrize("kind", PROBABILITIES)
def test_probabilities_that_are_shown_are_those_of_the_model(kind: str) -> None:
    units, end, ending = PROBABILITIES[kind]
    original = ended(end, units)
    adapted = adapt_network(original)
    assert adapted.ending == ending
    films = np.random.default_rng(7).random((4, SIDE_PX, SIDE_PX, 1), dtype=np.float32)
    films *= np.linspace(0, 1, 4, dtype=np.float32)[:, None, None, None]
    wanted = np.asarray(original(films))
    shown = softmax(np.asarray(adapted.model(films)))
    np.testing.assert_allclose(shown[:, -wanted.shape[1] :], wanted, atol=1e-5)
    assert np.ptp(wanted, axis=0).max() > 0.01  # they differ from film to film


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_half_precision_is_given_its_rounding(kind: str) -> None:
    original = ended(lambda _, ls, z: ls.Softmax(dtype=kind)(z), dtype=kind)
    assert adapt_network(original).ending == "softmax"


REFUSED: dict[str, tuple[int, Callable[[Any, Any, Any], Any], str]] = {
    "several sigmoids": (3, lambda _, ls, z: ls.Reshape((3,))(k_sigmoid(ls, z)), "each class sep"),
    "percent": (3, lambda _, ls, z: ls.Softmax()(z) * 100, "always sum to 100"),
    "sum of softmaxes": (3, lambda _, ls, z: ls.Softmax()(z) + ls.Softmax()(2 * z), "sum to 2"),
    "one class": (1, lambda _, ls, z: ls.Flatten()(ls.Softmax()(z)), "one class only"),
    "tanh, reshaped": (3, lambda _, ls, z: ls.Reshape((3,))(ls.Activation("tanh")(z)), "tanh"),
    "mean of tanhs": (3, two_members("tanh"), "ends in tanh"),
    "sigmoid in percent": (1, lambda _, ls, z: k_sigmoid(ls, z) * 100, "ends in sigmoid"),
    "relu": (3, lambda _, ls, z: ls.Flatten()(ls.ReLU()(z)), "ends in relu"),
    "may be either": (
        1,
        lambda k, ls, z: ls.Dense(1, kernel_initializer="ones")(k_sigmoid(ls, z)),
        "may be a probability or a logit",
    ),
    "NaN or infinite": (3, lambda k, _, z: k.ops.log(-1 - z * z), "NaN or infinite"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_neither_logits_nor_probabilities_is_refused(kind: str) -> None:
    units, end, words = REFUSED[kind]
    with pytest.raises(NetworkError, match=words) as caught:
        adapt_network(ended(end, units))
    assert caught.value.where
    assert caught.value.fix


@pytest.mark.parametrize(
    "end",
    [
        lambda _, ls, z: z,
        lambda _, ls, z: ls.Reshape((3,))(z),
        lambda _, ls, z: ls.Average()([z, 2 * z]),
        lambda k, _, z: k.ops.log_softmax(z),
        lambda k, ls, z: z * ls.Activation("sigmoid")(z),
    ],
)
def test_logits_stay_as_they_are(end: Callable[[Any, Any, Any], Any]) -> None:
    original = ended(end)
    adapted = adapt_network(original)
    assert adapted.ending == "logits"
    films = trial_films(SIDE_PX)[:N_ORDINARY]
    np.testing.assert_allclose(
        np.asarray(adapted.model(films)), np.asarray(original(films)), rtol=1e-4, atol=1e-5
    )


def test_a_doubt_is_told_where_logits_look_like_probabilities() -> None:
    found = adapt_network(ended(lambda _, ls, z: ls.Rescaling(0.02, 0.5)(z), 1))
    assert found.ending == "logits"
    assert "taken as logits" in found.doubt
    assert adapt_network(ended(lambda _, ls, z: z)).doubt == ""


def test_trial_films_are_varied_and_the_ordinary_ones_come_first() -> None:
    films = trial_films(SIDE_PX)
    ordinary, impossible = films[:N_ORDINARY, ..., 0], films[N_ORDINARY:, ..., 0]
    assert ordinary.min() == 0
    assert ordinary.max() == 1
    assert len({film.tobytes() for film in ordinary}) == N_ORDINARY
    assert all(np.abs(film).max() > 10 for film in impossible)
    np.testing.assert_array_equal(films, trial_films(SIDE_PX))
