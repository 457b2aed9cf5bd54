from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.arrays import UInt8Array
from xray_core.networks.registry import build_network
from xray_core.training.features import cache_features


@pytest.fixture(scope="module")
def model() -> Any:
    return build_network("small_cnn", 2, 32)


@pytest.fixture(scope="module")
def films() -> UInt8Array:
    return np.random.default_rng(0).integers(0, 256, (10, 32, 32), np.uint8)


def test_the_head_gives_the_networks_own_logits_from_the_features(
    model: Any, films: UInt8Array, tmp_path: Path
) -> None:
    reported: list[tuple[int, int]] = []
    features = cache_features(
        model, films, batch_size=4, cache_dir=tmp_path, progress=lambda *at: reported.append(at)
    )
    assert (features.shape, str(features.dtype)) == ((10, 192), "float16")
    assert reported == [(4, 10), (8, 10), (10, 10)]
    kernel, bias = model.get_layer("logits").get_weights()
    logits = model(films.astype(np.float32)[..., None] / 255, training=False).numpy()
    np.testing.assert_allclose(features.astype(np.float32) @ kernel + bias, logits, atol=5e-3)


def test_the_same_films_and_weights_are_read_from_disk(
    model: Any, films: UInt8Array, tmp_path: Path
) -> None:
    def files() -> int:
        return len(list(tmp_path.iterdir()))

    first = cache_features(model, films, cache_dir=tmp_path)
    again = cache_features(
        model, films, cache_dir=tmp_path, progress=lambda *at: pytest.fail("computed again")
    )
    np.testing.assert_array_equal(first, again)
    assert files() == 1
    cache_features(model, films[::-1], cache_dir=tmp_path)
    assert files() == 2
    other = build_network("small_cnn", 2, 32)
    cache_features(other, films, cache_dir=tmp_path)
    assert files() == 3
    other.get_layer("logits").set_weights([np.ones((192, 2)), np.ones(2)])
    cache_features(other, films, cache_dir=tmp_path)  # the head comes after the features
    assert files() == 3
