from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.explained import explained
from xray_core.errors import (
    ClassIndexError,
    ExplainError,
    LayerNotFoundError,
    UnknownNetworkError,
)
from xray_core.evaluation.predict import predict_film
from xray_core.explain.evidence import evidence
from xray_core.explain.methods import METHODS, get_method
from xray_core.settings import PROJECT_DIR

Films = NDArray[np.float32]
Build = Callable[[int], Any]
each_method = pytest.mark.parametrize("method", METHODS)
of_a_layer = [name for name, entry in METHODS.items() if entry.of_layer]
fusing = [name for name, entry in METHODS.items() if entry.fused]


@pytest.fixture(scope="module")
def blind(random_network: Build) -> Any:
    """A network whose logits are the same for every film."""
    network = random_network(1)
    kernel, bias = network.get_layer("logits").get_weights()
    network.get_layer("logits").set_weights([np.zeros_like(kernel), bias + np.arange(3)])
    return network


@pytest.fixture(scope="module")
def broken(random_network: Build) -> Any:
    network = random_network(1)
    kernel, bias = network.get_layer("logits").get_weights()
    network.get_layer("logits").set_weights([kernel * np.nan, bias])
    return network


@pytest.fixture(scope="module")
def shuffled(random_network: Build) -> Any:
    """The network of `model` with the weights of its head in another order."""
    network = random_network(0)
    kernel, bias = network.get_layer("logits").get_weights()
    mixed = np.random.default_rng(2).permutation(kernel.ravel()).reshape(kernel.shape)
    network.get_layer("logits").set_weights([mixed, bias])
    return network


def test_an_unknown_method_lists_the_known_ones() -> None:
    with pytest.raises(ExplainError) as caught:
        get_method("tea leaves")
    assert all(name in caught.value.fix for name in METHODS)


@each_method
def test_every_method_says_what_people_need(method: str) -> None:
    entry = METHODS[method]
    assert entry.name == method
    assert entry.title
    assert entry.unit
    assert entry.of_layer or not entry.fused


@each_method
def test_every_method_stands_in_the_documentation_with_its_cost(method: str) -> None:
    entry = METHODS[method]
    pages = (PROJECT_DIR / "docs" / "explaining.md").read_text(encoding="utf-8")
    row = next(line for line in pages.splitlines() if line.startswith(f"| `{method}`"))
    back = " and back, per class" if entry.cost == "gradient" else ", all classes"
    assert f"| {entry.n_passes}{back} |" in row
    assert entry.signed == ("signed" in row)


@each_method
def test_maps_come_with_the_prediction(model: Any, noise: Films, method: str) -> None:
    probabilities, maps = explained(model, noise[:2], method)
    sides = {"occlusion": 12} | dict.fromkeys(of_a_layer, 4) | dict.fromkeys(fusing, 8)
    side = sides.get(method, 64)
    assert maps.shape == (2, 3, side, side)
    assert maps.dtype == np.float32
    assert METHODS[method].signed == (maps.min() < 0)
    alone = [predict_film(model, film[..., 0]) for film in noise[:2]]
    np.testing.assert_allclose(probabilities, alone, atol=1e-6)


@each_method
def test_chosen_classes_have_the_maps_that_they_have_among_all(
    model: Any, noise: Films, method: str
) -> None:
    maps = explained(model, noise[:1], method)[1]
    probabilities, chosen = explained(model, noise[:1], method, columns=[2, 0])
    assert probabilities.shape == (1, 3)
    np.testing.assert_allclose(chosen, maps[:, [2, 0]], atol=1e-6)


@each_method
@pytest.mark.parametrize("column", [-1, 3])
def test_a_class_that_does_not_exist_is_refused(
    model: Any, noise: Films, method: str, column: int
) -> None:
    with pytest.raises(ClassIndexError, match=f"no class {column}") as caught:
        explained(model, noise[:1], method, columns=[0, column])
    assert "0 to 2" in caught.value.fix


@each_method
def test_an_even_film_gives_numbers(model: Any, method: str) -> None:
    films = np.stack([np.full((64, 64, 1), level, np.float32) for level in (0.0, 0.5, 1.0)])
    probabilities, maps = explained(model, films, method, columns=[1])
    assert np.isfinite(maps).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)


@each_method
def test_a_network_that_sees_nothing_gives_a_flat_map(
    blind: Any, noise: Films, method: str
) -> None:
    maps = explained(blind, noise[:1], method)[1]
    assert np.ptp(maps, axis=(2, 3)).max() <= 1e-12


@each_method
def test_a_shuffled_head_gives_another_map_but_not_to_the_counter_example(
    model: Any, shuffled: Any, noise: Films, method: str
) -> None:
    ours, others = (evidence(each, noise[:1], method)[1][0] for each in (model, shuffled))
    likeness = np.mean(
        [
            np.corrcoef(one.ravel(), other.ravel())[0, 1]
            for one, other in zip(ours, others, strict=True)
            if np.ptp(one) > 0 and np.ptp(other) > 0
        ]
    )
    assert (likeness < 0.9) == METHODS[method].passes_randomisation, likeness


@each_method
def test_two_threads_on_one_model_agree_with_one(model: Any, noise: Films, method: str) -> None:
    def explain_one(row: int) -> Films:
        return explained(model, noise[row : row + 1], method, columns=[row])[1]

    alone = [explain_one(row) for row in range(2)]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(explain_one, (0, 1, 0, 1)))
    for row, found in enumerate(together):
        np.testing.assert_allclose(found, alone[row % 2], atol=1e-6)


@each_method
def test_explaining_changes_nothing_in_the_model(model: Any, noise: Films, method: str) -> None:
    before = [weight.copy() for weight in model.get_weights()]
    names = [layer.name for layer in model.layers]
    nodes = [len(layer._inbound_nodes) for layer in model.layers]
    explained(model, noise[:1], method, columns=[0])
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert [layer.name for layer in model.layers] == names
    assert [len(layer._inbound_nodes) for layer in model.layers] == nodes


@each_method
def test_damaged_weights_are_an_error_and_no_map(broken: Any, noise: Films, method: str) -> None:
    with pytest.raises(ExplainError, match="NaN or infinite"):
        explained(broken, noise[:1], method, columns=[0])


@each_method
def test_the_map_peaks_on_what_the_network_looks_for(
    square_finder: Any, square_film: Films, method: str
) -> None:
    layer = "look" if METHODS[method].of_layer else None
    _, maps = explained(square_finder, square_film, method, columns=[0], layer=layer)
    side = maps.shape[-1]
    peak = np.array(np.unravel_index(maps[0, 0].argmax(), (side, side)))
    row, column = (peak + 0.5) / side * 64
    slack = 32 / side if side < 64 else 4  # half a cell; RISE looks through masks of 8 px
    assert 16 - slack <= row <= 24 + slack
    assert 40 - slack <= column <= 48 + slack


@pytest.mark.parametrize("method", of_a_layer)
def test_nothing_speaks_for_a_class_that_falls_with_what_is_seen(
    square_finder: Any, square_film: Films, method: str
) -> None:
    maps = explained(square_finder, square_film, method, layer="look")[1]
    assert maps[0, 0].max() > 0
    assert not maps[0, 1].any()


@pytest.mark.parametrize("method", of_a_layer)
def test_any_layer_of_maps_can_be_explained(model: Any, noise: Films, method: str) -> None:
    options: dict[str, Any] = {"columns": [1, 0], "layer": "stage4_relu2"}
    maps = evidence(model, noise[:1], method, **options)[1]
    assert maps.shape == (1, 2, 8, 8)
    assert np.ptp(maps) > 0
    positive = explained(model, noise[:1], method, **options)[1]
    np.testing.assert_array_equal(positive, np.maximum(maps, 0))


@pytest.mark.parametrize("method", of_a_layer)
@pytest.mark.parametrize("layer", ["nowhere", "average"])
def test_a_layer_without_maps_is_refused(model: Any, noise: Films, method: str, layer: str) -> None:
    with pytest.raises(LayerNotFoundError, match=f"no 4-D layer '{layer}'"):
        explained(model, noise[:1], method, columns=[0], layer=layer)


def test_the_layer_of_an_unknown_network_is_never_guessed(
    square_finder: Any, square_film: Films
) -> None:
    with pytest.raises(UnknownNetworkError):
        evidence(square_finder, square_film, "grad_cam")
