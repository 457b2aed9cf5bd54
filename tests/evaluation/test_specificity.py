import numpy as np
import pytest

from xray_core.evaluation.intervals import TOO_FEW_FOR_AUC
from xray_core.evaluation.specificity import specificities_at, specificity_at

# Ten films with the finding, ten without. Nine of ten are found from 0.3 upwards, where two of the
# others lie above.
FOUND = [0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.05]
OTHERS = [0.97, 0.35, 0.2, 0.2, 0.1, 0.1, 0.1, 0.0, 0.0, 0.0]
POSITIVE = np.repeat([True, False], 10)
VALUES = np.array(FOUND + OTHERS)


def each_its_own(n_films: int) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array([f"patient {number}" for number in range(n_films)])


def test_specificity_where_nine_of_ten_are_found() -> None:
    score = specificity_at(POSITIVE, VALUES, each_its_own(20), 200)
    assert (score["value"], score["n"], score["interval"]) == (0.8, 10, "bootstrap")
    assert 0 <= score["low"] < 0.8 < score["high"] <= 1


def test_films_with_the_value_of_the_threshold_are_called_together() -> None:
    values = np.where(VALUES == 0.2, 0.3, VALUES)
    score = specificity_at(POSITIVE, values, each_its_own(20), 0)
    assert score["value"] == 0.6


def test_a_film_drawn_twice_counts_twice() -> None:
    weights = np.ones((2, 20))
    weights[1, 9] = 3  # the finding missed so far: nine of twelve are too few
    first, second = specificities_at(POSITIVE, VALUES, weights)
    assert first == 0.8
    assert second == pytest.approx(3 / 10)  # the threshold falls to 0.05
    weights[1] = POSITIVE
    assert np.isnan(specificities_at(POSITIVE, VALUES, weights)[1])


def test_nine_patients_on_a_side_give_no_interval() -> None:
    patients = each_its_own(20)
    patients[1] = patients[0]
    score = specificity_at(POSITIVE, VALUES, patients, 100)
    assert (score["value"], score["low"], score["why"]) == (0.8, None, TOO_FEW_FOR_AUC)


def test_an_order_without_a_mistake_is_no_certainty() -> None:
    score = specificity_at(POSITIVE, POSITIVE.astype(float), each_its_own(20), 100)
    assert (score["value"], score["interval"]) == (1.0, "wilson")
    assert score["low"] < 0.8
