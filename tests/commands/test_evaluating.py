"""`evaluate`: scores that are kept with a run, and the mean of several runs."""

import json
import shutil
from pathlib import Path

import pytest

from xray_core.cli import main
from xray_core.evaluation.elsewhere import kept_tests
from xray_core.runs.ids import new_run_id
from xray_core.runs.store import Run, open_run
from xray_core.settings import Settings

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def runs(settings: Settings, tiny_run: Run) -> list[Run]:
    """Two runs of this machine."""
    folders = [settings.models_dir / name for name in (tiny_run.id, new_run_id("small_cnn"))]
    for folder in folders:
        shutil.copytree(tiny_run.path, folder)
    return [open_run(folder) for folder in folders]


def test_scores_elsewhere_are_kept_with_the_run_when_asked_for(
    runs: list[Run], films_dir: Path, capsys: Capture
) -> None:
    run = runs[0]
    words = ["evaluate", "--run", run.id, "--data", str(films_dir)]
    assert main(words) == 0
    assert "--keep stores these scores" in capsys.readouterr().out
    assert kept_tests(run) == ()
    assert main([*words, "--keep", "--json"]) == 0
    (kept,) = kept_tests(run)
    assert kept["scores"]["n"] == json.loads(capsys.readouterr().out)["n"] == kept["n_own"]
    assert kept["gaps"]["accuracy"]["value"] == 0.0, "the same films"


def test_of_several_runs_the_mean_is_evaluated_too(runs: list[Run], capsys: Capture) -> None:
    words = ["evaluate", *(word for run in runs for word in ("--run", run.id))]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["runs"]
    assert list(found) == [*(run.id for run in runs), "mean"]
    assert found["mean"]["accuracy"] == found[runs[0].id]["accuracy"]
    assert main(words) == 0
    assert "the mean of all models\n" in capsys.readouterr().out


@pytest.mark.long
def test_the_sets_of_the_mean_hold_the_class_of_its_test_films(capsys: Capture) -> None:
    names = ("small_cnn", "resnet50", "xception")
    assert main(["evaluate", *(w for name in names for w in ("--run", name)), "--json"]) == 0
    mean = json.loads(capsys.readouterr().out)["runs"]["mean"]
    assert mean["n"] == 1749
    covered = [row for row in mean["coverage"] if row["source"] == "all"]
    assert {row["age_group"] for row in covered} == {"adult", "child"}
    assert all(row["coverage"] >= 0.85 for row in covered)
    assert mean["operating_points"]
