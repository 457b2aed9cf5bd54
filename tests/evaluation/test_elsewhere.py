"""Tests on films of elsewhere are kept with the run, beside its own test films."""

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.evaluation.difference import independent_difference
from xray_core.evaluation.elsewhere import MOST_NAMED, external_test, keep_test, kept_tests
from xray_core.evaluation.evaluate import Evaluated, scores_of_run
from xray_core.evaluation.mean import mean_evaluated, mean_predictions
from xray_core.reports.damage import damage
from xray_core.runs.ids import new_run_id
from xray_core.runs.store import ELSEWHERE, PREDICTIONS, Run, open_run
from xray_core.settings import PROJECT_DIR, Settings

ELSEWHERE_FILMS = Manifest((), {"other": Path()})


@pytest.fixture
def run(settings: Settings, tiny_run: Run) -> Run:
    folder = settings.models_dir / tiny_run.id
    shutil.copytree(tiny_run.path, folder)
    return open_run(folder)


def answered(run: Run, n: int = 40, right: float = 0.5) -> Evaluated:
    """Normal and COVID-19 films of another source, of which a share is called right."""
    labels = np.array(["normal", "covid"] * (n // 2))
    is_right = np.random.default_rng(0).random(n) < right
    called = np.where(is_right, labels, "viral")
    table = pd.DataFrame(
        {"id": [f"film {row}" for row in range(n)], "label": labels, "split": "", "source": "b"}
    ).assign(patient=[f"p{row}" for row in range(n)])
    for label in run.classes:
        table[f"p_{label}"] = np.where(called == label, 0.7, 0.1)
    return Evaluated(table, frozenset())


def test_a_kept_test_stands_beside_the_own_films_of_the_same_classes(run: Run) -> None:
    found = answered(run)
    test = external_test(run, ELSEWHERE_FILMS, found, scores_of_run(run, found))
    own = run.test_predictions()
    assert test["own"]["n"] == int(own["label"].isin(["normal", "covid"]).sum())
    assert (test["data"], test["classes"]) == ("other", ["normal", "covid"])
    assert (test["n_own"], test["met"]) == (0, [])
    there, here = test["scores"]["accuracy"], test["own"]["accuracy"]
    assert test["gaps"]["accuracy"]["value"] == pytest.approx(there["value"] - here["value"])

    wrong = found.table[found.table["p_viral"] > 0.5]
    assert [film["id"] for film in test["worst"]] == wrong["id"].tolist()[:MOST_NAMED]
    assert test["worst"][0]["answer"] == "viral"

    keep_test(run, test)
    keep_test(run, test | {"data": "third"})
    keep_test(run, test | {"n_own": 7})
    assert [(item["data"], item["n_own"]) for item in kept_tests(run)] == [
        ("third", 0),
        ("other", 7),
    ]


def test_films_that_are_no_strangers_are_counted(run: Run) -> None:
    found = answered(run)
    table = found.table.assign(source=run.manifest().records[0].source)
    table.loc[:2, "id"] = run.test_predictions()["id"].to_numpy()[:3]
    found = Evaluated(table, frozenset())
    test = external_test(run, ELSEWHERE_FILMS, found, scores_of_run(run, found))
    assert (test["n_own"], test["met"]) == (3, ["synthetic"])


def test_a_damaged_file_is_named_and_written_anew(run: Run) -> None:
    (run.path / ELSEWHERE).write_text('{"tests": [{}]}')
    with pytest.raises(RunError, match=r"elsewhere\.json could not be read"):
        kept_tests(run)
    assert ELSEWHERE in damage(run)
    found = answered(run)
    keep_test(run, external_test(run, ELSEWHERE_FILMS, found, scores_of_run(run, found)))
    assert len(kept_tests(run)) == 1
    assert ELSEWHERE not in damage(run)


def test_the_difference_of_two_sets_of_films_is_that_of_newcombe() -> None:
    # Newcombe 1998, table II, 56 of 70 against 48 of 80, by his method 10: 0.0524 to 0.3339
    first = {"value": 0.8, "low": 0.6919, "high": 0.8768, "n": 70}
    second = {"value": 0.6, "low": 0.4905, "high": 0.7004, "n": 80}
    found = independent_difference(first, second)
    assert (found["low"], found["high"]) == pytest.approx((0.0524, 0.3339), abs=5e-4)
    assert independent_difference(first, second | {"low": None})["high"] is None
    assert independent_difference(first, second | {"value": None})["value"] is None


def test_the_mean_of_runs_is_one_more_model(run: Run) -> None:
    folder = run.path.with_name(new_run_id("small_cnn"))
    shutil.copytree(run.path, folder)
    table = pd.read_csv(folder / PREDICTIONS)
    names = [f"p_{label}" for label in run.classes]
    table[names] = table[names].to_numpy()[:, ::-1]
    table.iloc[1:].to_csv(folder / PREDICTIONS, index=False)
    both = [run, open_run(folder)]
    found = [Evaluated(item.predictions(), frozenset()) for item in both]
    mean = mean_evaluated(both, found)
    assert mean is not None
    assert len(mean.table) == len(table) - 1
    expected = (found[0].table[names].to_numpy() + found[0].table[names].to_numpy()[:, ::-1]) / 2
    np.testing.assert_allclose(mean.table[names], expected[1:], atol=1e-5)
    assert set(mean_predictions(both)["split"]) == {"val", "test"}
    assert mean_evaluated(both[:1], found[:1]) is None


@pytest.mark.parametrize("name", ["small_cnn", "resnet50", "xception"])
def test_the_worst_films_of_the_shipped_models_are_named_by_codes_alone(name: str) -> None:
    tests = kept_tests(open_run(PROJECT_DIR / "models" / "shipped" / name))
    assert [test["data"] for test in tests] == ["kermany", "siim", "openist"]
    films = [film for test in tests for film in test["worst"]]
    assert films
    assert all(set(film) == {"id", "label", "answer", "probability"} for film in films)
    assert all(re.fullmatch("[0-9a-f]{16}", film["id"]) for film in films)
