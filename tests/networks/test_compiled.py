import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.errors import LayerNotFoundError
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import build_network
from xray_core.networks.small_cnn import TARGET_LAYER

Films = NDArray[np.float32]


@pytest.fixture(scope="module")
def model() -> Any:
    return build_network("small_cnn", 3, 64)


def test_the_compiled_pass_gives_what_the_model_gives(model: Any, noise: Films) -> None:
    logits, features = compile_forward(model, TARGET_LAYER)(noise)
    np.testing.assert_allclose(logits, model(noise, training=False), atol=1e-5)
    assert features.shape == (3, 4, 4, 192)
    kernel, bias = model.get_layer("logits").get_weights()
    np.testing.assert_allclose(features.mean(axis=(1, 2)) @ kernel + bias, logits, atol=1e-5)


def test_without_a_layer_the_logits_come_twice(model: Any, noise: Films) -> None:
    logits, again = compile_forward(model)(noise)
    np.testing.assert_array_equal(logits, again)


def test_it_is_made_once_a_model_and_layer(model: Any) -> None:
    assert compile_forward(model) is compile_forward(model)
    assert compile_forward(model) is not compile_forward(model, TARGET_LAYER)
    other = build_network("small_cnn", 3, 64)
    assert compile_forward(other) is not compile_forward(model)


def test_new_weights_need_no_new_function(noise: Films) -> None:
    model = build_network("small_cnn", 2, 64)
    forward = compile_forward(model)
    before = forward(noise)[0]
    kernel, bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([kernel, bias + 3])
    np.testing.assert_allclose(forward(noise)[0], before + 3, atol=1e-5)


def test_two_threads_agree_with_one(model: Any, noise: Films) -> None:
    forward = compile_forward(model, TARGET_LAYER)
    alone = [forward(noise[i : i + 1]) for i in range(3)]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda i: forward(noise[i % 3 : i % 3 + 1]), range(12)))
    for i, (logits, features) in enumerate(together):
        np.testing.assert_allclose(logits, alone[i % 3][0], atol=1e-6)
        np.testing.assert_allclose(features, alone[i % 3][1], atol=1e-6)


@pytest.mark.parametrize("layer", ["nowhere", "logits", "average"])
def test_a_layer_that_has_no_maps_is_refused(model: Any, layer: str) -> None:
    with pytest.raises(LayerNotFoundError) as caught:
        compile_forward(model, layer)
    assert f"'{layer}'" in caught.value.what
    assert TARGET_LAYER in caught.value.fix


def test_a_model_that_nobody_holds_is_let_go(noise: Films) -> None:
    model = build_network("small_cnn", 2, 64)
    compile_forward(model)(noise)
    held = weakref.ref(model)
    del model
    gc.collect()
    assert held() is None
