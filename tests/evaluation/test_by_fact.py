import pytest

from xray_core.evaluation.by_fact import FACTS, accuracy_by
from xray_core.runs.store import Run


@pytest.mark.parametrize("fact", FACTS)
def test_groups_are_all_test_films_and_their_accuracy_is_that_of_all(
    tiny_run: Run, fact: str
) -> None:
    groups = accuracy_by(tiny_run, fact)
    scores = tiny_run.scores()
    assert sum(score["n"] for score in groups.values()) == scores["n"]
    mean = sum(score["n"] * score["value"] for score in groups.values()) / scores["n"]
    assert mean == pytest.approx(scores["accuracy"]["value"], abs=1e-3)
    for score in groups.values():
        assert score["low"] <= score["value"] <= score["high"]
    if fact == "source":
        per_source = {name: part["n"] for name, part in scores["per_source"].items()}
        assert {name: score["n"] for name, score in groups.items()} == per_source
