import pytest

from xray_core.patterns.intervals import mean_of


def test_mean_with_its_interval() -> None:
    found = mean_of([1.0, 3.0, float("nan")])  # standard deviation sqrt 2, its error 1
    assert (found.value, found.n) == (2, 2)
    assert found.low == pytest.approx(2 - 1.96)
    assert found.high == pytest.approx(2 + 1.96)


def test_too_few_values_have_no_interval() -> None:
    alone, none = mean_of([0.5]), mean_of([])
    assert (alone.value, alone.n, none.n) == (0.5, 1, 0)
    assert alone.low != alone.low
    assert none.value != none.value
