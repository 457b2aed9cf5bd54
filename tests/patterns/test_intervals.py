import numpy as np
import pytest

from xray_core.patterns.intervals import means_of


def test_a_mean_per_column_over_the_films_that_have_a_number() -> None:
    table = np.array([[1.0, 0.5], [3.0, np.nan], [np.nan, np.nan]])
    both, alone = means_of(table, ["a", "b", "c"])
    assert (both.value, both.n) == (2, 2)
    assert (both.low, both.high) == (1, 3), "two patients: either may be drawn twice"
    assert (alone.value, alone.n) == (0.5, 1)
    assert np.isnan([alone.low, alone.high]).all(), "one patient has no interval"


def test_films_of_one_patient_are_drawn_together() -> None:
    values = np.array([[0.0], [0.0], [0.0], [0.9]])
    (by_film,) = means_of(values, ["a", "b", "c", "d"])
    (by_patient,) = means_of(values, ["a", "a", "a", "d"])
    assert by_film.value == by_patient.value == pytest.approx(0.225)
    assert by_film.high < by_patient.high == pytest.approx(0.9)


def test_no_film_with_a_number_has_no_mean() -> None:
    (none,) = means_of(np.array([[np.nan]]), ["a"])
    assert none.n == 0
    assert np.isnan(none.value)
