import json
import shutil
from pathlib import Path

import pytest

from xray_core.cli import main
from xray_core.evaluation import compare
from xray_core.runs.ids import new_run_id
from xray_core.runs.store import Run

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def two_runs(tiny_run: Run, tmp_path: Path) -> list[str]:
    """Words of a command on two runs of the same weights."""
    names = [tiny_run.id, new_run_id("small_cnn")]
    for name in names:
        shutil.copytree(tiny_run.path, tmp_path / name)
    return [*names, "--models-dir", str(tmp_path)]


def test_runs_are_compared_on_their_test_films(
    two_runs: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["compare", *two_runs, "--by", "accuracy"]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Which model to use cannot be said from ")
    assert "highest accuracy leads" in lines[1]
    monkeypatch.setattr(compare, "LEAST_FOR_AUC", 2)
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("Use ")


def test_runs_are_compared_on_other_films(
    two_runs: list[str], films_dir: Path, capsys: Capture
) -> None:
    assert main(["compare", *two_runs, "--data", str(films_dir), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["by"], found["not_distinguishable"]) == ("macro_f1", [two_runs[1], "mean"])
    assert found["pairs"][0]["mcnemar"]["only_first"] == 0


def test_one_run_is_no_comparison(two_runs: list[str], capsys: Capture) -> None:
    assert main(["compare", two_runs[0], *two_runs[2:]]) == 2
    assert "two models or more" in capsys.readouterr().err
