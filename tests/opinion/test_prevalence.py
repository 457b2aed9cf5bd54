"""Natural frequencies, worked by hand."""

import pandas as pd
import pytest

from xray_core.errors import PrevalenceError
from xray_core.opinion.prevalence import Frequencies, Rate, frequencies


@pytest.fixture
def found() -> Frequencies:
    """Of 100 sick 80 are called and 5 missed; of 100 healthy 10 are called and 60 cleared."""
    answers = ["covid"] * 80 + ["normal"] * 5 + [""] * 15
    answers += ["covid"] * 10 + ["normal"] * 60 + [""] * 30
    films = pd.DataFrame({"label": ["covid"] * 100 + ["normal"] * 100, "answer": answers})
    rates = frequencies(films)
    assert rates is not None
    return rates


def test_predictive_values_at_a_prevalence_of_a_tenth(found: Frequencies) -> None:
    # Of 100, 10 are sick: 8 called, 0.5 missed; 90 are not: 9 called, 54 cleared.
    assert found.ppv(0.1) == pytest.approx(8 / 17)
    assert found.npv(0.1) == pytest.approx(54 / 54.5)


def test_the_same_in_words(found: Frequencies) -> None:
    words = found.words(0.1, "adult")
    assert words.startswith(
        "Of 100 adults like this one, 10 with a pneumonia of a kind that the models met: they "
        "would call 8 of them, miss 0.5 and be not sure of 1.5. Of the other 90 they would call "
        "9, clear 54 and be not sure "
        "of 27. Of those that they call, 47 % have a pneumonia. Of those that they clear, 99 % "
        "have none. Measured on 100 test films with and 100 without"
    )


def test_what_is_rare_is_not_rounded_to_nothing(found: Frequencies) -> None:
    words = found.words(0.005, "adult")  # 0.5 sick: 0.4 called, 0.025 missed
    assert "call 0.4 of them, miss fewer than 0.1 and" in words
    assert "Of those that they clear, more than 99 % have none." in words  # 59.7 of 59.725


def test_the_interval_is_that_of_wilson() -> None:
    # (0.8 + 1.9208 / 100 -+ 1.96 sqrt(0.16 / 100 + 3.8416 / 40000)) / (1 + 3.8416 / 100)
    rate = Rate.of(80, 100)
    assert (rate.low, rate.high) == pytest.approx((0.7112, 0.8666), abs=5e-4)


def test_where_nobody_is_called_there_is_no_predictive_value() -> None:
    films = pd.DataFrame({"label": ["covid", "normal"], "answer": ["", ""]})
    rates = frequencies(films)
    assert rates is not None
    assert rates.ppv(0.5) is None
    assert rates.npv(0.5) is None
    assert "Of those" not in rates.words(0.5, "child")


def test_films_of_one_kind_alone_say_nothing() -> None:
    assert frequencies(pd.DataFrame({"label": ["covid"], "answer": ["covid"]})) is None


@pytest.mark.parametrize("prevalence", [-0.1, 1.1, float("nan")])
def test_a_prevalence_outside_0_and_1_is_refused(found: Frequencies, prevalence: float) -> None:
    with pytest.raises(PrevalenceError, match="between 0 and 1"):
        found.ppv(prevalence)
