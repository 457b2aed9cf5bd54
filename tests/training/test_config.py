from dataclasses import asdict
from typing import Any

import pytest

from xray_core.errors import TrainingError, UnknownNetworkError
from xray_core.networks.registry import NETWORKS
from xray_core.training.config import TrainingConfig, config_from


def test_without_a_size_the_networks_own_is_taken() -> None:
    assert TrainingConfig("small_cnn").image_size_px == NETWORKS["small_cnn"].image_size_px
    assert TrainingConfig("small_cnn", image_size_px=96).image_size_px == 96


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(UnknownNetworkError):
        TrainingConfig("alexnet")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", -2),
        ("epochs", 1001),
        ("head_epochs", 1001),
        ("image_size_px", 16),
        ("image_size_px", -64),
        ("image_size_px", 2048),
        ("batch_size", 0),
        ("learning_rate", -0.1),
        ("learning_rate", float("nan")),
        ("learning_rate", 2.0),
        ("weight_decay", -0.1),
        ("label_smoothing", 0.6),
        ("ema_momentum", 1.0),
        ("tone_mixing", 1.1),
        ("patience", 0),
        ("seed", -1),
        ("seed", 2**31),
        ("schedule", "steps"),
        ("balance", "yes"),
        ("precision", "float16"),
        ("strategy", "two"),
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


def test_a_random_start_trains_everything_from_the_beginning() -> None:
    config = TrainingConfig("small_cnn")
    assert (config.weights, config.pretrained) == ("none", False)
    assert (config.head_epochs, config.epochs, config.fine_tune_from) == (0, 24, "all")
    assert config.learning_rate == 2e-3
    assert TrainingConfig("xception", weights="none").fine_tune_from == "all"


def test_a_pretrained_start_trains_the_head_first_and_then_slowly() -> None:
    config = TrainingConfig("xception")
    assert (config.weights, config.pretrained) == ("imagenet", True)
    assert (config.head_epochs, config.epochs, config.fine_tune_from) == (20, 7, "block5")
    assert config.learning_rate == 1.5e-4
    assert TrainingConfig("small_cnn", weights="mine.npz").fine_tune_from == "all"


def test_what_is_given_stays() -> None:
    config = TrainingConfig(
        "resnet50", head_epochs=0, epochs=2, learning_rate=0.01, fine_tune_from="conv5"
    )
    assert (config.head_epochs, config.epochs, config.fine_tune_from) == (0, 2, "conv5")
    assert config.learning_rate == 0.01
    assert TrainingConfig("resnet50", epochs=0).epochs == 0  # the head alone


@pytest.mark.parametrize("wrong", [{"head_epochs": 3}, {"fine_tune_from": "block5"}])
def test_a_backbone_that_has_learnt_nothing_cannot_stay_frozen(wrong: dict[str, Any]) -> None:
    with pytest.raises(TrainingError, match="learnt nothing"):
        TrainingConfig("xception", weights="none", **wrong)


def test_a_training_without_epochs_is_refused() -> None:
    with pytest.raises(TrainingError, match="nothing to train"):
        TrainingConfig("small_cnn", epochs=0)


def test_a_film_too_small_for_the_network_is_refused() -> None:
    with pytest.raises(TrainingError) as caught:
        TrainingConfig("xception", image_size_px=64)
    assert caught.value.fix == "96 to 1024."


@pytest.mark.parametrize(
    ("name", "value"),
    [("learning_rate", "0.1"), ("epochs", None), ("seed", [1]), ("schedule", {})],
)
def test_a_setting_of_the_wrong_kind_names_the_file(name: str, value: object) -> None:
    content = asdict(TrainingConfig("small_cnn")) | {name: value}
    with pytest.raises(TrainingError):
        config_from(content)
