from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.errors import ClassIndexError, ExplainError
from xray_core.evaluation.predict import predict_film
from xray_core.explain.methods import METHODS, explain, get_method, predict_and_explain
from xray_core.networks.registry import build_network

Films = NDArray[np.float32]
CLASSES = ("normal", "viral", "covid")
each_method = pytest.mark.parametrize("method", METHODS)


def random_network(seed: int) -> Any:
    import keras

    keras.utils.set_random_seed(seed)
    return build_network("small_cnn", 3, 64)


@pytest.fixture(scope="module")
def model() -> Any:
    return random_network(0)


def test_an_unknown_method_lists_the_known_ones() -> None:
    with pytest.raises(ExplainError) as caught:
        get_method("tea leaves")
    assert all(name in caught.value.fix for name in METHODS)


@each_method
def test_every_method_says_what_people_need(method: str) -> None:
    entry = METHODS[method]
    assert entry.name == method
    assert entry.title
    assert entry.unit


@each_method
def test_maps_come_with_the_prediction(model: Any, noise: Films, method: str) -> None:
    probabilities, maps = predict_and_explain(model, noise, method)
    assert maps.shape == (3, 3, 4, 4)
    assert maps.dtype == np.float32
    assert maps.min() >= 0
    alone = [predict_film(model, film[..., 0]) for film in noise]
    np.testing.assert_allclose(probabilities, alone, atol=1e-6)


@each_method
def test_an_even_film_gives_numbers(model: Any, method: str) -> None:
    for level in (0.0, 0.5, 1.0):
        film = np.full((64, 64), level, np.float32)
        for attribution in explain(model, film, CLASSES, method):
            assert np.isfinite(attribution.values).all()
            assert 0 <= attribution.probability <= 1


@each_method
def test_a_network_that_sees_nothing_gives_a_flat_map(noise: Films, method: str) -> None:
    blind = random_network(1)
    kernel, bias = blind.get_layer("logits").get_weights()
    blind.get_layer("logits").set_weights([np.zeros_like(kernel), bias])
    for attribution in explain(blind, noise[0, ..., 0], CLASSES, method):
        assert attribution.is_flat
        assert attribution.probability == pytest.approx(1 / 3)


@each_method
def test_other_weights_give_another_map(model: Any, noise: Films, method: str) -> None:
    ours, others = (
        predict_and_explain(each, noise, method)[1] for each in (model, random_network(9))
    )
    likeness = np.corrcoef(ours.ravel(), others.ravel())[0, 1]
    assert likeness < 0.9


@each_method
def test_two_threads_on_one_model_agree_with_one(model: Any, noise: Films, method: str) -> None:
    alone = [predict_and_explain(model, noise[i : i + 1], method)[1] for i in range(3)]
    with ThreadPoolExecutor(2) as pool:
        maps = list(
            pool.map(
                lambda i: predict_and_explain(model, noise[i % 3 : i % 3 + 1], method)[1], range(12)
            )
        )
    for i, found in enumerate(maps):
        np.testing.assert_allclose(found, alone[i % 3], atol=1e-6)


@each_method
def test_explaining_changes_nothing_in_the_model(model: Any, noise: Films, method: str) -> None:
    before = [weight.copy() for weight in model.get_weights()]
    names = [layer.name for layer in model.layers]
    predict_and_explain(model, noise, method)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert [layer.name for layer in model.layers] == names


def test_attributions_come_in_the_order_of_the_classes(model: Any, noise: Films) -> None:
    found = explain(model, noise[0, ..., 0], CLASSES)
    probabilities, maps = predict_and_explain(model, noise[:1])
    assert [attribution.label for attribution in found] == list(CLASSES)
    assert {attribution.method for attribution in found} == {"grad_cam"}
    for column, attribution in enumerate(found):
        assert attribution.probability == pytest.approx(float(probabilities[0, column]))
        np.testing.assert_array_equal(attribution.values, maps[0, column])


def test_labels_that_are_not_those_of_the_network_are_refused(model: Any, noise: Films) -> None:
    with pytest.raises(ClassIndexError, match="3 classes, not 2"):
        explain(model, noise[0, ..., 0], ("normal", "covid"))


@each_method
def test_damaged_weights_are_an_error_and_no_map(noise: Films, method: str) -> None:
    broken = random_network(1)
    kernel, bias = broken.get_layer("logits").get_weights()
    broken.get_layer("logits").set_weights([kernel * np.nan, bias])
    with pytest.raises(ExplainError, match="no numbers"):
        explain(broken, noise[0, ..., 0], CLASSES, method)
