from collections.abc import Callable

import numpy as np
import pytest

from xray_core.errors import UnknownNetworkError, WeightsError
from xray_core.networks.registry import build_network, save_weights
from xray_core.runs.loading import load_model
from xray_core.runs.store import WEIGHTS, Run

MakeRun = Callable[..., Run]


def test_a_run_gives_its_network_back(make_run: MakeRun) -> None:
    run = make_run(classes=["normal", "viral", "covid"], image_size_px=48)
    trained = build_network("small_cnn", 3, 48)
    save_weights(trained, run.path / WEIGHTS)
    model = load_model(run)
    assert model.input.shape == (None, 48, 48, 1)
    for saved, loaded in zip(trained.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(saved, loaded)
    assert not model.trainable


@pytest.mark.parametrize("classes", [["normal", "covid"], []])
def test_a_run_in_its_first_epoch_cannot_predict_yet(make_run: MakeRun, classes: list[str]) -> None:
    run = make_run(classes=classes)
    with pytest.raises(WeightsError, match="has no weights") as caught:
        load_model(run)
    assert caught.value.where == run.id


def test_a_network_that_this_version_lacks_is_named(make_run: MakeRun) -> None:
    run = make_run(network="alexnet")
    (run.path / WEIGHTS).touch()
    with pytest.raises(UnknownNetworkError, match="alexnet"):
        load_model(run)


def test_weights_of_other_classes_are_refused(make_run: MakeRun) -> None:
    run = make_run()
    save_weights(build_network("small_cnn", 4, 32), run.path / WEIGHTS)
    with pytest.raises(WeightsError, match="do not fit"):
        load_model(run)
