import pytest

from xray_core.opinion.verdict import headline, joint_verdict, verdict


def of(covid: float, viral: float, **others: float) -> dict[str, float]:
    return {"covid": covid, "viral": viral, **others}


@pytest.mark.parametrize(
    ("probabilities", "words"),
    [
        (of(0.83, 0.17), "Most like COVID-19 (0.83)"),
        (of(0.25, 0.75), "Most like viral pneumonia (0.75)"),
        (of(0.48, 0.37, normal=0.15), "Not sure: COVID-19 (0.48) or viral pneumonia (0.37)"),
        (of(0.74, 0.13, normal=0.13), "Not sure: COVID-19 (0.74)"),
        (
            of(0.3, 0.1, normal=0.3, lung_opacity=0.3),
            "Not sure: COVID-19 (0.30) or normal (0.30) or lung opacity (0.30)",
        ),
    ],
)
def test_one_model_answers_in_words(probabilities: dict[str, float], words: str) -> None:
    assert verdict(probabilities) == words


def test_many_classes_of_which_none_stands_out_name_the_two_likeliest() -> None:
    even = {f"class_{letter}": 0.1 for letter in "abcdefghij"}
    assert verdict(even) == "Not sure: class a (0.10) or class b (0.10)"


def test_models_that_agree_and_are_sure() -> None:
    answers = {"Small CNN": of(0.9, 0.1), "Xception": of(0.8, 0.2)}
    assert joint_verdict(answers) == "Both models: most like COVID-19"


def test_models_that_agree_but_are_not_all_sure() -> None:
    answers = {"Small CNN": of(0.9, 0.1), "Xception": of(0.6, 0.4)}
    assert joint_verdict(answers) == ("Not sure: both models lean to COVID-19, 1 of them clearly")


def test_models_that_disagree_are_quoted() -> None:
    answers = {"Small CNN": of(0.9, 0.1), "Xception": of(0.2, 0.8)}
    assert joint_verdict(answers) == (
        "The models disagree. Small CNN: COVID-19, Xception: viral pneumonia"
    )


def test_one_model_alone_speaks_for_itself() -> None:
    assert joint_verdict({"Small CNN": of(0.9, 0.1)}) == verdict(of(0.9, 0.1))


@pytest.mark.parametrize(
    ("mean", "age_group", "sure", "words"),
    [
        ({"normal": 0.91, "covid": 0.09}, "adult", True, "No pneumonia seen (0.91)"),
        (
            {"normal": 0.17, "covid": 0.83},
            "adult",
            True,
            "Opacity like that of COVID-19 films (0.83)",
        ),
        (
            {"normal": 0.1, "bacterial": 0.07, "viral": 0.83},
            "child",
            True,
            "Most like viral pneumonia (0.83)",
        ),
        (
            {"normal": 0.13, "covid": 0.87},
            "adult",
            False,
            "Not sure: opacity like that of COVID-19 films (0.87) or no pneumonia (0.13)",
        ),
    ],
)
def test_the_headline_speaks_of_what_can_be_answered(
    mean: dict[str, float], age_group: str, sure: bool, words: str
) -> None:
    assert headline(mean, age_group, sure=sure) == words


def test_a_class_that_cannot_be_ruled_out_is_named_however_little_it_has() -> None:
    mean = {"normal": 0.05, "bacterial": 0.55, "viral": 0.4}
    words = headline(mean, "child", sure=False, left=("normal", "bacterial"))
    assert words.endswith(
        "bacterial pneumonia (0.55) or viral pneumonia (0.40) or no pneumonia (0.05)"
    )
