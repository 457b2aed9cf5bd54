"""Conformal sets: the threshold by hand, and coverage on data whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from xray_core.opinion.conformal import LEAST_OF_SOURCE, fit, threshold


def table_of(label: str, values: list[float], source: str = "a") -> pd.DataFrame:
    """Films of a class of two; `values` are the probabilities of their own class."""
    own = np.array(values)
    normal = own if label == "normal" else 1 - own
    return pd.DataFrame(
        {"label": label, "source": source, "p_normal": normal, "p_covid": 1 - normal}
    )


@pytest.mark.parametrize(
    ("n", "level", "expected"),
    [
        (9, 0.9, 0.1),  # k = ceil(10 * 0.9) = 9: the lowest of nine
        (19, 0.9, 0.2),  # k = 18: the second lowest
        (8, 0.9, 0.0),  # k = 9 of 8: nothing can be ruled out
        (19, 0.95, 0.1),  # k = 19
    ],
)
def test_the_threshold_is_the_order_statistic_of_the_paper(
    n: int, level: float, expected: float
) -> None:
    assert threshold(np.arange(1, n + 1) / 10, level) == pytest.approx(expected)


def test_sets_hold_the_class_of_new_films_as_often_as_promised() -> None:
    random = np.random.default_rng(3)
    shares = []
    for _ in range(60):
        train = [random.beta(5, 2, 400), random.beta(3, 2, 300)]
        sets = fit(
            pd.concat(
                [
                    table_of("normal", list(train[0])),
                    table_of("covid", list(train[1])),
                ]
            ),
            ("normal", "covid"),
        )
        new = [random.beta(5, 2, 400), random.beta(3, 2, 400)]
        low = [sets.thresholds["normal"], sets.thresholds["covid"]]
        shares.append([(values >= least).mean() for values, least in zip(new, low, strict=True)])
    means = np.mean(shares, axis=0)
    assert ((means > 0.88) & (means < 0.92)).all()


def test_each_source_keeps_the_promise_and_not_their_average_alone() -> None:
    easy = [0.99] * 180
    hard = list(np.linspace(0.3, 0.7, 20))
    films = pd.concat(
        [
            table_of("covid", easy, "a"),
            table_of("covid", hard, "b"),
            table_of("normal", [0.9] * 20, "a"),
        ]
    )
    sets = fit(films, ("normal", "covid"))
    # On all 200 films k = 181 of the sorted ones: 0.99 is reached by 180, so the 181st is 0.7.
    assert threshold(np.array(easy + hard), 0.9) == pytest.approx(0.7)
    # Of the 20 of source b alone k = ceil(21 * 0.9) = 19: the second lowest.
    assert sets.thresholds["covid"] == pytest.approx(sorted(hard)[1])
    assert sets.sources == ("a", "b")
    assert sets.n == {"normal": 20, "covid": 200}


def test_a_source_with_too_few_films_is_not_counted_by_itself() -> None:
    films = pd.concat(
        [
            table_of("covid", [0.9] * 300, "a"),
            table_of("covid", [0.1] * (LEAST_OF_SOURCE - 1), "b"),
        ]
    )
    assert fit(films, ("covid",)).thresholds["covid"] == pytest.approx(0.9)


def test_normal_stands_alone_only_where_sickness_is_ruled_out_at_95_percent() -> None:
    values = list(np.linspace(0.05, 0.99, 99))
    films = pd.concat([table_of("covid", values), table_of("normal", values)])
    sets = fit(films, ("normal", "covid"))
    at_90, at_95 = sets.thresholds["covid"], sets.beside_normal["covid"]
    assert at_95 < at_90
    between = (at_90 + at_95) / 2
    assert sets.set_of({"normal": 1 - between, "covid": between}) == ("normal", "covid")
    below = at_95 / 2
    assert sets.set_of({"normal": 1 - below, "covid": below}) == ("normal",)
    assert sets.set_of({"normal": 0.01, "covid": 0.99}) == ("covid",)


def test_a_film_between_the_classes_has_an_empty_set() -> None:
    films = pd.concat([table_of("covid", [0.9] * 30), table_of("normal", [0.9] * 30)])
    assert fit(films, ("normal", "covid")).set_of({"normal": 0.5, "covid": 0.5}) == ()


def test_a_class_without_films_is_never_ruled_out() -> None:
    sets = fit(table_of("normal", [0.9] * 30), ("normal", "covid"))
    assert sets.set_of({"normal": 1.0, "covid": 0.0}) == ("normal", "covid")


def test_thresholds_leave_the_classes_that_crepes_leaves() -> None:
    crepes = pytest.importorskip("crepes", reason="pip install -r requirements-dev.txt")
    random = np.random.default_rng(4)
    known = {"normal": random.beta(5, 2, 137), "covid": random.beta(3, 2, 88)}
    sets = fit(
        pd.concat([table_of(label, list(values)) for label, values in known.items()]),
        ("normal", "covid"),
    )
    new = random.uniform(0, 1, 500)
    for label, values in known.items():
        reference = crepes.ConformalClassifier().fit(1 - values)
        kept = reference.predict_set((1 - new)[:, None], confidence=0.9, smoothing=False)
        np.testing.assert_array_equal(new >= sets.thresholds[label], kept[:, 0].astype(bool))
