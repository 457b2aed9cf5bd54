from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.networks.registry import load_weights
from xray_core.runs.store import WEIGHTS
from xray_core.training.checkpoint import Checkpoint
from xray_core.training.weight_average import averaged, averages

pytestmark = pytest.mark.long


def network(momentum: float) -> Any:
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="logits")])
    optimizer = keras.optimizers.SGD(0.1, use_ema=momentum > 0, ema_momentum=momentum)
    model.compile(optimizer, "mse")
    return model


def walk(model: Any, steps: int) -> list[np.ndarray]:
    """The kernel after every step."""
    seen = []
    for _ in range(steps):
        model.train_on_batch(np.ones((4, 3), np.float32), np.ones((4, 2), np.float32))
        seen.append(model.get_weights()[0])
    return seen


def test_for_a_while_the_model_has_the_average_of_its_steps() -> None:
    model = network(0.75)
    first, second, third = walk(model, 3)
    wanted = 0.75 * (0.75 * first + 0.25 * second) + 0.25 * third
    with averaged(model):
        np.testing.assert_allclose(model.get_weights()[0], wanted, rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[0], third, rtol=1e-5)


def test_an_error_does_not_leave_the_average_behind() -> None:
    model = network(0.75)
    last = walk(model, 3)[-1]
    with pytest.raises(OSError, match="full"), averaged(model):
        raise OSError("full")
    np.testing.assert_allclose(model.get_weights()[0], last, rtol=1e-5)


def test_without_an_average_nothing_changes() -> None:
    model = network(0.0)
    last = walk(model, 2)[-1]
    assert not averages(model.optimizer)
    with averaged(model):
        np.testing.assert_array_equal(model.get_weights()[0], last)


def test_the_average_is_what_is_kept(tmp_path: Path) -> None:
    model = network(0.75)
    first, second = walk(model, 2)
    row = {"epoch": 1, "phase": "training", "val_loss": 0.5}
    Checkpoint(tmp_path).add(row, model, tmp_path / WEIGHTS)
    kept = network(0.0)
    load_weights(kept, tmp_path / WEIGHTS)
    np.testing.assert_allclose(kept.get_weights()[0], 0.75 * first + 0.25 * second, rtol=1e-5)
