"""`evaluate`: every score, scores that are kept with a run, and the mean of several runs."""

import json
import shutil
from pathlib import Path

import pytest

from tests.command_line import printed_json
from xray_core.cli import main
from xray_core.data.phantom import write_phantoms
from xray_core.data.records import Manifest
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


def test_evaluate_gives_every_score_with_n_and_interval(
    run_words: list[str], tiny_run: Run, capsys: Capture
) -> None:
    assert main(["evaluate", *run_words, "--json"]) == 0
    scores = printed_json(capsys)
    assert scores["run"] == tiny_run.id
    for name in ("accuracy", "macro_f1", "balanced_accuracy", "auc_macro"):
        assert {"value", "low", "high", "n", "interval"} <= set(scores[name])
        assert scores[name] == tiny_run.scores()[name]
    assert list(scores["per_class"]) == list(tiny_run.classes)

    assert main(["evaluate", *run_words]) == 0
    shown = capsys.readouterr().out
    assert f"{scores['accuracy']['value']:.3f} (" in shown
    assert "(no interval: a class has fewer than 10 patients with the class" in shown
    assert "source synthetic" in shown


def test_evaluate_on_a_data_set_leaves_out_what_was_seen(
    run_words: list[str], films_dir: Path, films: Manifest, capsys: Capture
) -> None:
    assert main(["evaluate", *run_words, "--data", str(films_dir), "--json"]) == 0
    scores = printed_json(capsys)
    n_test = len(films.split("test").records)
    assert (scores["n"], scores["n_left_out"]) == (n_test, 48 - n_test)


def test_evaluate_takes_several_data_sets(
    run_words: list[str], films_dir: Path, films: Manifest, tmp_path: Path, capsys: Capture
) -> None:
    write_phantoms(tmp_path / "others", 3, seed=99, size_px=64)
    words = ["evaluate", *run_words, "--data", str(films_dir), "--data", str(tmp_path / "others")]
    assert main([*words, "--json"]) == 0
    assert printed_json(capsys)["n"] == len(films.split("test").records) + 3


def test_evaluate_gives_scores_without_films_whose_reading_denies_their_label(
    run_words: list[str], films_dir: Path, films: Manifest, tmp_path: Path, capsys: Capture
) -> None:
    denied = [film.path for film in films.split("test").records if film.label == "covid"][:1]
    readings = tmp_path / "readings.csv"
    readings.write_text(f"path,reading\n{films_dir.name}/{denied[0]},negative\n")
    words = ["evaluate", *run_words, "--readings", str(readings)]
    assert main([*words, "--data", str(films_dir), "--json"]) == 0
    scores = printed_json(capsys)
    without = scores["without_denied"]
    assert (without["n_denied"], without["n"]) == (1, scores["n"] - 1)
    assert main([*words, "--data", str(films_dir)]) == 0
    shown = capsys.readouterr().out
    assert "without the 1 films whose reading denies their label:" in shown
    assert "normal or covid          accuracy" in shown
    assert "specificity at 90 % sensitivity" in shown
    assert main(words) == 2
    assert "Add --data, or omit --readings" in capsys.readouterr().err
