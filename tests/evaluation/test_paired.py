import numpy as np
import pytest
from scipy import stats
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar as reference_mcnemar
from statsmodels.stats.multitest import multipletests

from xray_core.evaluation.intervals import bootstrap_weights
from xray_core.evaluation.paired import (
    bootstrap_p,
    delong,
    holm,
    kappa,
    mcnemar,
    normal_p,
    smallest_difference,
)
from xray_core.evaluation.replicates import aucs, confusions

N = 160
ALONE = [str(film) for film in range(N)]


@pytest.fixture
def draws() -> np.random.Generator:
    return np.random.default_rng(4)


def test_mcnemar_of_single_films_is_that_of_statsmodels(draws: np.random.Generator) -> None:
    first, second = draws.random(N) < 0.8, draws.random(N) < 0.7
    table = np.array(
        [
            [(first & second).sum(), (first & ~second).sum()],
            [(~first & second).sum(), (~first & ~second).sum()],
        ]
    )
    found = mcnemar(first, second, ALONE)
    assert (found.only_first, found.only_second) == (table[0, 1], table[1, 0])
    assert found.p == pytest.approx(reference_mcnemar(table, exact=True).pvalue)
    assert found.p_by_patient == pytest.approx(found.p)


def test_films_of_one_patient_are_one_piece_of_evidence(draws: np.random.Generator) -> None:
    first, second = draws.random(N) < 0.85, draws.random(N) < 0.7
    once = mcnemar(first, second, ALONE)
    twice = mcnemar(np.tile(first, 2), np.tile(second, 2), ALONE * 2)
    assert twice.p < once.p, "twice the films look like twice the evidence"
    assert twice.p_by_patient == pytest.approx(once.p_by_patient)


def test_models_that_are_right_on_the_same_films_cannot_be_told_apart() -> None:
    right = np.array([True, False, True])
    found = mcnemar(right, right, ["a", "b", "c"])
    assert (found.p, found.p_by_patient) == (1.0, 1.0)


def components(positive: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """DeLong's components of one model by their definition."""
    wins = (values[positive][:, None] > values[~positive]) + 0.5 * (
        values[positive][:, None] == values[~positive]
    )
    return wins.mean(axis=1), wins.mean(axis=0)


def test_delong_of_single_films_is_its_definition(draws: np.random.Generator) -> None:
    positive = draws.random(N) < 0.4
    values = np.round(draws.random((3, N)) + 0.4 * positive, 1)  # with ties
    found = delong(positive, values, ALONE)
    for value, row in zip(found.values, values, strict=True):
        assert value == pytest.approx(metrics.roc_auc_score(positive, row))
        u = stats.mannwhitneyu(row[positive], row[~positive]).statistic
        assert value == pytest.approx(u / (positive.sum() * (~positive).sum()))
    parts = [components(positive, row) for row in values]
    expected = np.cov([part[0] for part in parts]) / positive.sum()
    expected += np.cov([part[1] for part in parts]) / (~positive).sum()
    assert found.covariance == pytest.approx(expected)


def test_delong_by_patient_agrees_with_the_bootstrap_by_patient(
    draws: np.random.Generator,
) -> None:
    patients = [str(number) for number in draws.integers(0, 60, N)]
    shift = dict(zip(map(str, range(60)), draws.normal(size=60), strict=True))
    own = np.array([shift[name] for name in patients])
    positive = (own + draws.normal(size=N)) > 0
    values = np.stack([own + draws.normal(size=N), 0.5 * own + draws.normal(size=N)])
    weights = bootstrap_weights(patients, 2000)
    first, second = (aucs(positive, row, weights) for row in values)
    difference, error = delong(positive, values, patients).difference(0, 1)
    assert difference == pytest.approx((first - second)[0])
    assert error == pytest.approx(np.std((first - second)[1:]), rel=0.1)


def test_holm_is_that_of_statsmodels(draws: np.random.Generator) -> None:
    p_values = draws.random(7) ** 3
    assert holm(list(p_values)) == pytest.approx(multipletests(p_values, method="holm")[1])
    assert holm([]) == []


def test_p_of_a_difference_is_that_of_the_normal_distribution() -> None:
    assert normal_p(0.2, 0.1) == pytest.approx(2 * stats.norm.sf(2))
    assert normal_p(0.0, 0.0) == 1.0


def test_p_of_a_bootstrap_falls_as_the_difference_grows(draws: np.random.Generator) -> None:
    drawn = draws.normal(size=4000)
    small, large = (bootstrap_p(np.array([mean, *(drawn + mean)])) for mean in (0.0, 2.0))
    assert small > 0.9
    assert large == pytest.approx(2 * stats.norm.sf(2), abs=0.01)
    assert bootstrap_p(np.full(9, np.nan)) == 1.0


def test_the_smallest_difference_is_found_four_times_in_five(draws: np.random.Generator) -> None:
    n_films, apart = 600, 0.15  # of the films only one model is right
    error = np.sqrt(apart / n_films)
    gain = smallest_difference(error)
    cells = [apart / 2 + gain / 2, apart / 2 - gain / 2, 1 - apart]
    trials = draws.multinomial(n_films, cells, size=4000)
    p_values = 2 * stats.binom.cdf(trials[:, :2].min(axis=1), trials[:, :2].sum(axis=1), 0.5)
    assert np.mean(p_values < 0.05) == pytest.approx(0.8, abs=0.05)


def test_kappa_is_that_of_scikit_learn(draws: np.random.Generator) -> None:
    one, other = draws.integers(0, 3, N), draws.integers(0, 3, N)
    one[:100] = other[:100]
    weights = np.stack([np.ones(N), draws.integers(0, 4, N).astype(float)])
    for found, weight in zip(kappa(confusions(one, other, 3, weights)), weights, strict=True):
        assert found == pytest.approx(metrics.cohen_kappa_score(one, other, sample_weight=weight))
    assert np.isnan(kappa(confusions(one * 0, one * 0, 3, weights))).all()
