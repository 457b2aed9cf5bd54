import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from xray_core.evaluation.operating_points import operating_points, threshold_for

CLASSES = ("normal", "covid")


@pytest.fixture
def films() -> pd.DataFrame:
    """400 films, half of them of COVID-19, whose probabilities overlap."""
    draws = np.random.default_rng(8)
    ill = np.arange(400) % 2 == 1
    values = np.clip(draws.normal(0.4 + 0.2 * ill, 0.2), 0, 1)
    return pd.DataFrame(
        {
            "label": np.where(ill, "covid", "normal"),
            "patient": [str(row) for row in range(400)],
            "p_normal": 1 - values,
            "p_covid": values,
        }
    )


@pytest.mark.parametrize("least", [0.5, 0.9, 0.95, 1.0])
def test_a_threshold_reaches_what_is_wanted_and_no_more_than_it_must(
    least: float, films: pd.DataFrame
) -> None:
    ill = (films["label"] == "covid").to_numpy()
    values = films["p_covid"].to_numpy()
    at = threshold_for("sensitivity", least, values[ill], values[~ill])
    assert (values[ill] >= at).mean() >= least
    assert (values[ill] > at).mean() < least
    at = threshold_for("specificity", least, values[ill], values[~ill])
    assert (values[~ill] < at).mean() >= least
    assert (values[~ill] < np.nextafter(at, 0)).mean() < least


def test_what_is_reached_is_that_of_films_it_was_not_chosen_on(films: pd.DataFrame) -> None:
    validation, test = films.iloc[:200], films.iloc[200:]
    rows = operating_points(validation, test, CLASSES, (("sensitivity", 0.8),), 100)
    assert [(row["class"], row["least"], row["n_val"]) for row in rows] == [
        ("normal", 0.8, 200),
        ("covid", 0.8, 200),
    ]
    covid = rows[1]
    called = test["p_covid"] >= covid["threshold"]
    found = metrics.recall_score(test["label"] == "covid", called)
    assert covid["sensitivity"]["value"] == pytest.approx(found, abs=0.011)
    assert covid["sensitivity"]["low"] < found < covid["sensitivity"]["high"]
    spared = metrics.recall_score(test["label"] == "normal", ~called)
    assert covid["specificity"]["value"] == pytest.approx(spared, abs=0.011)


def test_too_few_validation_films_or_one_kind_of_test_films_give_no_row(
    films: pd.DataFrame,
) -> None:
    assert operating_points(films.iloc[:20], films, CLASSES) == []
    ill = films[films["label"] == "covid"]
    assert operating_points(films, ill, CLASSES) == []
    assert operating_points(films, films.iloc[:0], CLASSES) == []
