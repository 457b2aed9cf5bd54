import functools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.errors import NetworkError, UnknownNetworkError, WeightsError
from xray_core.networks.layers import candidate_layers, carries_all, fused_layers, layer_output
from xray_core.networks.registry import (
    NETWORKS,
    build_network,
    get_network,
    load_weights,
    save_weights,
)

each_network = pytest.mark.parametrize("name", NETWORKS)


@pytest.fixture(scope="module")
def model() -> Any:
    return build_network("small_cnn", 3, 32)


@functools.cache
def built(name: str) -> Any:
    """Three classes, the smallest film; read, never changed."""
    return build_network(name, 3, get_network(name).min_size_px)


def test_an_unknown_network_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNetworkError) as caught:
        get_network("alexnet")
    assert "'alexnet'" in caught.value.what
    assert all(name in caught.value.fix for name in NETWORKS)


@each_network
def test_a_network_is_flat_and_takes_films_to_logits(name: str) -> None:
    import keras

    network = get_network(name)
    size = network.min_size_px
    model = built(name)
    assert network.name == model.name == name
    assert model.input.shape == (None, size, size, 1)
    assert model.output.shape == (None, 3)
    assert not [layer.name for layer in model.layers if isinstance(layer, keras.Model)]
    assert len(model.get_layer(network.target_layer).output.shape) == 4
    assert getattr(model.layers[-1], "activation", keras.activations.linear) in (
        keras.activations.linear,
    ), "logits, not probabilities"
    assert network.image_size_px % 16 == 0


@each_network
def test_a_network_lists_layers_by_names_that_stay(name: str) -> None:
    network, model = get_network(name), built(name)
    assert candidate_layers(model) == network.layers
    assert fused_layers(model) == network.fused
    assert network.layers[-1] == network.target_layer
    assert len(network.fused) > 1
    assert set(network.fused) < set(network.layers)
    assert not [layer for layer in network.layers if re.match(r"(add|conv2d|batch_norm)", layer)]
    sides = [layer_output(model, layer).shape[1] for layer in network.layers]
    assert sides == sorted(sides, reverse=True)
    assert sides[0] >= 4 * sides[-1]


def test_the_last_sum_of_xception_has_a_name_that_stays() -> None:
    model = built("xception")
    last_sum = layer_output(model, "input of block14_sepconv1")
    assert type(last_sum._keras_history.operation).__name__ == "Add"
    assert carries_all(model, "input of block14_sepconv1")
    assert not carries_all(model, "block8_sepconv3_bn")


@each_network
def test_a_film_without_contrast_gives_numbers(name: str) -> None:
    size = get_network(name).min_size_px
    model = built(name)
    for level in (0.0, 0.5, 1.0):
        logits = model(np.full((1, size, size, 1), level, np.float32), training=False)
        assert np.isfinite(np.asarray(logits)).all()


def test_a_film_too_small_is_refused() -> None:
    with pytest.raises(NetworkError, match="that small") as caught:
        build_network("xception", 2, 64)
    assert caught.value.fix == "Take 96 px or more."


@pytest.mark.parametrize(("dtype", "error"), [("float32", 0.0), ("float16", 5e-4)])
def test_weights_come_back_from_their_file(
    model: Any, tmp_path: Path, dtype: str, error: float
) -> None:
    save_weights(model, tmp_path / "weights.npz", dtype)
    other = build_network("small_cnn", 3, 32)
    before = [weight.copy() for weight in other.get_weights()]
    load_weights(other, tmp_path / "weights.npz")
    assert not np.array_equal(before[0], other.get_weights()[0])
    for saved, loaded in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(loaded, saved, rtol=error, atol=error)
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]


def test_weights_are_plain_arrays_that_name_their_layer(model: Any, tmp_path: Path) -> None:
    save_weights(model, tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as file:
        assert len(file.files) == len(model.weights)
        assert "0000 stage1_relu_conv/kernel" in file.files


@pytest.mark.parametrize(
    ("content", "words"), [(None, "missing"), (b"PK\x03\x04 cut", "could not be read")]
)
def test_missing_or_damaged_weights_are_named(
    model: Any, tmp_path: Path, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "weights.npz").write_bytes(content)
    with pytest.raises(WeightsError, match=words) as caught:
        load_weights(model, tmp_path / "weights.npz")
    assert caught.value.where == "weights.npz"


def test_weights_cut_short_are_refused(model: Any, tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    save_weights(model, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(WeightsError, match="could not be read"):
        load_weights(model, path)


def test_weights_of_another_network_are_refused(model: Any, tmp_path: Path) -> None:
    save_weights(build_network("small_cnn", 4, 32), tmp_path / "weights.npz")
    with pytest.raises(WeightsError, match="do not fit"):
        load_weights(model, tmp_path / "weights.npz")
