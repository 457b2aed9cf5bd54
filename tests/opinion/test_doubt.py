"""When the answer is "not sure"."""

import pytest

from xray_core.opinion.doubt import reasons_of, spread_of
from xray_core.opinion.gate.result import GateFinding, GateResult

SICK = {"normal": 0.1, "covid": 0.9}
PASSED = GateResult()


def test_one_class_in_the_set_and_models_together_is_sure() -> None:
    assert reasons_of(PASSED, SICK, {"adult": ("covid",)}, 0.1) == ()


def test_two_classes_that_cannot_be_told_apart_are_named() -> None:
    assert reasons_of(PASSED, SICK, {"adult": ("normal", "covid")}, 0.1) == (
        "At 90 % these cannot be told apart: no pneumonia or COVID-19.",
    )


def test_an_empty_set_lies_between_the_classes() -> None:
    (reason,) = reasons_of(PASSED, SICK, {"adult": ()}, 0.1)
    assert reason.startswith("It lies between the classes")


def test_a_set_without_the_likeliest_class_is_not_sure() -> None:
    (reason,) = reasons_of(PASSED, SICK, {"adult": ("normal",)}, 0.1)
    assert "not the likeliest" in reason


def test_an_unknown_age_group_matters_only_where_the_answer_hangs_on_it() -> None:
    same = {"adult": ("normal",), "child": ("normal",)}
    assert reasons_of(PASSED, {"normal": 0.9, "covid": 0.1}, same, 0.1) == ()
    apart = {"adult": ("covid",), "child": ("viral", "bacterial")}
    (reason,) = reasons_of(PASSED, SICK, apart, 0.1)
    assert "for adults COVID-19; for children viral pneumonia or bacterial pneumonia" in reason


def test_models_that_are_apart_are_not_taken_together() -> None:
    (reason,) = reasons_of(PASSED, SICK, {"adult": ("covid",)}, 0.6)
    assert "differ by 0.60" in reason


def test_without_validation_films_the_probability_itself_decides() -> None:
    assert reasons_of(PASSED, SICK, {"adult": None}, 0.0) == ()
    (reason,) = reasons_of(PASSED, {"normal": 0.3, "covid": 0.7}, {"adult": None}, 0.0)
    assert "0.75" in reason


def test_patients_that_no_model_met_get_no_class() -> None:
    assert reasons_of(PASSED, {}, {}, 0.0) == (
        "None of the models met real films of patients like this one.",
    )


def test_a_film_that_the_gate_stopped_is_never_sure() -> None:
    turned = GateFinding("turned", 90, "It is turned.", stops=True)
    gate = GateResult((turned,)).answer_anyway()
    (reason,) = reasons_of(gate, SICK, {"adult": ("covid",)}, 0.0)
    assert "Not a frontal chest film by the gate" in reason


def test_the_spread_is_that_of_the_two_models_furthest_apart() -> None:
    # Total variation: half of |0.9 - 0.2| + |0.1 - 0.8|.
    models = [{"n": 0.9, "c": 0.1}, {"n": 0.5, "c": 0.5}, {"n": 0.2, "c": 0.8}]
    assert spread_of(models) == pytest.approx(0.7)
    assert spread_of(models[:1]) == 0
