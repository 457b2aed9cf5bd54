import numpy as np
import pytest

from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import NETWORKS, build_network
from xray_core.training import precision
from xray_core.training.precision import choose_precision, computing_in


@pytest.mark.parametrize("name", ["float32", "bfloat16"])
def test_what_is_asked_for_is_taken(name: str) -> None:
    assert choose_precision(name) == name


@pytest.mark.parametrize(
    ("flags", "name"),
    [({"sse2", "avx512_bf16"}, "bfloat16"), ({"amx_bf16"}, "bfloat16"), ({"avx2"}, "float32")],
)
def test_the_machine_is_asked(monkeypatch: pytest.MonkeyPatch, flags: set[str], name: str) -> None:
    monkeypatch.setattr(precision, "_cpu_flags", lambda: flags)
    assert choose_precision("auto") == name


@pytest.mark.parametrize("name", ["small_cnn", pytest.param("xception", marks=pytest.mark.long)])
def test_weights_and_logits_keep_all_bits_and_the_policy_ends(name: str) -> None:
    import keras

    network = NETWORKS[name]
    with computing_in("bfloat16"):
        model = build_network(name, 3, 96)
    assert keras.config.dtype_policy().name == "float32"
    assert {weight.dtype for weight in model.weights} == {"float32"}
    assert model.get_layer(network.target_layer).compute_dtype == "bfloat16"
    assert model.output.dtype == "float32"
    film = np.random.default_rng(0).random((1, 96, 96, 1), dtype=np.float32)
    logits, features = compile_forward(model, network.target_layer)(film)
    assert logits.dtype == features.dtype == np.float32
    exact = build_network(name, 3, 96)
    exact.set_weights(model.get_weights())
    np.testing.assert_allclose(logits, compile_forward(exact)(film)[0], atol=0.05)
