"""The slides of a comparison say what `compare` and `evaluate --keep` found."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from xray_core.evaluation import compare
from xray_core.evaluation.compare import compare_runs
from xray_core.evaluation.elsewhere import keep_test
from xray_core.reports.comparison_words import value_words
from xray_core.reports.deck.compared import choice_slides, external_slides
from xray_core.reports.deck.content import Table
from xray_core.runs.store import PREDICTIONS, Run, open_run


@pytest.fixture
def two(tiny_run: Run, tmp_path: Path) -> tuple[Run, Run]:
    """A run, and another whose answers are those of the next film."""
    runs = [tiny_run, tiny_run]
    for place, name in enumerate(("first", "second")):
        folder = Path(shutil.copytree(tiny_run.path, tmp_path / name))
        runs[place] = open_run(folder)
    table = pd.read_csv(runs[1].path / PREDICTIONS)
    for label in tiny_run.classes:
        table[f"p_{label}"] = table[f"p_{label}"].to_numpy()[::-1]
    table.to_csv(runs[1].path / PREDICTIONS, index=False)
    return runs[0], runs[1]


def table_of(slide: object) -> Table:
    (table,) = slide.blocks  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


def test_the_choice_and_every_pair_stand_on_a_slide(
    two: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "LEAST_FOR_AUC", 2)
    found = compare_runs(two)
    assert compare_runs(two) is found, "once for all who ask"
    (slide,) = choice_slides(two)
    assert slide.lines[0].startswith("Use ")
    rows = table_of(slide).rows
    assert [row[1] for row in rows] == [value_words(item) for item in found.differences["macro_f1"]]
    assert len(rows) == 3, "each with the other, and both with their mean"
    assert not list(choice_slides(two[:1]))


def test_models_without_a_film_in_common_have_no_slide(two: tuple[Run, Run]) -> None:
    table = pd.read_csv(two[1].path / PREDICTIONS)
    table.assign(id="other/" + table["id"]).to_csv(two[1].path / PREDICTIONS, index=False)
    assert not list(choice_slides(two))


def test_scores_elsewhere_stand_beside_the_own_ones(two: tuple[Run, Run]) -> None:
    assert not list(external_slides(two))
    score = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9, "interval": "bootstrap"}
    gap = {"value": -0.2, "low": -0.3, "high": -0.1, "n": 9}
    own = {"n": 7} | dict.fromkeys(
        ("accuracy", "balanced_accuracy", "macro_f1", "auc_macro"), score
    )
    scores = two[0].scores() | {"balanced_accuracy": score}
    test = {"data": "clinic", "classes": ["normal"], "scores": scores, "own": own, "n_own": 0}
    keep_test(two[0], test | {"gaps": {"balanced_accuracy": gap}, "met": ["ward"], "worst": []})
    (slide,) = external_slides(two)
    (row,) = table_of(slide).rows
    assert row[1:] == (
        "clinic",
        "0.500 (0.400-0.600)",
        "0.500 (0.400-0.600)",
        "-0.200 (-0.300 to -0.100)",
    )
    assert slide.lines[-1] == "Other films of ward trained the models."
