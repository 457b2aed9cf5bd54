from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xray_core.errors import TrainingError
from xray_core.runs.status import StatusFile, read_status
from xray_core.runs.store import HISTORY, STEPS, WEIGHTS
from xray_core.training.callbacks import RunReporter, StepCurve
from xray_core.training.checkpoint import Checkpoint
from xray_core.training.config import TrainingConfig
from xray_core.training.context import Phase, TrainingContext


@pytest.fixture(scope="module")
def model() -> Any:
    """A compiled network of one weight."""
    import keras

    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    network.compile("adamw", "mse")
    return network


@pytest.fixture
def reporter(tmp_path: Path, model: Any) -> RunReporter:
    """The reporter of a phase of three epochs of two steps of eight films, after four others."""
    return make_reporter(tmp_path, model)


def make_reporter(run_dir: Path, model: Any, patience: int = 2, **changes: Any) -> RunReporter:
    nothing: Any = None  # neither maps nor examples are used here
    context = TrainingContext(
        run_dir,
        TrainingConfig("small_cnn", patience=patience),
        StatusFile(run_dir),
        Checkpoint(run_dir),
        nothing,
        nothing,
        (run_dir / "stop").exists,
        lambda line: None,
    )
    phase = Phase(
        name="fine-tuning",
        epochs=3,
        epochs_before=0,
        epochs_after=4,
        steps=2,
        batch_size=8,
        rate=lambda step, losses: 0.5**step,
        best_path=run_dir / WEIGHTS,
        after_epoch=lambda epoch: None,
    )
    made = RunReporter(context, replace(phase, **changes))
    model.stop_training = False
    made.set_model(model)
    return made


def end_epoch(reporter: RunReporter, epoch: int, val_loss: float) -> None:
    reporter.model.set_weights([np.array([[epoch + 1.0]])])
    reporter.on_epoch_begin(epoch)
    reporter.on_train_batch_begin(1)
    reporter.on_train_batch_end(1, {"loss": 1.0})
    reporter.on_epoch_end(epoch, {"loss": 1.0, "val_loss": val_loss})


def best_epoch(run_dir: Path) -> float:
    with np.load(run_dir / WEIGHTS) as file:
        return float(file[file.files[0]][0, 0])


def test_the_weights_of_the_best_epoch_are_kept(reporter: RunReporter, tmp_path: Path) -> None:
    for epoch, loss in enumerate((0.9, 0.4, 0.6)):
        end_epoch(reporter, epoch, loss)
    assert best_epoch(tmp_path) == 2
    history = pd.read_csv(tmp_path / HISTORY)
    assert history["val_loss"].tolist() == [0.9, 0.4, 0.6]
    assert history["phase"].tolist() == ["fine-tuning"] * 3
    assert history.columns.tolist() == [
        *("epoch", "phase", "loss", "val_loss", "learning_rate", "seconds")
    ]


def test_a_phase_ends_when_it_no_longer_gets_better(reporter: RunReporter) -> None:
    for epoch, (loss, ended) in enumerate(((0.9, False), (0.4, False), (0.6, False), (0.5, True))):
        end_epoch(reporter, epoch, loss)
        assert reporter.model.stop_training is ended
    assert not reporter.stopped


def test_every_step_has_its_learning_rate(tmp_path: Path, model: Any) -> None:
    asked = []

    def rate(step: int, losses: Sequence[float]) -> float:
        asked.append((step, list(losses)))
        return 0.5**step

    reporter = make_reporter(tmp_path, model, rate=rate, patience=10)
    for epoch, loss in enumerate((0.9, 0.5)):
        end_epoch(reporter, epoch, loss)
    assert asked == [(1, []), (3, [0.9])]  # the last of two steps
    assert float(model.optimizer.learning_rate.numpy()) == 0.125
    assert pd.read_csv(tmp_path / HISTORY)["learning_rate"].tolist() == [0.5, 0.125]


def test_the_status_tells_step_speed_and_time_left(reporter: RunReporter, tmp_path: Path) -> None:
    reporter.on_epoch_begin(0)
    reporter.on_train_batch_end(0, {"loss": 1.5})
    content = reporter._context.status.content
    assert (content["epoch"], content["epochs"], content["step"], content["steps"]) == (1, 7, 1, 2)
    assert content["phase"] == "fine-tuning"
    # one step of this epoch and two of each of two epochs are left in this phase
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
    assert len(pd.read_csv(tmp_path / HISTORY)) == 1


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


def test_the_curve_holds_the_mean_since_its_last_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xray_core.training.callbacks.CURVE_SECONDS", 0.0)
    curve = StepCurve(tmp_path, 0)
    # Keras gives means since the start of the epoch: the losses were 4, 2, 0 and, in epoch 2, 1
    for epoch, batch, mean in ((1, 0, 4.0), (1, 1, 3.0), (1, 2, 2.0), (2, 0, 1.0)):
        curve.add(epoch, "head", batch, mean)
    rows = pd.read_csv(tmp_path / STEPS)
    assert rows["loss"].tolist() == [4, 2, 0, 1]
    assert rows["step"].tolist() == [1, 2, 3, 4]
    again = StepCurve(tmp_path, 1)  # epoch 2 had not ended
    again.add(2, "head", 0, 7.0)
    assert pd.read_csv(tmp_path / STEPS)["loss"].tolist() == [4, 2, 0, 7]
