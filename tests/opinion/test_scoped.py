"""What a model may say of a patient."""

from xray_core.opinion.scoped import possible_for, restrict
from xray_core.runs.scope import Cell, Scope

CLASSES = ("normal", "bacterial", "viral", "covid")


def scope_with(*cells: tuple[str, str, int]) -> Scope:
    return Scope(CLASSES, tuple(Cell(label, age, "a", n) for label, age, n in cells), 0, {})


BOTH = scope_with(
    ("normal", "adult", 100),
    ("covid", "adult", 100),
    ("viral", "adult", 19),
    ("normal", "child", 20),
    ("bacterial", "child", 50),
    ("viral", "child", 50),
)


def test_an_adult_is_answered_among_what_was_met_in_adults() -> None:
    found = possible_for(BOTH, CLASSES, "adult")
    assert found.classes == ("normal", "covid")
    assert found.never_met == ("bacterial", "viral")
    assert found.words == (
        "For adults this model cannot recognise bacterial pneumonia or viral pneumonia: "
        "it never met any (fewer than 20 real films)."
    )


def test_for_a_child_covid_is_out_of_scope() -> None:
    found = possible_for(BOTH, CLASSES, "child")
    assert found.classes == ("normal", "bacterial", "viral")
    assert found.never_met == ("covid",)


def test_without_an_age_group_both_limits_are_said() -> None:
    found = possible_for(BOTH, CLASSES, "")
    assert found.classes == CLASSES
    assert "For adults this" in found.words
    assert "For children this" in found.words


def test_a_model_that_met_no_child_can_say_nothing_of_one() -> None:
    found = possible_for(scope_with(("normal", "adult", 30)), CLASSES, "child")
    assert found.classes == ()
    assert "met no class of children" in found.words


def test_unknown_training_films_leave_all_classes_and_say_so() -> None:
    found = possible_for(None, CLASSES, "adult")
    assert found.classes == CLASSES
    assert not found.known
    assert "not known what this model was trained on" in found.words


def test_films_that_never_state_an_age_are_taken_as_they_are() -> None:
    found = possible_for(
        scope_with(("normal", "unknown", 30), ("covid", "unknown", 30)), CLASSES, ""
    )
    assert found.classes == ("normal", "covid")
    assert not found.known


def test_probabilities_are_divided_by_their_sum() -> None:
    raw = {"normal": 0.1, "bacterial": 0.4, "viral": 0.2, "covid": 0.3}
    found = restrict(raw, ("normal", "covid"))
    assert [round(value, 9) for value in found.values()] == [0.25, 0.75]
    assert restrict({"normal": 0.0, "covid": 0.0, "viral": 1.0}, ("normal", "covid")) == {
        "normal": 0.5,
        "covid": 0.5,
    }
