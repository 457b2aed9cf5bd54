import numpy as np
import pytest

from xray_core.audit.probes import read_off


def test_a_fact_in_the_features_is_read_off_within_the_commonest_class() -> None:
    draws = np.random.default_rng(0)
    values = np.where(np.arange(160) % 2, "a", "b")
    labels = (np.arange(160) >= 100).astype(np.int64)
    features = draws.normal(size=(160, 6)).astype(np.float32)
    groups = [str(row) for row in range(160)]
    blind = read_off(features, values, groups, labels)
    assert blind is not None
    assert blind.low < 0.5 < blind.high
    features[:, 0] += 4 * (values == "a")
    found = read_off(features, values, groups, labels)
    assert found is not None
    assert found.value > 0.95
    assert (found.within, found.n, found.chance) == (0, 100, 0.5)
    assert found.as_json()["value"] == pytest.approx(found.value, abs=1e-4)


def test_few_films_or_one_value_are_not_asked() -> None:
    features = np.zeros((30, 2), np.float32)
    labels = np.zeros(30, np.int64)
    groups = [str(row) for row in range(30)]
    assert read_off(features, np.full(30, "a"), groups, labels) is None
    assert read_off(features, np.full(30, ""), groups, labels) is None
