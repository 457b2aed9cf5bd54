import doctest

import numpy as np
import pytest
from scipy import stats

from xray_core.evaluation import intervals
from xray_core.evaluation.intervals import (
    auc_score,
    bootstrap_weights,
    has_interval,
    mean_interval,
    mean_intervals,
    mean_of_classes,
    share_score,
    wilson,
    words_for,
)


def test_the_examples_in_the_docstrings_hold() -> None:
    results = doctest.testmod(intervals)
    assert results.attempted > 2
    assert results.failed == 0


@pytest.mark.parametrize(("right", "n"), [(0, 1), (1, 1), (0, 7), (5, 5), (3, 8), (40, 40)])
def test_wilson_agrees_with_scipy(right: int, n: int) -> None:
    theirs = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right / n, n) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_every_patient_brings_all_their_films() -> None:
    weights = bootstrap_weights(["a", "b", "a", "c"], 50, seed=1)
    assert weights.shape == (51, 4)
    assert (weights[0] == 1).all()
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all(), "three patients are drawn"


def test_a_share_that_no_draw_changes_gets_the_interval_of_its_patients() -> None:
    found = share_score(np.ones(20), n_films=9, n_patients=3)
    assert (found["low"], found["high"], found["n"]) == (round(3 / (3 + 3.8415), 4), 1.0, 9)
    varied = share_score(np.array([0.5, 0.25, 0.75]), n_films=9, n_patients=3)
    assert varied["interval"] == "bootstrap"


def test_what_cannot_be_computed_has_neither_value_nor_interval() -> None:
    nothing = np.full(5, np.nan)
    for found in (share_score(nothing, 0, 0), auc_score(nothing, 0, 0, 9)):
        assert (found["value"], found["low"], found["interval"]) == (None, None, None)
    assert mean_of_classes(nothing, [share_score(nothing, 0, 0)], 0)["value"] is None


def test_the_interval_of_a_mean_of_shares_stays_within_its_range() -> None:
    alone = share_score(np.zeros(5), 1, 1)
    mean = mean_of_classes(np.zeros(5), [alone], 1)
    assert (mean["value"], mean["low"], mean["high"]) == (0.0, 0.0, alone["high"])


def test_the_mean_of_a_number_per_film_has_an_interval_by_patient() -> None:
    values = np.array([1, 3, 5, np.nan])
    found = mean_interval(values, ["a", "b", "c", "d"])
    assert (found["value"], found["n"]) == (3, 3)
    assert 1 <= found["low"] < 3 < found["high"] <= 5


@pytest.mark.parametrize(
    ("values", "patients", "why"),
    [
        ([1.0, 3.0, 5.0], ["a", "a", "a"], "all films are of one patient"),
        ([0.4, 0.4], ["a", "b"], "every draw of patients gives the same mean"),
    ],
)
def test_a_mean_without_anything_to_vary_has_no_interval(
    values: list[float], patients: list[str], why: str
) -> None:
    found = mean_interval(np.array(values), patients)
    assert (found["low"], found["high"], found["why"]) == (None, None, why)


def test_a_share_of_none_or_all_is_wilsons() -> None:
    none, every = mean_intervals(np.array([[0.0, 1.0], [0.0, 1.0]]), ["a", "b"])
    assert (none["low"], none["high"]) == (0.0, round(1 - 2 / (2 + 3.8415), 4))
    assert (every["low"], every["high"]) == (round(2 / (2 + 3.8415), 4), 1.0)


def test_a_number_that_no_film_has_has_no_mean() -> None:
    found = mean_interval(np.array([np.nan, np.nan]), ["a", "b"])
    assert (found["value"], found["n"]) == (None, 0)


def test_an_interval_of_width_0_of_an_older_version_is_none() -> None:
    older = {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    assert not has_interval(older)
    assert words_for(older) == "1.000 (no interval)"
    assert has_interval({"value": 0.5, "low": 0.4, "high": 0.6, "n": 9})
    why = {"value": 1.0, "low": None, "high": None, "n": 1, "interval": None, "why": "too few"}
    assert words_for(why) == "1.000 (no interval: too few)"
    assert words_for(why, reason=False) == "1.000 (no interval)"
