import pandas as pd

from xray_core.evaluation.answers import answers_in, probabilities_in

TABLE = pd.DataFrame(
    {
        "id": ["a", "b", "c"],
        "patient": ["1", "2", "3"],
        "p_normal": [0.2, 0.4, 0.5],
        "p_viral": [0.7, 0.2, 0.0],
        "p_covid": [0.1, 0.4, 0.5],
    }
)


def test_the_likeliest_class_is_answered_and_of_equals_the_first() -> None:
    assert answers_in(TABLE).tolist() == ["viral", "normal", "normal"]
    assert answers_in(TABLE, ("covid", "normal")).tolist() == ["normal", "covid", "covid"]


def test_probabilities_have_the_order_of_the_classes_that_are_named() -> None:
    assert probabilities_in(TABLE, ("covid", "normal")).tolist() == [
        [0.1, 0.2],
        [0.4, 0.4],
        [0.5, 0.5],
    ]
    assert probabilities_in(TABLE).shape == (3, 3)


def test_a_table_without_films_has_no_answers() -> None:
    assert answers_in(TABLE.iloc[:0]).tolist() == []
    assert probabilities_in(TABLE.iloc[:0], ("covid",)).shape == (0, 1)
