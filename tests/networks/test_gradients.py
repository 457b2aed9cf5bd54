import gc
import weakref
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.errors import LayerNotFoundError, NetworkError
from xray_core.explain.guided_backprop import guided_backprop
from xray_core.networks.compiled import compile_forward
from xray_core.networks.gradients import compile_gradient, compile_layer_gradients, compile_tail
from xray_core.networks.registry import build_network
from xray_core.networks.small_cnn import TARGET_LAYER

Films = NDArray[np.float32]


@pytest.fixture(scope="module")
def model() -> Any:
    return build_network("small_cnn", 3, 64)


def test_the_gradient_at_the_features_is_the_kernel_over_the_places(
    model: Any, noise: Films
) -> None:
    logits, features, gradients = compile_layer_gradients(model, [TARGET_LAYER], 2)(noise, [1, 0])
    expected, same = compile_forward(model, TARGET_LAYER)(noise)
    np.testing.assert_allclose(logits, expected, atol=1e-5)
    np.testing.assert_allclose(features, same, atol=1e-5)
    kernel = model.get_layer("logits").get_weights()[0]
    for place, column in enumerate((1, 0)):
        np.testing.assert_allclose(
            gradients[:, place],
            np.broadcast_to(kernel[:, column] / 16, features.shape),
            atol=1e-7,
        )


@pytest.mark.parametrize("layer", ["stage3_relu1", "stage4_relu1", "input of stage5_relu1_conv"])
def test_the_gradient_at_an_inner_layer_foretells_a_small_change(
    model: Any, noise: Films, layer: str
) -> None:
    layers = ["stage2_relu1", layer, TARGET_LAYER]
    found = compile_layer_gradients(model, layers, 3)(noise, [0, 1, 2])
    features, gradients, tail = found[2], found[5], compile_tail(model, layer)
    for column in range(3):
        slope = gradients[:, column]
        step = 1e-2 * slope / np.linalg.norm(slope)
        changed = tail(features + step) - tail(features - step)
        wanted = 2 * (step * slope).sum(axis=(1, 2, 3))
        np.testing.assert_allclose(changed[:, column], wanted, rtol=0.05)


def test_one_logit_alone_has_the_gradient_that_it_has_among_all(model: Any, noise: Films) -> None:
    together = compile_layer_gradients(model, ["stage3_relu2"], 3)(noise, [0, 1, 2])[2]
    for column in range(3):
        alone = compile_layer_gradients(model, ["stage3_relu2"], 1)(noise, [column])[2]
        np.testing.assert_allclose(together[:, column], alone[:, 0], atol=1e-7)


def test_the_gradient_at_the_film_foretells_a_small_change(model: Any, noise: Films) -> None:
    gradients = compile_gradient(model)(noise, 2)[1]
    step = 1e-2 * gradients / np.linalg.norm(gradients)
    changed = compile_forward(model)(noise + step)[0] - compile_forward(model)(noise - step)[0]
    np.testing.assert_allclose(changed[:, 2], 2 * (step * gradients).sum(axis=(1, 2, 3)), rtol=0.05)


def test_each_film_of_a_batch_gets_the_gradient_that_it_gets_alone(
    model: Any, noise: Films
) -> None:
    together = compile_gradient(model)(noise, 0)[1]
    alone = np.concatenate([compile_gradient(model)(noise[i : i + 1], 0)[1] for i in range(3)])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-6)


def test_the_tail_gives_the_logits_and_follows_the_weights(noise: Films) -> None:
    model = build_network("small_cnn", 3, 64)
    nodes = [len(layer._inbound_nodes) for layer in model.layers]
    tail = compile_tail(model, "stage4_relu2")
    assert compile_tail(model, "stage4_relu2") is tail
    logits, features = compile_forward(model, "stage4_relu2")(noise)
    np.testing.assert_allclose(tail(features), logits, atol=1e-5)
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel, bias + 3])
    np.testing.assert_allclose(tail(features), logits + 3, atol=1e-5)
    assert [len(layer._inbound_nodes) for layer in model.layers] == nodes


def test_a_layer_that_is_passed_by_cannot_be_cut_at() -> None:
    import keras

    film = keras.Input((8, 8, 1))
    one = keras.layers.Conv2D(2, 3, padding="same", name="one")(film)
    two = keras.layers.Conv2D(2, 3, padding="same", name="two")(film)
    pooled = keras.layers.GlobalAveragePooling2D()(keras.layers.Add()([one, two]))
    model = keras.Model(film, keras.layers.Dense(2)(pooled), name="branched")
    with pytest.raises(NetworkError, match="passes beside it") as caught:
        compile_tail(model, "one")
    assert caught.value.where == "branched, one"


def test_a_layer_that_has_no_maps_is_refused(model: Any) -> None:
    with pytest.raises(LayerNotFoundError, match="no 4-D layer 'average'"):
        compile_layer_gradients(model, [TARGET_LAYER, "average"], 1)


def test_a_model_that_nobody_holds_is_let_go(noise: Films) -> None:
    model = build_network("small_cnn", 2, 64)
    compile_gradient(model)(noise, 0)
    compile_layer_gradients(model, [TARGET_LAYER], 1)(noise, [0])
    compile_tail(model, TARGET_LAYER)(np.zeros((1, 4, 4, 192), np.float32))
    guided_backprop(model, noise, 0)
    held = weakref.ref(model)
    del model
    gc.collect()
    assert held() is None
