import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from xray_core.evaluation.intervals import bootstrap_weights
from xray_core.evaluation.predict import softmax
from xray_core.evaluation.probabilities import (
    calibration_score,
    equal_mass_bins,
    error_by_chance,
    probability_rows,
)
from xray_core.networks.calibration import Calibration

N = 1200


@pytest.fixture
def draws() -> np.random.Generator:
    return np.random.default_rng(2)


def alone(n: int) -> list[str]:
    return [str(film) for film in range(n)]


def test_the_calibration_error_is_that_of_the_curve_of_scikit_learn(
    draws: np.random.Generator,
) -> None:
    values = draws.random(N)
    right = draws.random(N) < values**1.5
    share, mean = calibration_curve(right, values, n_bins=10, strategy="quantile")
    counts = np.bincount(equal_mass_bins(values))
    assert counts.tolist() == [N // 10] * 10
    found = calibration_score(values, right, bootstrap_weights(alone(N), 20))
    assert found["value"] == pytest.approx((np.abs(share - mean) * counts).sum() / N, abs=5e-5)


@pytest.mark.parametrize("off", [0.1, 0.2])
def test_known_miscalibration_lies_in_the_interval_and_is_more_than_chance(
    off: float, draws: np.random.Generator
) -> None:
    values = draws.uniform(0.3, 0.9, N)
    right = draws.random(N) < values - off
    found = calibration_score(values, right, bootstrap_weights(alone(N), 400))
    assert found["low"] <= off <= found["high"]
    assert found["value"] > error_by_chance(values)


def test_right_probabilities_show_no_more_than_chance(draws: np.random.Generator) -> None:
    below = 0
    for _ in range(20):
        values = draws.uniform(0.3, 0.9, 300)
        right = draws.random(300) < values
        found = calibration_score(values, right, bootstrap_weights(alone(300), 100))
        below += found["value"] <= error_by_chance(values)
        assert found["low"] <= found["value"] <= found["high"]
    assert below >= 17, "95 of 100 should"


def test_few_films_have_fewer_bins() -> None:
    assert equal_mass_bins(np.linspace(0, 1, 25)).max() == 1
    assert equal_mass_bins(np.full(500, 0.5)).max() == 0


@pytest.fixture
def table(draws: np.random.Generator) -> pd.DataFrame:
    """600 films of two sources, whose probabilities were calibrated by a factor of 0.5."""
    logits = draws.normal(size=(600, 3))
    values = softmax(logits)
    labels = (values.cumsum(axis=1) < draws.random((600, 1))).sum(axis=1).clip(0, 2)
    frame = pd.DataFrame(values, columns=["p_normal", "p_viral", "p_covid"])
    return frame.assign(
        label=np.array(["normal", "viral", "covid"])[labels],
        patient=alone(600),
        source=np.where(np.arange(600) < 200, "here", "there"),
    )


CLASSES = ("normal", "viral", "covid")
CALIBRATION = Calibration(0.5, (0.0, 0.0, 0.0), 600)


def test_there_is_a_row_for_all_each_class_and_each_source(table: pd.DataFrame) -> None:
    rows = probability_rows(table, CLASSES, CALIBRATION, 50)
    groups = [(row["class"], row["source"], row["n"]) for row in rows]
    assert groups[0] == ("all", "all", 600)
    assert groups[1:4] == [(label, "all", 600) for label in CLASSES]
    assert groups[4:] == [("all", "here", 200), ("all", "there", 400)]
    one = table[table["source"] == "here"]
    assert len(probability_rows(one, CLASSES, None, 50)) == 4, "one source is all films"
    assert probability_rows(table.assign(label="asthma"), CLASSES) == []


def test_brier_scores_are_those_of_scikit_learn(table: pd.DataFrame) -> None:
    rows = probability_rows(table, CLASSES, None, 50)
    values = table[[f"p_{label}" for label in CLASSES]].to_numpy()
    truth = table["label"].map(CLASSES.index).to_numpy()
    whole = metrics.brier_score_loss(truth, values, scale_by_half=False)
    assert rows[0]["brier"]["value"] == pytest.approx(whole, abs=5e-5)
    for column, row in enumerate(rows[1:4]):
        expected = metrics.brier_score_loss(truth == column, values[:, column])
        assert row["brier"]["value"] == pytest.approx(expected, abs=5e-5)
        assert row["brier"]["low"] < expected < row["brier"]["high"]


def test_what_calibration_gained_is_shown(table: pd.DataFrame) -> None:
    row = probability_rows(table, CLASSES, CALIBRATION, 50)[0]
    assert row["calibration_error"]["value"] < row["calibration_error_before"]["value"]
    assert row["brier"]["value"] < row["brier_before"]["value"]
    assert row["calibration_error_before"]["value"] > row["by_chance"]
    assert "brier_before" not in probability_rows(table, CLASSES, None, 50)[0]
