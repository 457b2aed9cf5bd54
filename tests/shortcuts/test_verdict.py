from typing import Any

import pytest

from xray_core.shortcuts.verdict import LEANS, OPEN, QUIET, verdict_of


def score(value: float, reach: float = 0.02) -> dict[str, Any]:
    return {"value": value, "low": value - reach, "high": value + reach, "n": 200}


def row(name: str, area: float = 0.5, lost: float = 0.0) -> dict[str, Any]:
    return {
        "change": name,
        "title": name,
        "auc": {"covid": score(area)},
        "difference": score(-lost),
        "balanced_accuracy": score(0.8 - lost),
    }


def within(inside: float, plain: float) -> list[dict[str, Any]]:
    return [{"class": "covid", "source": "a", "auc": score(inside), "plain": score(plain)}]


@pytest.mark.parametrize(
    ("changes", "sources", "part"),
    [
        ([row("without_lungs", area=0.9)], [], "COVID-19 is still told from the rest (AUC 0.900"),
        ([row("border_alone", area=0.8)], [], "border_alone: COVID-19"),
        ([row("without_marks", lost=0.2)], [], "changed by -0.200 (-0.220 to -0.180)"),
        ([row("matched", lost=0.1)], [], "matched: balanced accuracy 0.700"),
        ([row("centre")], within(0.8, 0.95), "COVID-19 or normal within a: AUC 0.800"),
    ],
    ids=["lungs", "border", "marks", "greys", "source"],
)
def test_each_sign_is_found_and_named(
    changes: list[dict[str, Any]], sources: list[dict[str, Any]], part: str
) -> None:
    found = verdict_of(changes, sources)
    assert found.word == LEANS
    assert len(found.findings) == 1
    assert part in found.findings[0]
    assert found.as_json()["words"].startswith("This model leans on shortcuts: 1 ")


def test_what_chance_could_do_is_no_sign() -> None:
    changes = [
        row("without_lungs", area=0.71),
        row("without_marks", lost=0.04),
        row("matched", lost=0.06),
        row("lungs_alone", area=0.9, lost=0.5),
    ]
    found = verdict_of(changes, within(0.9, 0.95))
    assert (found.word, found.findings) == (QUIET, ())
    assert "no proof" in found.words


def test_what_is_better_than_chance_but_too_little_is_a_hint() -> None:
    changes = [row("without_lungs", area=0.66), row("border_alone", area=0.56)]
    found = verdict_of(changes, [])
    assert (found.word, len(found.hints)) == (QUIET, 1)
    assert "without_lungs: COVID-19 is still told from the rest (AUC 0.660" in found.hints[0]
    assert "but hints of one" in found.words
    assert found.as_json()["hints"] == list(found.hints)
    assert verdict_of([row("without_lungs", area=0.9)], []).hints == ()


def test_a_score_without_an_interval_is_no_sign() -> None:
    bare = {"value": 0.9, "low": None, "high": None, "n": 4}
    changes = [row("without_lungs") | {"auc": {"covid": bare}, "difference": bare}]
    assert verdict_of(changes, [within(0.5, 0.9)[0] | {"auc": bare}]).word == OPEN


def test_films_of_one_class_cannot_say_that_there_is_no_shortcut() -> None:
    one_class = [row(name) | {"auc": {}} for name in ("without_lungs", "border_alone", "matched")]
    assert verdict_of(one_class, []).word == OPEN
    assert verdict_of([row("matched", lost=0.2) | {"auc": {}}], []).word == LEANS


def test_without_changed_films_the_question_stays_open() -> None:
    assert verdict_of([], []).word == OPEN
