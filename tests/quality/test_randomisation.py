import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.classifier import Classifier
from xray_core.data.phantom import make_phantom
from xray_core.errors import ExplainError
from xray_core.quality.grid import maps_of
from xray_core.quality.randomisation import N_DEPTHS, pairs_of_films, randomise, redraw

pytestmark = pytest.mark.long

Films = NDArray[np.float32]


@pytest.fixture(scope="module")
def chests() -> Films:
    """Four synthetic films, one of each class."""
    labels = ("covid", "normal", "viral", "bacterial")
    films = [make_phantom(label, seed, size_px=64).image for seed, label in enumerate(labels)]
    return np.stack(films)[..., None]


def excess(model: Classifier, films: Films, method: str) -> tuple[float, float]:
    """How much more alike maps are than those of different films: order and structure."""
    columns = [2] * 4
    maps = maps_of(model, films, columns, method)
    found, pairs = randomise(model, films, columns, maps, method), pairs_of_films(maps)
    assert found.likeness.rank.shape == found.likeness.structure.shape == (N_DEPTHS, 4)
    return (
        float(found.likeness.rank.mean() - pairs.rank.mean()),
        float(found.likeness.structure.mean() - pairs.structure.mean()),
    )


def test_guided_backpropagation_fails_and_grad_cam_passes(model: Classifier, chests: Films) -> None:
    assert max(excess(model, chests, "grad_cam")) < 0
    assert min(excess(model, chests, "guided_backprop")) > 0.1


def test_the_network_itself_never_changes(model: Classifier, chests: Films) -> None:
    before = [weight.copy() for weight in model.network.get_weights()]
    nodes = [len(layer._inbound_nodes) for layer in model.network.layers]
    maps = maps_of(model, chests, [0] * 4, "layer_cam")
    randomise(model, chests, [0] * 4, maps, "layer_cam")
    for old, new in zip(before, model.network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert [len(layer._inbound_nodes) for layer in model.network.layers] == nodes
    np.testing.assert_array_equal(maps_of(model, chests, [0] * 4, "layer_cam"), maps)


def test_the_head_goes_first_and_the_first_layer_last(finder: Classifier) -> None:
    film = np.zeros((1, 64, 64, 1), np.float32)
    film[0, 16:24, 40:48] = 1
    steps: list[int] = []
    maps = maps_of(finder, film, [0], "grad_cam")
    found = randomise(
        finder, film, [0], maps, "grad_cam", layer="look", progress=lambda: steps.append(1)
    )
    assert found.depths == ("logits", "sum")
    assert len(steps) == 2


def test_the_same_seed_forgets_in_the_same_way(model: Classifier, chests: Films) -> None:
    maps = maps_of(model, chests[:1], [2], "grad_cam")
    found = [randomise(model, chests[:1], [2], maps, "grad_cam", seed=seed) for seed in (3, 3, 4)]
    np.testing.assert_array_equal(found[0].likeness.rank, found[1].likeness.rank)
    assert (found[0].likeness.rank != found[2].likeness.rank).any()


def test_new_weights_have_the_statistics_of_the_old_ones() -> None:
    random = np.random.default_rng(0)
    kernel = random.normal(2, 3, (9, 9, 8, 8)).astype(np.float32)
    bias, count = np.arange(8, dtype=np.float32), np.array([7, 8])
    drawn, shuffled, kept = redraw([kernel, bias, count], random)
    assert (drawn.dtype, drawn.shape) == (kernel.dtype, kernel.shape)
    assert drawn.mean() == pytest.approx(2, abs=0.2)
    assert drawn.std() == pytest.approx(3, abs=0.2)
    assert abs(np.corrcoef(drawn.ravel(), kernel.ravel())[0, 1]) < 0.05
    assert sorted(shuffled) == sorted(bias)
    assert kept is count


def test_maps_of_different_films_worked_out_by_hand() -> None:
    ramp = np.tile(np.arange(8, dtype=np.float32), (8, 1))
    found = pairs_of_films(np.stack([ramp, ramp, -ramp]))
    assert sorted(found.rank.round(6).tolist()) == [-1, -1, 1]
    assert len(pairs_of_films(np.stack([ramp] * 5), n_pairs=4).rank) == 4
    assert len(pairs_of_films(ramp[None]).rank) == 0


def test_an_unknown_method_is_refused(model: Classifier, chests: Films) -> None:
    with pytest.raises(ExplainError, match="no method"):
        randomise(model, chests, [0] * 4, chests[..., 0], "tea leaves")
