from typing import Any

import pytest

from xray_core.errors import TrainingError, UnknownNetworkError
from xray_core.networks.registry import NETWORKS
from xray_core.training.config import TrainingConfig


def test_without_a_size_the_networks_own_is_taken() -> None:
    assert TrainingConfig("small_cnn").image_size_px == NETWORKS["small_cnn"].image_size_px
    assert TrainingConfig("small_cnn", image_size_px=96).image_size_px == 96


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(UnknownNetworkError):
        TrainingConfig("alexnet")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("epochs", 1001),
        ("image_size_px", 16),
        ("image_size_px", -64),
        ("image_size_px", 2048),
        ("batch_size", 0),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("learning_rate", 2.0),
        ("weight_decay", -0.1),
        ("label_smoothing", 0.6),
        ("patience", 0),
        ("seed", -1),
        ("seed", 2**31),
    ],
)
def test_a_value_out_of_range_is_named(name: str, value: Any) -> None:
    with pytest.raises(TrainingError) as caught:
        TrainingConfig("small_cnn", **{name: value})
    assert caught.value.where == f"{name}={value}"


def test_a_size_that_maps_would_not_line_up_with_is_refused() -> None:
    with pytest.raises(TrainingError) as caught:
        TrainingConfig("small_cnn", image_size_px=100)
    assert caught.value.fix == "Take 96."
