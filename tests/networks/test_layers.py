from typing import Any

import pytest

from xray_core.errors import LayerNotFoundError
from xray_core.networks.layers import (
    candidate_layers,
    carries_all,
    fused_layers,
    join_layers,
    layer_output,
    split_layers,
)


@pytest.fixture(scope="module")
def residual() -> Any:
    """A network that nobody registered, with sums of 8 x 8 and 4 x 4 cells, named by number."""
    import keras

    layers = keras.layers
    film = keras.Input((16, 16, 1), name="film")
    x = layers.Conv2D(2, 3, strides=2, padding="same", name="stem")(film)
    x = layers.Add()([x, layers.Conv2D(2, 3, padding="same", name="one")(x)])
    x = layers.Conv2D(3, 3, strides=2, padding="same", name="down")(x)
    x = layers.Add()([x, layers.Conv2D(3, 3, padding="same")(x)])
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(film, layers.Dense(2, name="logits")(x), name="residual")


def test_what_a_layer_takes_can_be_named(residual: Any) -> None:
    taken = layer_output(residual, "input of down")
    assert taken is residual.get_layer("down").input
    assert type(taken._keras_history.operation).__name__ == "Add"
    assert layer_output(residual, "down") is residual.get_layer("down").output


def test_candidates_of_another_network_end_its_stages_and_are_named_by_what_stays(
    residual: Any,
) -> None:
    assert candidate_layers(residual) == ("input of down", "input of average")


def test_a_name_by_number_is_taken_where_there_is_no_other() -> None:
    import keras

    film = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(2, 3)(film)
    x = keras.layers.GlobalAveragePooling2D()(x)
    network = keras.Model(film, keras.layers.Dense(2)(x), name="nameless")
    assert candidate_layers(network) == (network.layers[1].name,)


def test_the_layer_that_a_network_carries_is_one_of_its_candidates() -> None:
    import keras

    film = keras.Input((16, 16, 1))
    x = keras.layers.Conv2D(2, 3, name="early")(film)
    x = keras.layers.Conv2D(2, 3, name="late", padding="same")(x)
    x = keras.layers.Conv2D(2, 3, name="small", strides=2)(x)
    x = keras.layers.Flatten()(x)
    network = keras.Model(film, keras.layers.Dense(2)(x), name="xception")
    network.target_layer = "early"
    assert candidate_layers(network) == ("late", "small", "early")
    assert fused_layers(network) == ("small", "early")


@pytest.mark.parametrize(
    "layer", ["nowhere", "average", "input of logits", "input of nowhere", "input of film"]
)
def test_what_has_no_maps_is_refused_with_the_candidates(residual: Any, layer: str) -> None:
    with pytest.raises(LayerNotFoundError, match=f"no 4-D layer '{layer}'") as caught:
        layer_output(residual, layer)
    assert caught.value.fix == "Choose one of: input of down, input of average."


def test_the_input_of_a_sum_is_not_one_thing(residual: Any) -> None:
    last_sum = layer_output(residual, "input of average")._keras_history.operation
    with pytest.raises(LayerNotFoundError):
        layer_output(residual, f"input of {last_sum.name}")


@pytest.mark.parametrize(
    ("layer", "all_of_it"), [("stem", True), ("one", False), ("input of down", True)]
)
def test_a_residual_passes_beside_the_layer_that_it_is_added_to(
    residual: Any, layer: str, all_of_it: bool
) -> None:
    assert carries_all(residual, layer) == all_of_it


def test_several_layers_are_spelled_as_one() -> None:
    assert split_layers("one") == ("one",)
    assert split_layers(" one +input of two+one") == ("one", "input of two")
    assert join_layers(("one", "input of two")) == "one+input of two"
