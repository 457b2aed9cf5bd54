import pytest

from xray_core.opinion.verdict import headline


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
