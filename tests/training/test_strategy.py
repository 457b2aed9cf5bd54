import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xray_core.data.records import Manifest
from xray_core.errors import TrainingError
from xray_core.runs.store import CONFIG, HISTORY, WEIGHTS
from xray_core.settings import PROJECT_DIR
from xray_core.training.config import TrainingConfig
from xray_core.training.strategy import (
    choose_strategy,
    count_machines,
    is_chief,
    make_strategy,
)
from xray_core.training.train import train

TWO_DEVICES = """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
"""

# The small CNN without what is random or counted on each device alone: dropout and statistics.
FIT = """
import sys
from contextlib import nullcontext
import keras, numpy as np
from xray_core.networks.freezing import freeze_before
from xray_core.networks.registry import build_network
from xray_core.training.pipeline import Examples, training_batches, validation_batches
from xray_core.training.strategy import make_strategy

rng = np.random.default_rng(0)
films = rng.integers(0, 255, (24, 32, 32), dtype=np.uint8)
targets = np.eye(2, dtype=np.float32)[np.arange(24) % 2]
weights = np.linspace(0.5, 1.5, 24, dtype=np.float32)
examples = Examples(films, np.arange(18), np.arange(18, 24), targets, weights)
strategy = make_strategy(sys.argv[1])
print("replicas", strategy.num_replicas_in_sync if strategy else 0)
keras.utils.set_random_seed(0)
with strategy.scope() if strategy else nullcontext():
    model = build_network("small_cnn", 2, 32)
    model.get_layer("dropout").rate = 0.0
    freeze_before(model, "all")
    model.compile(
        keras.optimizers.AdamW(1e-3, clipnorm=1.0),
        keras.losses.CategoricalCrossentropy(from_logits=True),
    )
history = model.fit(
    training_batches(examples, batch_size=6, seed=0, variation=None, first_step=0, last_step=6),
    steps_per_epoch=3, epochs=2, validation_data=validation_batches(examples, 4), verbose=0,
)
for name in ("loss", "val_loss"):
    print(name, *history.history[name])
print("weights", *(float(abs(weight).sum()) for weight in model.get_weights()))
"""

TRAIN = """
import sys
from pathlib import Path
from xray_core.data.scan import scan
from xray_core.data.splits import assign_splits
from xray_core.training.config import TrainingConfig
from xray_core.training.train import train

films, run_dir, strategy = sys.argv[1:]
config = TrainingConfig(
    "small_cnn", epochs=2, image_size_px=32, batch_size=8, seed=3, precision="float32",
    strategy=strategy,
)
run = train(assign_splits(scan(Path(films)), seed=0), config, Path(run_dir))
print("history", (run.path / "history.csv").read_text().replace("\\n", ";"))
"""


def start(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """TensorFlow takes its devices once a process, so every way gets a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=PROJECT_DIR,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> dict[str, str]:
    """What it printed, by the first word of each line."""
    try:
        output, _ = process.communicate(timeout=180)
    finally:
        process.kill()
    assert process.returncode == 0, output[-4000:]
    return dict(line.split(" ", 1) for line in output.splitlines() if " " in line)


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


def tf_config(index: int, kind: str = "worker", **cluster: list[str]) -> str:
    machines = cluster or {"worker": ["a:1", "b:1"]}
    return json.dumps({"cluster": machines, "task": {"type": kind, "index": index}})


@pytest.mark.parametrize(
    ("name", "n_workers", "n_gpus", "chosen"),
    [
        ("auto", 0, 0, "none"),
        ("auto", 0, 1, "none"),
        ("auto", 0, 2, "mirrored"),
        ("auto", 1, 2, "mirrored"),
        ("auto", 2, 2, "multiworker"),
        ("none", 2, 4, "none"),
        ("mirrored", 0, 0, "mirrored"),
        ("multiworker", 1, 0, "multiworker"),
    ],
)
def test_auto_takes_what_there_is(name: str, n_workers: int, n_gpus: int, chosen: str) -> None:
    assert choose_strategy(name, n_workers, n_gpus) == chosen


def test_one_device_needs_no_strategy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert make_strategy("none") is None
    assert make_strategy("mirrored").num_replicas_in_sync == 1


def test_several_machines_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(TrainingError, match="needs to know them") as caught:
        make_strategy("multiworker")
    assert "docs/distributed.md" in caught.value.fix
    assert (PROJECT_DIR / "docs" / "distributed.md").is_file()


@pytest.mark.parametrize("text", ["{", "[1]", '{"cluster": 3}', "worker"])
def test_a_damaged_description_is_named(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", text)
    for ask in (make_strategy, is_chief):
        with pytest.raises(TrainingError, match="TF_CONFIG is not") as caught:
            ask("auto")
        assert caught.value.fix


def test_machines_cannot_be_joined_once_tensorflow_has_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import tensorflow as tf

    assert float(tf.constant(1.0)) == 1
    monkeypatch.setenv("TF_CONFIG", tf_config(0))
    with pytest.raises(TrainingError, match="could not be joined") as caught:
        make_strategy("multiworker")
    assert "Start the same command on every machine" in caught.value.fix


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("auto", "", True),
        ("auto", tf_config(0), True),
        ("auto", tf_config(1), False),
        ("multiworker", tf_config(1), False),
        ("none", tf_config(1), True),
        ("mirrored", tf_config(1), True),
        ("auto", tf_config(0, "chief", chief=["a:1"], worker=["b:1"]), True),
        ("auto", tf_config(0, "worker", chief=["a:1"], worker=["b:1"]), False),
    ],
)
def test_only_the_first_machine_writes(
    name: str, text: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", text)
    assert is_chief(name) is expected


def test_machines_are_counted_where_the_strategy_takes_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert count_machines("auto") == 1
    monkeypatch.setenv("TF_CONFIG", tf_config(1))
    assert [count_machines(name) for name in ("auto", "multiworker", "mirrored")] == [2, 2, 1]


def test_several_machines_cannot_go_on_after_a_break(
    films: Manifest, tiny_config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", tf_config(0))
    with pytest.raises(TrainingError, match="cannot be resumed") as caught:
        train(films, tiny_config, tmp_path / "run", resume=True)
    assert "Unset TF_CONFIG" in caught.value.fix
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.long
def test_two_devices_train_as_one_does() -> None:
    one = finish(start(FIT, "none"))
    two = finish(start(TWO_DEVICES + FIT, "mirrored"))
    assert (one["replicas"], two["replicas"]) == ("0", "2")
    for name in ("loss", "val_loss", "weights"):
        np.testing.assert_allclose(numbers(two[name]), numbers(one[name]), rtol=1e-3, atol=1e-5)
    assert numbers(one["loss"])[1] != pytest.approx(numbers(one["loss"])[0], rel=0.01)


@pytest.mark.slow
@pytest.mark.long
def test_two_machines_train_as_two_devices_do(films_dir: Path, tmp_path: Path) -> None:
    devices = finish(start(TWO_DEVICES + TRAIN, films_dir, tmp_path / "devices", "mirrored"))
    addresses = [f"localhost:{port}" for port in free_ports(2)]
    machines = [
        start(
            TRAIN,
            films_dir,
            tmp_path / f"machine{index}",
            "auto",
            TF_CONFIG=tf_config(index, worker=addresses),
        )
        for index in range(2)
    ]
    first, second = [finish(machine) for machine in machines]
    expected = curve(devices)
    assert len(expected) == 2
    for found in (first, second):
        np.testing.assert_allclose(curve(found), expected, rtol=1e-3)
    assert {CONFIG, HISTORY, WEIGHTS} <= {path.name for path in (tmp_path / "machine0").iterdir()}
    assert not (tmp_path / "machine1").exists(), "the second machine computes, the first one writes"


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("localhost", 0)) for _ in range(count)]
    ports = [item.getsockname()[1] for item in sockets]
    for item in sockets:
        item.close()
    return ports


def curve(printed: dict[str, str]) -> Any:
    head, *rows = [line.split(",") for line in printed["history"].strip(";").split(";")]
    return pd.DataFrame(rows, columns=head)[["loss", "val_loss"]].astype(float).to_numpy()
