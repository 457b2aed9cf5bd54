from collections.abc import Callable

import pytest

from xray_core.explain.shown import last_layer, map_shown, map_title
from xray_core.networks.layers import layer_words
from xray_core.networks.registry import NETWORKS
from xray_core.runs.map_default import MapDefault, MeasuredOn, write_map_default
from xray_core.runs.store import EXPLAIN, Run


def test_a_run_shows_what_was_measured_else_grad_cam_at_its_last_layer(
    make_run: Callable[..., Run],
) -> None:
    run = make_run(network="xception")
    assert map_shown(run) == ("grad_cam", "block14_sepconv2_act")
    measured = MeasuredOn(90, "siim", peak_in_box=0.7, chance=0.2)
    default = MapDefault("layer_cam", "block8_sepconv3_bn", measured, None, "LayerCAM at block 8")
    write_map_default(run.path / EXPLAIN, default)
    assert map_shown(run) == ("layer_cam", "block8_sepconv3_bn")


def test_a_custom_model_names_its_last_layer(make_run: Callable[..., Run]) -> None:
    assert last_layer(make_run(network="theirs", target_layer="my_conv")) == "my_conv"
    assert last_layer(make_run("none", network="theirs")) == ""


@pytest.mark.parametrize(
    ("method", "layer", "title"),
    [
        ("layer_cam", "block8_sepconv3_bn", "LayerCAM at block 8"),
        ("grad_cam", "block14_sepconv2_act", "Grad-CAM"),
        ("grad_cam", "", "Grad-CAM"),
        (
            "layer_cam_product",
            "block8_sepconv3_bn+input of block14_sepconv1",
            "LayerCAM product at block 8 and input of block 14",
        ),
        ("layer_cam_fused", "block14_sepconv2_act", "Fused LayerCAM at block 14"),
        ("grad_cam", "their_layer_3", "Grad-CAM at their_layer_3"),
    ],
)
def test_a_map_is_named_by_method_and_layer(method: str, layer: str, title: str) -> None:
    assert map_title(method, layer, "block14_sepconv2_act") == title


@pytest.mark.parametrize("name", NETWORKS)
def test_no_two_layers_of_a_network_have_the_same_words(name: str) -> None:
    layers = NETWORKS[name].layers
    assert len({layer_words(layer) for layer in layers}) == len(layers)
