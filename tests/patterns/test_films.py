import numpy as np

from tests.patterns.conftest import MakeStored
from xray_core.patterns.films import choose_rows, film_table

MAP = np.eye(2)


def test_films_are_chosen_by_class_outcome_and_source(make_stored: MakeStored) -> None:
    stored = make_stored(
        [MAP] * 4,
        labels=["covid", "covid", "normal", "covid"],
        right=[True, False, True, True],
        sources=["a", "a", "a", ""],
    )
    table = film_table(stored)
    assert table["answer"].tolist() == ["covid", "normal", "normal", "covid"]
    assert table["probability"].tolist() == [0.75, 0.25, 0.75, 0.75]
    assert choose_rows(table, "covid").tolist() == [0, 1, 3]
    assert choose_rows(table, "covid", "right").tolist() == [0, 3]
    assert choose_rows(table, "covid", "wrong").tolist() == [1]
    assert choose_rows(table, "covid", source="a").tolist() == [0, 1]
    assert choose_rows(table, "covid", source="").tolist() == [3]
    assert choose_rows(table, "viral").tolist() == []
