import numpy as np
import pandas as pd
import pytest

from xray_core.evaluation.reliability import reliability, reliability_of


def test_probability_and_share_right_are_given_for_each_bin_with_films() -> None:
    probabilities = np.array([[0.95, 0.05], [0.93, 0.07], [0.35, 0.65], [0.61, 0.39]])
    table = reliability(probabilities, np.array([0, 1, 1, 0]))
    assert table["n"].tolist() == [2, 2]
    assert table["probability"].tolist() == pytest.approx([0.63, 0.94])
    assert table["right"].tolist() == [1.0, 0.5]


def test_certainty_belongs_to_the_last_bin() -> None:
    table = reliability(np.eye(2), np.array([0, 1]))
    assert table.index.tolist() == [9]


def test_films_of_a_class_that_the_model_does_not_know_are_left_out() -> None:
    frame = pd.DataFrame(
        {"label": ["b", "a", "other"], "p_a": [0.1, 0.7, 0.9], "p_b": [0.9, 0.3, 0.1]}
    )
    table = reliability_of(frame, ("a", "b"))
    assert table["n"].tolist() == [1, 1]
    assert table["right"].tolist() == [1.0, 1.0]
