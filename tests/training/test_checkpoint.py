from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xray_core.errors import TrainingError
from xray_core.runs.store import HISTORY, RESUME, WEIGHTS
from xray_core.training.checkpoint import Checkpoint, since_best


def network() -> Any:
    """A small network with dropout and an optimiser that remembers."""
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dropout(0.5), keras.layers.Dense(2, name="logits")]
    )
    model.compile(keras.optimizers.AdamW(0.1), "mse")
    return model


def step(model: Any) -> None:
    model.train_on_batch(np.ones((4, 3), np.float32), np.ones((4, 2), np.float32))


def row(epoch: int, val_loss: float, phase: str = "training") -> dict[str, Any]:
    return {"epoch": epoch, "phase": phase, "val_loss": val_loss, "seconds": 1.0}


@pytest.mark.long
def test_a_training_resumes_as_if_nothing_had_happened(tmp_path: Path) -> None:
    model, checkpoint = network(), Checkpoint(tmp_path)
    for _ in range(3):
        step(model)
    checkpoint.add(row(1, 0.5) | {"seconds": 12.5}, model, tmp_path / WEIGHTS)
    step(model)
    expected = model.get_weights()

    other, again = network(), Checkpoint(tmp_path, resume=True)
    again.restore(other)
    assert again.history == checkpoint.history
    assert again.seconds == 12.5
    step(other)  # the same dropout, the same averages of the optimiser
    for weight, wanted in zip(other.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(weight, wanted)


def test_only_a_better_epoch_replaces_the_weights(tmp_path: Path) -> None:
    model, checkpoint = network(), Checkpoint(tmp_path)
    kept = []
    for epoch, loss in enumerate((0.5, 0.7, 0.3), start=1):
        step(model)
        checkpoint.add(row(epoch, loss), model, tmp_path / WEIGHTS)
        kept.append((tmp_path / WEIGHTS).read_bytes())
        assert checkpoint.epoch == epoch
    assert kept[0] == kept[1] != kept[2]
    assert checkpoint.best_epoch == 3
    assert pd.read_csv(tmp_path / HISTORY)["val_loss"].tolist() == [0.5, 0.7, 0.3]


def test_a_new_training_does_not_look_at_an_old_state(tmp_path: Path) -> None:
    Checkpoint(tmp_path).add(row(1, 0.5), network(), tmp_path / WEIGHTS)
    assert Checkpoint(tmp_path).history == []
    resumed = Checkpoint(tmp_path, resume=True)
    assert resumed.losses("training") == [0.5]
    assert resumed.losses("head") == []
    resumed.close()
    assert not (tmp_path / RESUME).exists()
    assert Checkpoint(tmp_path, resume=True).history == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut"])
def test_a_damaged_state_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RESUME).write_bytes(content)
    with pytest.raises(TrainingError, match="cannot be used") as caught:
        Checkpoint(tmp_path, resume=True)
    assert "Delete that file" in caught.value.fix


def test_the_state_of_another_network_is_refused(tmp_path: Path) -> None:
    import keras

    checkpoint = Checkpoint(tmp_path)
    checkpoint.add(row(1, 0.5), network(), tmp_path / WEIGHTS)
    other = keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)])
    other.compile("adamw", "mse")
    with pytest.raises(TrainingError, match="cannot be used"):
        checkpoint.restore(other)


@pytest.mark.parametrize(
    ("losses", "epochs"), [([], 0), ([0.5], 0), ([0.5, 0.6], 1), ([0.5, 0.6, 0.4], 0)]
)
def test_epochs_since_the_best(losses: list[float], epochs: int) -> None:
    assert since_best(losses) == epochs
