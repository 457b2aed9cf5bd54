import pandas as pd
import pytest

from xray_core.evaluation.areas import AreaDifferences
from xray_core.evaluation.compare import Comparison, compare
from xray_core.evaluation.difference import Difference
from xray_core.evaluation.disagreement import disagreement
from xray_core.evaluation.same_films import Answered
from xray_core.reports.comparison_words import (
    MEAN_WORDS,
    choice_words,
    difference_words,
    p_words,
    question_title,
    text_lines,
)

CLASSES = ("normal", "covid")
NAMES = {"a": "A", "b": "B"}
SEEN = Difference("a", "b", -0.05, -0.07, -0.03, 0.002, 0.006, 0.028, 812)


def comparison(right_a: int, right_b: int, n_patients: int = 60) -> Comparison:
    """Two models that are right on the first so many of 60 films; the second is the smaller."""

    def model(name: str, right: int, parameters: int) -> Answered:
        rows = [
            {
                "id": str(film),
                "label": CLASSES[film % 2],
                "patient": str(film % n_patients),
                "source": "",
                "p_normal": 0.9 if (film % 2 == 0) == (film < right) else 0.1,
            }
            for film in range(60)
        ]
        table = pd.DataFrame(rows)
        return Answered(name, CLASSES, table.assign(p_covid=1 - table["p_normal"]), parameters)

    return compare([model("a", right_a, 20_000_000), model("b", right_b, 700_000)], 200)


def test_the_better_model_is_named_first_with_its_lead() -> None:
    assert difference_words(SEEN, "accuracy", NAMES) == (
        "B is better than A in accuracy: +0.050 (+0.030 to +0.070), p = 0.006."
    )


def test_a_sentence_on_the_mean_begins_with_a_capital() -> None:
    words = difference_words(SEEN, "accuracy", {"a": "A", "b": MEAN_WORDS})
    assert words.startswith("The mean of all models is better than A in accuracy")


def test_what_is_not_distinguishable_is_said_with_what_would_have_been_seen() -> None:
    unseen = Difference("a", "b", -0.01, -0.03, 0.01, 0.3, 0.6, 0.028, 812)
    assert difference_words(unseen, "accuracy", NAMES) == (
        "A and B are not distinguishable on 812 films in accuracy: -0.010 (-0.030 to +0.010), "
        "p = 0.600. A difference of 0.028 would be seen in 80 % of cases."
    )
    equal = Difference("a", "b", 0.0, None, None, 1.0, 1.0, 0.0, 812)
    assert difference_words(equal, "accuracy", NAMES).endswith("accuracy: +0.000, p = 1.000.")
    unknown = Difference("a", "b", None, None, None, 1.0, 1.0, 0.0, 812)
    assert "cannot be computed" in difference_words(unknown, "mean AUC", NAMES)


@pytest.mark.parametrize(
    ("rights", "start", "end"),
    [
        ((58, 40), "Use A: its accuracy of 0.967", "is more than chance."),
        ((58, 57), "Use B: A has the highest accuracy", "(0.7 against 20.0 million parameters)."),
        ((57, 58), "Use B: its accuracy of 0.967", "A cannot be told from it on 60 films, but is"),
    ],
)
def test_the_choice_is_one_sentence(rights: tuple[int, int], start: str, end: str) -> None:
    words = choice_words(comparison(*rights), "accuracy", NAMES)
    assert words.startswith(start)
    assert end in words


def test_films_of_few_patients_choose_no_model() -> None:
    found = comparison(58, 40, n_patients=9)
    assert choice_words(found, "accuracy", NAMES) == (
        "Which model to use cannot be said from 60 films of 9 patients: films of 10 patients or "
        "more are needed."
    )
    assert not found.is_enough
    assert comparison(58, 40, n_patients=10).is_enough


def test_all_lines_are_printed_for_people() -> None:
    found = comparison(58, 40)
    lines = list(text_lines(found, "macro_f1", disagreement(found.films)))
    assert lines[0].startswith("Use a: ")
    assert any(line.startswith("AUC of COVID-19 or normal within source not st") for line in lines)
    assert any("0 films that only" in line or "only a gets right" in line for line in lines)


def test_p_and_questions_are_named_as_people_do() -> None:
    assert (p_words(0.0004), p_words(0.0321)) == ("< 0.001", "= 0.032")
    rest = AreaDifferences("covid", "", None, {}, ())
    within = AreaDifferences("covid", "normal", "siim", {}, ())
    assert question_title(rest) == "COVID-19 against the rest"
    assert question_title(within) == "COVID-19 or normal within siim"
