"""Own test films against elsewhere, as the first chart of Compare."""

from typing import Any

import pytest

from pages.ui.compare.external import OWN, cautions, external_frame, external_scores
from tests.pages.conftest import OpenPage
from xray_core.evaluation.elsewhere import keep_test
from xray_core.runs.store import ELSEWHERE, Run

MEANS = ("macro_f1", "accuracy", "balanced_accuracy", "auc_macro")
TITLE = "Own test films against elsewhere"


def score(value: float) -> dict[str, Any]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "n": 9, "interval": "wilson"}


def kept(run: Run, data: str, classes: list[str], n_own: int = 0, met: str = "") -> dict[str, Any]:
    return {
        "data": data,
        "classes": classes,
        "scores": run.scores() | {"n": 9} | dict.fromkeys(MEANS, score(0.5)),
        "own": {"n": 4} | dict.fromkeys(MEANS, score(0.8)),
        "gaps": dict.fromkeys(MEANS, score(-0.3)),
        "n_own": n_own,
        "met": [met] if met else [],
        "worst": [{"id": "0f", "label": "normal", "answer": "covid", "probability": 0.98}],
    }


@pytest.mark.usefixtures("no_shipped")
def test_without_a_test_elsewhere_the_page_says_how_to_get_one(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("compare")
    assert not page.exception
    assert page.subheader[0].value == TITLE
    assert page.code[0].value == (
        f"python -m xray_core evaluate --run {own_run.id} --data DATA --keep"
    )


@pytest.mark.usefixtures("no_shipped")
def test_a_test_elsewhere_is_the_first_chart(open_page: OpenPage, own_run: Run) -> None:
    keep_test(own_run, kept(own_run, "<b>far</b>", ["normal"], n_own=2, met="hospital"))
    page = open_page("compare")
    assert not page.exception
    assert not page.error
    table = page.dataframe[0].value
    assert table["Difference"].tolist() == ["-0.30 (-0.40 to -0.20)"]
    assert any("2 of 9 films are among the own test films" in item.value for item in page.caption)
    page.session_state["compare_worst_fold"] = True
    page.run()
    (worst,) = [item.value for item in page.dataframe if "Answer" in item.value]
    assert worst["Answer"].tolist() == ["COVID-19 0.98"]
    (own_run.path / ELSEWHERE).write_text("{}")
    page = open_page("compare")
    assert not page.exception
    assert any("elsewhere.json could not be read" in item.value for item in page.caption)


def test_scores_elsewhere_stand_below_those_of_the_same_classes(tiny_run: Run) -> None:
    tests = {
        tiny_run.id: (
            kept(tiny_run, "a", ["normal"]),
            kept(tiny_run, "b", ["normal", "covid"]),
            kept(tiny_run, "c", ["normal"], met="x"),
        )
    }
    rows = external_scores((tiny_run,), tests)[tiny_run.id]
    assert list(rows) == [
        OWN,
        f"{OWN}: Normal",
        "a: Normal",
        "c: Normal",
        f"{OWN}: Normal, COVID-19",
        "b: Normal, COVID-19",
    ]
    assert [score["value"] for score in rows.values() if score][1:] == [0.8, 0.5, 0.5, 0.8, 0.5]
    assert len(external_frame((tiny_run,), tests, {tiny_run.id: "A"})) == 3
    assert cautions((tiny_run,), tests) == [
        "c: other films of the same source (x) trained the models."
    ]
