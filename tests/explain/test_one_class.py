from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.errors import ClassIndexError, ExplainError
from xray_core.explain.methods import METHODS, evidence, explain
from xray_core.explain.one_class import explain_against, explain_class

Films = NDArray[np.float32]
CLASSES = ("normal", "viral", "covid")
with_direction = [name for name, entry in METHODS.items() if entry.linear or entry.of_layer]


@pytest.fixture
def film(noise: Films) -> Films:
    return noise[0, ..., 0]


@pytest.mark.parametrize("method", ["grad_cam", "saliency"])
def test_one_class_is_what_it_is_among_all(model: Any, film: Films, method: str) -> None:
    for expected in explain(model, film, CLASSES, method):
        found = explain_class(model, film, CLASSES, expected.label, method)
        assert (found.label, found.method, found.against) == (expected.label, method, "")
        assert found.probability == pytest.approx(expected.probability)
        np.testing.assert_allclose(found.values, expected.values, atol=1e-7)


def test_without_a_label_the_likeliest_class_is_explained(model: Any, film: Films) -> None:
    likeliest = max(explain(model, film, CLASSES), key=lambda item: item.probability)
    assert explain_class(model, film, CLASSES).label == likeliest.label


@pytest.mark.parametrize("method", with_direction)
def test_evidence_for_one_class_is_evidence_against_the_other(
    model: Any, film: Films, method: str
) -> None:
    found = explain_against(model, film, CLASSES, "covid", "normal", method)
    back = explain_against(model, film, CLASSES, "normal", "covid", method)
    assert found.is_signed
    assert (found.label, found.against) == ("covid", "normal")
    np.testing.assert_array_equal(found.values, -back.values)
    maps = evidence(model, film[None, ..., None], method, columns=[2, 0])[1][0]
    np.testing.assert_allclose(found.values, maps[0] - maps[1], atol=1e-6)
    probabilities = [item.probability for item in explain(model, film, CLASSES)]
    assert found.probability == pytest.approx(probabilities[0] + probabilities[2], rel=1e-5)


def test_a_linear_map_sums_to_what_parts_the_two_logits(model: Any, film: Films) -> None:
    found = explain_against(model, film, CLASSES, "covid", "normal", "grad_cam")
    logits = evidence(model, film[None, ..., None], "grad_cam")[0][0]
    bias = model.get_layer("logits").get_weights()[1]
    expected = (logits - bias)[2] - (logits - bias)[0]
    assert found.values.sum() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("method", sorted(METHODS.keys() - set(with_direction)))
def test_a_method_without_direction_is_refused(model: Any, film: Films, method: str) -> None:
    with pytest.raises(ExplainError, match="not for which class") as caught:
        explain_against(model, film, CLASSES, "covid", "normal", method)
    assert "grad_cam" in caught.value.fix


def test_a_class_against_itself_is_refused(model: Any, film: Films) -> None:
    with pytest.raises(ExplainError, match="against itself"):
        explain_against(model, film, CLASSES, "covid", "covid")


def test_an_unknown_class_lists_the_known_ones(model: Any, film: Films) -> None:
    with pytest.raises(ClassIndexError) as caught:
        explain_class(model, film, CLASSES, "zoster")
    assert caught.value.fix == "Choose one of: normal, viral, covid."
    with pytest.raises(ClassIndexError):
        explain_against(model, film, CLASSES, "covid", "zoster")


def test_labels_that_are_not_those_of_the_network_are_refused(model: Any, film: Films) -> None:
    with pytest.raises(ClassIndexError, match="3 classes, not 2"):
        explain_class(model, film, ("normal", "covid"), "covid")
