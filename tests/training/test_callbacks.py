from pathlib import Path
from typing import Any

import pytest

from xray_core.errors import TrainingError
from xray_core.runs.status import StatusFile, read_status
from xray_core.runs.store import HISTORY, WEIGHTS
from xray_core.training import callbacks
from xray_core.training.callbacks import RunReporter


class OfModel:
    """Stands for the network, whose weights are a number."""

    stop_training = False


@pytest.fixture
def reporter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunReporter:
    """The reporter of a training of three epochs of two steps of eight films."""
    made = RunReporter(
        tmp_path,
        StatusFile(tmp_path),
        epochs=3,
        steps=2,
        batch_size=8,
        stop_requested=(tmp_path / "stop").exists,
        echo=lambda line: None,
    )
    model: Any = OfModel()
    made.set_model(model)
    monkeypatch.setattr(callbacks, "save_weights", lambda model, path: path.write_text(model.name))
    return made


def end_epoch(reporter: RunReporter, epoch: int, val_loss: float) -> None:
    reporter.model.name = f"weights of epoch {epoch + 1}"
    reporter.on_epoch_begin(epoch)
    reporter.on_train_batch_end(1, {"loss": 1.0})
    reporter.on_epoch_end(epoch, {"loss": 1.0, "val_loss": val_loss})


def test_the_weights_of_the_best_epoch_are_kept(reporter: RunReporter, tmp_path: Path) -> None:
    assert reporter.best_epoch == 0
    for epoch, loss in enumerate((0.9, 0.4, 0.6)):
        end_epoch(reporter, epoch, loss)
    assert reporter.best_epoch == 2
    assert (tmp_path / WEIGHTS).read_text() == "weights of epoch 2"
    lines = (tmp_path / HISTORY).read_text().splitlines()
    assert lines[0] == "epoch,loss,val_loss,seconds"
    assert [line.split(",")[2] for line in lines[1:]] == ["0.9", "0.4", "0.6"]


def test_the_status_tells_step_speed_and_time_left(reporter: RunReporter, tmp_path: Path) -> None:
    reporter.on_epoch_begin(0)
    reporter.on_train_batch_end(0, {"loss": 1.5})
    content = reporter._status.content
    assert (content["epoch"], content["epochs"], content["step"], content["steps"]) == (1, 3, 1, 2)
    # one step of this epoch and two of each of two epochs are left
    assert content["eta_seconds"] == pytest.approx(5 * 8 / content["films_per_second"], abs=1)
    assert content["metrics"] == {"loss": 1.5}
    assert read_status(tmp_path)["state"] == "training"


def test_a_stop_request_ends_the_training_after_the_step(
    reporter: RunReporter, tmp_path: Path
) -> None:
    end_epoch(reporter, 0, 0.9)
    reporter.on_epoch_begin(1)
    reporter.on_train_batch_end(0, {"loss": 1.0})
    assert not reporter.model.stop_training
    (tmp_path / "stop").touch()
    reporter.on_train_batch_end(1, {"loss": 1.0})
    assert reporter.model.stop_training
    assert reporter.stopped
    reporter.on_epoch_end(1, {"loss": 1.0, "val_loss": 0.1})  # an unfinished epoch doesn't count
    assert reporter.best_epoch == 1


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_the_training(reporter: RunReporter, loss: float) -> None:
    reporter.on_epoch_begin(0)
    with pytest.raises(TrainingError, match="diverged") as caught:
        reporter.on_train_batch_end(1, {"loss": loss})
    assert caught.value.where == "epoch 1, step 2"


def test_a_validation_loss_that_is_no_number_ends_it_too(
    reporter: RunReporter, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match="diverged") as caught:
        end_epoch(reporter, 0, float("nan"))
    assert "epoch 1" in caught.value.where
    assert not (tmp_path / WEIGHTS).exists()
