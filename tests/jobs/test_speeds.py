"""What was measured is kept; a measurement is a process, and there is one at a time."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from xray_core.jobs import speeds
from xray_core.jobs.estimate import Speed
from xray_core.settings import Settings
from xray_core.training.config import TrainingConfig

SPEED = Speed(10.0, 50.0, 20.0, 3_000_000_000, ("block1", "block2"))
CONFIG = TrainingConfig("xception")
OTHER = TrainingConfig("small_cnn", image_size_px=64)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that were started; each is a process that sleeps instead."""
    commands: list[list[str]] = []
    start = subprocess.Popen

    def sleep(command: list[str], **rest: Any) -> subprocess.Popen[bytes]:
        commands.append(command)
        return start([sys.executable, "-c", "import time; time.sleep(60)"], **rest)

    monkeypatch.setattr(subprocess, "Popen", sleep)
    return commands


def until(state: str, config: TrainingConfig) -> bool:
    end = time.monotonic() + 10
    while speeds.measuring_state(config) != state and time.monotonic() < end:
        time.sleep(0.05)
    return speeds.measuring_state(config) == state


def test_a_speed_is_found_again_by_what_changes_it(settings: Settings) -> None:
    assert speeds.stored_speed(CONFIG) is None
    speeds.store_speed(CONFIG, SPEED)
    assert speeds.stored_speed(CONFIG) == SPEED
    assert speeds.stored_speed(TrainingConfig("xception", epochs=50, seed=9)) == SPEED
    for change in (
        {"image_size_px": 96},
        {"batch_size": 8},
        {"weights": "none"},
        {"ema_momentum": 0.99},
    ):
        assert speeds.stored_speed(TrainingConfig("xception", **change)) is None
    speeds.forget_speed(CONFIG)
    assert speeds.stored_speed(CONFIG) is None


def test_blocks_are_known_from_any_measurement_of_the_network(settings: Settings) -> None:
    assert speeds.known_blocks("xception") == ()
    speeds.store_speed(CONFIG, SPEED)
    speeds.store_speed(OTHER, Speed(1.0, 2.0, 3.0, 4))
    assert speeds.known_blocks("xception") == ("block1", "block2")
    assert speeds.known_blocks("small_cnn") == ()


@pytest.mark.parametrize("content", ["{", "[]", '{"a": 1'])
def test_damaged_file_counts_as_not_there(settings: Settings, content: str) -> None:
    settings.cache_dir.mkdir(parents=True)
    (settings.cache_dir / "speeds.json").write_text(content)
    assert speeds.stored_speed(CONFIG) is None
    speeds.store_speed(CONFIG, SPEED)
    assert speeds.stored_speed(CONFIG) == SPEED


def test_speed_of_another_version_is_measured_anew(settings: Settings) -> None:
    speeds.store_speed(CONFIG, SPEED)
    path = settings.cache_dir / "speeds.json"
    path.write_text(path.read_text().replace("forward", "backward"))
    assert speeds.stored_speed(CONFIG) is None


def test_one_measurement_at_a_time(settings: Settings, asked: list[list[str]]) -> None:
    assert speeds.measuring_state(CONFIG) == "new"
    speeds.start_measuring(CONFIG)
    speeds.start_measuring(OTHER)
    assert len(asked) == 1
    assert asked[0][1:6] == ["-m", "xray_core", "estimate", "--network", "xception"]
    assert speeds.measuring_state(CONFIG) == "measuring"
    assert speeds.measuring_state(OTHER) == "measuring"

    speeds.stop_measuring()
    assert until("new", CONFIG), "stopped, not failed: it may be measured later"


def test_measurement_that_dies_is_not_begun_over_and_over(
    settings: Settings, asked: list[list[str]]
) -> None:
    speeds.start_measuring(CONFIG)
    process = psutil.Process(json.loads((settings.cache_dir / "measuring.json").read_text())["pid"])
    process.kill()
    assert until("failed", CONFIG)
    assert speeds.measuring_state(OTHER) == "new"


@pytest.mark.slow
@pytest.mark.long
def test_the_process_leaves_a_speed(settings: Settings, tmp_path: Path) -> None:
    speeds.start_measuring(OTHER)
    end = time.monotonic() + 120
    while speeds.measuring_state(OTHER) == "measuring" and time.monotonic() < end:
        time.sleep(0.2)
    log = (settings.cache_dir / "measuring.log").read_text()
    assert speeds.measuring_state(OTHER) == "measured", log
    speed = speeds.stored_speed(OTHER)
    assert speed is not None
    assert speed.training > 1
    assert "films/s" in log
