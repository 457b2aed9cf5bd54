from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.evaluation.predict import predict, predict_film, softmax
from xray_core.networks.registry import build_network


@pytest.fixture(scope="module")
def model() -> Any:
    return build_network("small_cnn", 3, 64)


def test_softmax_by_hand() -> None:
    found = softmax(np.log(np.array([[1.0, 3.0], [2.0, 2.0]])))
    np.testing.assert_allclose(found, [[0.25, 0.75], [0.5, 0.5]], rtol=1e-6)
    assert found.dtype == np.float32


def test_softmax_of_huge_logits_stays_a_number() -> None:
    np.testing.assert_allclose(softmax(np.array([1e4, 0.0, -1e4])), [1, 0, 0])


def test_batches_do_not_change_the_answer(model: Any) -> None:
    films = np.random.default_rng(2).integers(0, 256, (5, 64, 64), np.uint8)
    at_once = predict(model, films)
    np.testing.assert_allclose(predict(model, films, batch_size=2), at_once, atol=1e-6)
    np.testing.assert_allclose(at_once.sum(axis=1), 1, atol=1e-6)
    assert at_once.shape == (5, 3)


def test_a_film_alone_gets_the_same_answer(model: Any) -> None:
    film: NDArray[np.uint8] = np.random.default_rng(3).integers(0, 256, (64, 64), np.uint8)
    alone = predict_film(model, (film / np.float32(255)).astype(np.float32))
    np.testing.assert_allclose(alone, predict(model, film[None])[0], atol=1e-6)
    assert alone.shape == (3,)
