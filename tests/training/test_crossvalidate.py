import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.cli import main
from xray_core.data.records import Manifest
from xray_core.errors import TrainingError
from xray_core.evaluation.evaluate import prediction_table
from xray_core.evaluation.scores import score_predictions
from xray_core.files import write_json
from xray_core.runs.store import PREDICTIONS, SCORES, Run
from xray_core.training import crossvalidate as module
from xray_core.training.config import TrainingConfig
from xray_core.training.crossvalidate import RESULTS, Plan, crossvalidate

pytestmark = pytest.mark.long

N_FOLDS = 3


class Trainings:
    """In place of `train`: writes a run that is right on three of four test films."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.folders: list[str] = []
        self.stop_at = ""

    def train(self, films: Manifest, config: TrainingConfig, folder: Path, **_: Any) -> None:
        if folder.name == self.stop_at:
            raise KeyboardInterrupt
        self.folders.append(folder.name)
        shutil.copytree(self.run.path, folder)
        tested = films.split("test")
        columns = [self.run.classes.index(record.label) for record in tested.records]
        wrong = np.arange(len(columns)) % 4 == 3
        answers = np.eye(4, dtype=np.float32)[(np.array(columns) + wrong) % 4]
        table = prediction_table(tested, answers, self.run.classes)
        table.to_csv(folder / PREDICTIONS, index=False)
        scores = score_predictions(table, self.run.classes, n_bootstrap=20)
        write_json(folder / SCORES, scores | {"minutes": 1.0, "best_epoch": 1})


@pytest.fixture
def trainings(tiny_run: Run, monkeypatch: pytest.MonkeyPatch) -> Trainings:
    found = Trainings(tiny_run)
    monkeypatch.setattr(module, "train", found.train)
    return found


@pytest.fixture
def plan(films: Manifest, tiny_config: TrainingConfig, tmp_path: Path) -> Plan:
    return Plan(films, tiny_config, N_FOLDS, "patient", tmp_path / "folds")


def test_all_films_are_pooled_and_each_fold_is_told(
    plan: Plan, trainings: Trainings, films: Manifest
) -> None:
    found = crossvalidate(plan)
    assert found is not None
    assert trainings.folders == ["fold-1", "fold-2", "fold-3"]
    assert found["pooled"]["n"] == len(films.usable.records)
    assert sum(row["n"] for row in found["folds"]) == found["pooled"]["n"]
    values = [row["accuracy"]["value"] for row in found["folds"]]
    assert found["spread"]["accuracy"]["mean"] == pytest.approx(np.mean(values), abs=1e-4)
    assert found["spread"]["accuracy"]["sd"] == pytest.approx(np.std(values, ddof=1), abs=1e-4)
    assert json.loads((plan.folder / RESULTS).read_text("utf-8")) == found


def test_what_was_stopped_goes_on_with_the_fold_that_is_missing(
    plan: Plan, trainings: Trainings
) -> None:
    trainings.stop_at = "fold-2"
    with pytest.raises(KeyboardInterrupt):
        crossvalidate(plan)
    assert plan.ended() == [1]
    trainings.stop_at = ""
    lines: list[str] = []
    assert crossvalidate(plan, echo=lines.append) is not None
    assert trainings.folders == ["fold-1", "fold-2", "fold-3"], "no fold is trained twice"
    assert lines[0] == "fold 1 of 3: had ended"


def test_several_processes_share_the_folds_and_the_last_pools(
    plan: Plan, trainings: Trainings
) -> None:
    lines: list[str] = []
    assert crossvalidate(plan, [3], lines.append) is None
    assert lines[-1] == "2 of 3 folds are missing; the same command trains them"
    assert crossvalidate(plan, [1, 2], lines.append) is not None
    with pytest.raises(TrainingError, match="no such fold"):
        crossvalidate(plan, [4])


def test_a_folder_of_other_folds_is_not_touched(plan: Plan, trainings: Trainings) -> None:
    crossvalidate(plan)
    with pytest.raises(TrainingError, match=r"another cross-validation.*group"):
        crossvalidate(replace(plan, group="image"))
    with pytest.raises(TrainingError, match=r"another cross-validation.*config"):
        crossvalidate(replace(plan, config=replace(plan.config, epochs=9)))


def test_the_command_shows_published_results_on_the_same_classes(
    films_dir: Path, tmp_path: Path, trainings: Trainings, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["crossvalidate", "--data", str(films_dir), "--network", "small_cnn", "--folds", "3"]
    words += ["--image-size", "64", "--epochs", "1", "--out", str(tmp_path / "folds")]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "all 48 films, each tested once, folds by patient:" in shown
    assert "published, CoroNet (Xception): accuracy 0.896; other films" in shown
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["pooled"]["n"] == 48
    assert len(found["published"]) == 1
    assert main([*words[:-2], "--classes", "asthma"]) == 2


@pytest.mark.long
def test_folds_are_trained_for_real(plan: Plan) -> None:
    one = replace(plan, n_folds=2, config=replace(plan.config, epochs=1))
    found = crossvalidate(one, echo=lambda line: None)
    assert found is not None
    assert found["pooled"]["n"] == len(plan.films.usable.records)
