"""Answers to films whose truth is known, from predictions written by hand."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from tests.planted import mover
from xray_core.errors import RunError
from xray_core.opinion.consulted import Consulted, sets_for
from xray_core.opinion.known import (
    NOT_GUARANTEED,
    coverage_elsewhere,
    coverage_rows,
    known_answers,
    rates_of,
)
from xray_core.opinion.predicted import films_of, sets_of
from xray_core.runs.store import MANIFEST, PREDICTIONS, Run, open_run

CLASSES = ("normal", "viral", "covid")
ADULT = ("normal", "covid")

Make = Callable[..., Run]


def write(run: Run, rows: list[tuple[str, str, str, str, str, str, float]]) -> Run:
    """Rows: id, label, split, source, age group, reading, probability of normal."""
    table = pd.DataFrame(
        [
            {
                "id": name,
                "label": label,
                "split": split,
                "patient": name,
                "source": source,
                "p_normal": normal / 2,
                "p_viral": 0.5,
                "p_covid": (1 - normal) / 2,
            }
            for name, label, split, source, _, _, normal in rows
        ]
    )
    table.to_csv(run.path / PREDICTIONS, index=False)
    columns = "id,dataset,path,label,patient,source,view,age_group,split,mask,lesion,boxes,reading"
    lines = [f"{columns},sha256,phash,width,height,problem"]
    for name, label, split, source, age, reading, _ in rows:
        lines.append(
            f"{name},d,,{label},{name},{source},,{age},{split},,,,{reading},h{name},,64,64,"
        )
    (run.path / MANIFEST).write_text("\n".join(lines) + "\n")
    return run


def films(
    split: str, n: int, *, right: float = 0.9
) -> list[tuple[str, str, str, str, str, str, float]]:
    """As many healthy and sick adults of source a, all with that probability of their class."""
    rows = []
    for number in range(n):
        rows.append((f"{split}n{number}", "normal", split, "a", "adult", "", right))
        rows.append((f"{split}c{number}", "covid", split, "a", "adult", "", 1 - right))
    return rows


def test_probabilities_are_restricted_and_denied_and_synthetic_films_left_out(
    make_run: Make,
) -> None:
    rows = films("val", 1)
    rows += [
        ("x", "covid", "val", "a", "adult", "negative", 0.1),
        ("y", "covid", "val", "synthetic", "adult", "", 0.1),
        ("z", "covid", "val", "a", "child", "", 0.1),
    ]
    run = write(make_run(classes=list(CLASSES)), rows)
    found = films_of([run], ADULT, "adult", "val")
    assert list(found["id"]) == ["valn0", "valc0"]
    # Half of the probability went to viral: normal has 0.45 of 0.5.
    assert found["p_normal"].tolist() == pytest.approx([0.9, 0.1])


def test_the_sets_of_the_mean_are_fitted_on_films_that_both_runs_know(make_run: Make) -> None:
    one = write(
        make_run("2026-01-01T0000Z-small_cnn-0001", classes=list(CLASSES)), films("val", 20)
    )
    two = films("val", 10, right=0.7)
    other = write(make_run("2026-01-01T0000Z-small_cnn-0002", classes=list(CLASSES)), two)
    sets = sets_of([one, other], ADULT, "adult")
    assert sets is not None
    assert sets.n == {"normal": 10, "covid": 10}
    assert sets.thresholds["covid"] == pytest.approx(0.8)  # of (0.9 + 0.7) / 2, all alike


def test_answers_and_their_coverage_on_test_films(make_run: Make) -> None:
    rows = films("val", 20)
    rows += [
        ("t1", "covid", "test", "a", "adult", "", 0.05),  # right
        ("t2", "covid", "test", "b", "adult", "", 0.95),  # called normal
        ("t3", "normal", "test", "a", "adult", "", 0.95),  # right
        ("t4", "normal", "test", "a", "adult", "", 0.5),  # between: not sure
    ]
    run = write(make_run(classes=list(CLASSES)), rows)
    found = known_answers([run], ADULT, "adult")
    assert found["answer"].tolist() == ["covid", "normal", "normal", ""]
    table = {(row["class"], row["source"]): row for row in coverage_rows([run], ADULT, "adult")}
    assert table["covid", "all"]["coverage"] == 0.5
    assert table["covid", "all"]["called_normal"] == 0.5
    assert table["covid", "b"]["coverage"] == 0
    assert table["normal", "all"]["sure"] == 0.5
    assert table["normal", "all"]["set_size"] == 0.5
    assert table["covid", "b"]["guarantee"] == NOT_GUARANTEED
    assert table["covid", "a"]["guarantee"] == NOT_GUARANTEED  # 40 films, fewer than 100


def test_coverage_elsewhere_is_of_the_age_group_and_promises_nothing(make_run: Make) -> None:
    run = write(make_run(classes=list(CLASSES)), films("val", 20))
    rows = [
        ("covid", "there", "adult", 0.04, 0.5, 0.46),  # among normal and covid: 0.92
        ("covid", "there", "adult", 0.9, 0.0, 0.1),
        ("covid", "there", "child", 0.1, 0.1, 0.8),
        ("viral", "there", "adult", 0.1, 0.8, 0.1),
    ]
    columns = ["label", "source", "age_group", "p_normal", "p_viral", "p_covid"]
    found = coverage_elsewhere([run], pd.DataFrame(rows, columns=columns), ADULT, "adult")
    (row,) = found
    assert (row["class"], row["source"], row["n"]) == ("covid", "there", 2)
    assert row["guarantee"] == NOT_GUARANTEED
    assert (row["coverage"], row["set_size"]) == (0.5, 1.0)


def test_without_validation_films_nothing_is_answered(make_run: Make) -> None:
    run = write(make_run(classes=list(CLASSES)), films("test", 2))
    assert sets_of([run], ADULT, "adult") is None
    assert known_answers([run], ADULT, "adult").empty
    assert coverage_rows([run], ADULT, "adult") == []


def test_rates_of_the_shipped_models_are_those_of_their_test_films() -> None:
    run = open_run("small_cnn")
    asked = Consulted(replace(mover(), classes=("normal", "viral")), run)
    # What it can answer is asked of the model; here it met no virus in adults: normal alone.
    assert rates_of([asked], "adult") is None
    assert rates_of([Consulted(mover())], "adult") is None
    rates = rates_of([Consulted(mover(), run)], "adult")
    assert rates is not None
    assert (rates.sick_called.n, rates.healthy_called.n) == (393, 494)


def test_damaged_predictions_are_named_and_not_passed_over(make_run: Make) -> None:
    run = write(make_run(classes=list(CLASSES)), films("val", 2))
    (run.path / PREDICTIONS).write_text("nonsense")
    with pytest.raises(RunError, match=r"predictions\.csv"):
        sets_for([Consulted(mover(), run)], ADULT, "adult")
