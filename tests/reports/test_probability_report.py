from typing import Any

import pytest

from xray_core.data.records import Manifest
from xray_core.evaluation.evaluate import films_evaluated
from xray_core.reports.probability_report import probability_report, report_lines
from xray_core.runs.store import Run, open_run


@pytest.mark.long
def test_a_shipped_model_keeps_its_promise_on_its_own_test_films() -> None:
    run = open_run("small_cnn")
    found = films_evaluated(run)
    report = probability_report([run], found, [("sensitivity", 0.95)])
    assert len(report["probabilities"]) == 1 + 4 + 5
    assert [row["least"] for row in report["operating_points"]] == [0.95] * 4
    whole = [row for row in report["coverage"] if row["source"] == "all"]
    assert {row["age_group"] for row in whole} == {"adult", "child"}
    assert all(float(row["coverage"]) >= 0.85 for row in whole)
    lines = list(report_lines(report))
    assert any(line.startswith("  source siim: 0.") for line in lines)
    assert any("for a sensitivity of 95 %: from 0." in line for line in lines)
    assert any("adult, COVID-19, siim: " in line for line in lines)


def test_films_of_another_set_are_covered_without_a_guarantee(
    tiny_run: Run, films: Manifest
) -> None:
    report = probability_report([tiny_run], films_evaluated(tiny_run, films))
    assert report["probabilities"][0]["n"] == len(films.split("test").records)
    assert all(row["guarantee"] for row in report["coverage"])
    sets = [line for line in report_lines(report) if line.startswith("sets that are to")]
    assert len(sets) == bool(report["coverage"])


def test_sets_are_summed_up_over_all_films() -> None:
    row = {"age_group": "adult", "class": "covid", "low": 0.1, "high": 0.9, "guarantee": ""}
    rows = [
        row | {"source": source, "n": n, "coverage": held, "set_size": size}
        for source, n, held, size in (("all", 30, 0.9, 1.0), ("all", 10, 0.5, 2.0), ("x", 9, 0, 0))
    ]
    report = {"probabilities": [], "operating_points": [], "coverage": rows}
    said = " ".join(report_lines(report))
    assert "in 90 % of films: they do in 0.800, with 1.25 classes in a set, n 40" in said


def test_a_report_without_rows_has_no_lines_of_them() -> None:
    empty = {name: list[Any]() for name in ("probabilities", "operating_points", "coverage")}
    assert len(list(report_lines(empty))) == 1
