"""Curves equal scikit-learn's, and their bands hold the truth as often as they say."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_curve

from xray_core.evaluation.curves import GRID, curves_of, curves_of_class


def films(seed: int, n: int = 300, gap: float = 1.5) -> tuple[np.ndarray, np.ndarray, list[str]]:
    random = np.random.default_rng(seed)
    own = random.random(n) < 0.3
    values = np.round(random.normal(size=n) + gap * own, 1)  # with ties
    return own, values, [str(row) for row in range(n)]


def test_both_curves_are_those_of_scikit_learn() -> None:
    own, values, patients = films(3)
    found = curves_of(own, values, patients, 10)
    false, true, _ = roc_curve(own, values, drop_intermediate=False)
    np.testing.assert_allclose(found.roc.y, np.interp(GRID, false, true), atol=1e-12)
    precision, recall, _ = precision_recall_curve(own, values)
    for x, y in zip(GRID[1:], found.precision_recall.y[1:], strict=True):
        place = np.flatnonzero(recall >= x - 1e-12)[-1]  # recall falls along scikit-learn's curve
        assert y == pytest.approx(precision[place])
    expected = average_precision_score(own, values)
    assert found.precision_recall.area["value"] == pytest.approx(expected, abs=1e-4)
    assert found.share == own.mean()


def test_bands_hold_the_curve_of_all_patients_about_as_often_as_they_say() -> None:
    true = curves_of(*films(0, 20_000), 2).roc.y[20]
    inside = 0
    for seed in range(1, 41):
        band = curves_of(*films(seed, 120), 100).roc
        inside += band.low[20] <= true <= band.high[20]
    assert 32 <= inside <= 40, "40 samples, 95 % each"


def test_too_few_patients_leave_a_curve_without_a_band() -> None:
    own, values, _ = films(1, 60)
    found = curves_of(own, values, ["one"] * 30 + ["two"] * 30, 10)
    assert np.isnan(found.roc.low).all()
    assert np.isfinite(found.precision_recall.y).all()
    assert found.roc.area["low"] is None


def test_a_class_needs_films_on_both_sides() -> None:
    table = pd.DataFrame(
        {"label": ["covid", "normal"], "patient": ["a", "b"], "p_covid": [0.7, 0.1]}
    ).assign(p_normal=[0.3, 0.9], p_viral=0.0)
    found = curves_of_class(table, "covid", 10)
    assert found is not None
    assert found.roc.area["value"] == 1
    assert curves_of_class(table, "asthma") is None
    assert curves_of_class(table, "viral") is None
