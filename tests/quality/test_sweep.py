from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.explained import classifier_of
from tests.planted import mover
from xray_core.data.records import Manifest, Record
from xray_core.explain.methods import METHODS
from xray_core.networks.registry import build_network
from xray_core.quality.sweep import FUSED, SINGLE, explained_columns, layers_of, pair_maps, pairs_of

pytestmark = pytest.mark.long

Films = NDArray[np.float32]


def test_every_pair_of_layers_and_every_method_that_fuses_is_swept() -> None:
    pairs = pairs_of(mover())
    assert [tuple(pair) for pair in pairs[:2]] == [("grad_cam", "moved"), ("grad_cam", "look")]
    assert len(pairs) == len(SINGLE) * 2 + len(FUSED)
    assert {name for name, method in METHODS.items() if method.fused} == set(FUSED)


def test_the_maps_of_one_pass_are_those_of_the_methods(noise: Films) -> None:
    model = classifier_of(build_network("small_cnn", 3, 64))
    found = dict(pair_maps(model, noise[:2], 1))
    assert set(found) == set(pairs_of(model))
    layers = layers_of(model)
    for pair, maps in found.items():
        if set(pair.layer.split("+")) <= {layers[0], layers[-1]}:
            wanted = model.explain_batch(noise[:2], pair.method, columns=[1], layer=pair.layer)[1]
            np.testing.assert_allclose(np.maximum(maps, 0), wanted[:, 0], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("label", "likeliest", "column"),
    [("covid", "viral", 2), ("", "viral", 1), ("normal", "covid", 2), ("fracture", "normal", 1)],
)
def test_a_film_is_explained_for_its_label_else_for_the_likeliest_that_is_not_normal(
    monkeypatch: pytest.MonkeyPatch, label: str, likeliest: str, column: int
) -> None:
    from dataclasses import replace

    from xray_core.quality import sweep

    classes = ("normal", "viral", "covid")
    model = replace(classifier_of(build_network("small_cnn", 3, 32)), classes=classes)
    answer = np.array([[0.3, 0.25, 0.2]], np.float32)
    answer[0, classes.index(likeliest)] = 0.5

    def predict(_network: Any, _films: Any) -> Films:
        return answer.copy()

    monkeypatch.setattr(sweep, "predict", predict)
    films = Manifest((Record("s/a", "s", "a", label),), {})
    assert explained_columns(model, films, np.zeros((1, 32, 32), np.uint8)) == [column]
