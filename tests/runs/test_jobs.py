import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest

from xray_core.arguments import build_parser
from xray_core.cli import COMMANDS
from xray_core.errors import TrainingError
from xray_core.runs.jobs import (
    _options,
    active_runs,
    read_log,
    request_stop,
    start_training,
    stop_requested,
)
from xray_core.runs.status import ACTIVE, StatusFile, read_status
from xray_core.runs.store import LOG, STATUS, Run, open_run
from xray_core.settings import Settings
from xray_core.training.config import TrainingConfig

PATIENCE_SECONDS = 120


@pytest.fixture
def started(settings: Settings) -> Iterator[list[str]]:
    """Ids of runs that the test started; their processes are ended after it."""
    run_ids: list[str] = []
    yield run_ids
    for run_id in run_ids:
        status = read_status(settings.models_dir / run_id)
        if status.get("state") in ACTIVE:
            os.kill(status["pid"], signal.SIGKILL)


def wait_for(run: Run, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The status once it is as wanted; fails with the log of the process if it never is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        status = read_status(run.path)
        if wanted(status):
            return status
        if status["state"] in ("failed", "interrupted"):
            break
        time.sleep(0.2)
    pytest.fail(f"{read_status(run.path)}\n{read_log(run)}")


def test_the_command_line_gives_the_configuration_back() -> None:
    config = TrainingConfig(
        "small_cnn",
        epochs=7,
        image_size_px=96,
        batch_size=5,
        learning_rate=3e-5,
        weight_decay=0.0,
        label_smoothing=0.125,
        patience=2,
        augment=False,
        class_weights=False,
        seed=11,
    )
    assert {name for name, value in asdict(config).items()} == set(
        asdict(TrainingConfig("small_cnn"))
    )
    for each in (config, TrainingConfig("small_cnn")):
        words = ["train", "--data", "films", *_options(each)]
        arguments = build_parser(COMMANDS).parse_args(words)
        assert TrainingConfig(**{name: getattr(arguments, name) for name in asdict(each)}) == each


def test_a_stop_request_is_seen_by_the_training(make_run: Callable[..., Run]) -> None:
    run = make_run()
    assert not stop_requested(run.path)
    request_stop(run)
    assert stop_requested(run.path)


def test_a_second_training_has_to_wait(make_run: Callable[..., Run], tmp_path: Path) -> None:
    run = make_run()
    StatusFile(run.path).update(state="training", now=True)  # by this very process
    assert [other.id for other in active_runs()] == [run.id]
    with pytest.raises(TrainingError, match="Another training") as caught:
        start_training([tmp_path], TrainingConfig("small_cnn"))
    assert caught.value.where == run.id
    StatusFile(run.path).update(state="finished", now=True)
    assert active_runs() == ()


def test_the_log_is_its_end_and_of_a_progress_bar_the_last_state(
    make_run: Callable[..., Run],
) -> None:
    run = make_run()
    assert read_log(run) == ""
    (run.path / LOG).write_bytes(b"one\n10 %\r50 %\r100 %\nthree\n\xff\n")
    assert read_log(run) == "one\n100 %\nthree\n\N{REPLACEMENT CHARACTER}"
    assert read_log(run, lines=2) == "three\n\N{REPLACEMENT CHARACTER}"


@pytest.mark.slow
def test_a_training_runs_in_a_process_of_its_own_until_it_is_stopped(
    films_dir: Path, started: list[str]
) -> None:
    config = TrainingConfig("small_cnn", epochs=1000, patience=1000, image_size_px=32, batch_size=8)
    started.append(start_training([films_dir], config))
    run = open_run(started[0])
    assert run.config["datasets"] == ["synthetic"]
    assert [other.id for other in active_runs()] == [run.id]
    with pytest.raises(TrainingError, match="Another training"):
        start_training([films_dir], config)
    process = psutil.Process(read_status(run.path)["pid"])
    assert process.nice() >= 10  # it gives way to the page

    wait_for(run, lambda status: status.get("epoch", 0) >= 2)
    request_stop(run)
    wait_for(run, lambda status: status["state"] == "stopped")
    stopped = open_run(run.id)
    assert stopped.finished
    assert stopped.classes == ("normal", "bacterial", "viral", "covid")
    assert 1 <= len(stopped.history()) < 1000
    process.wait(PATIENCE_SECONDS)
    assert read_log(stopped).splitlines()[-1] == run.id
    assert str(films_dir) not in read_log(stopped)


@pytest.mark.slow
def test_a_training_that_was_killed_is_seen_as_interrupted(
    films_dir: Path, started: list[str]
) -> None:
    started.append(start_training([films_dir], TrainingConfig("small_cnn", image_size_px=32)))
    run = open_run(started[0])
    status = read_status(run.path)
    assert status["state"] in ACTIVE
    os.kill(status["pid"], signal.SIGKILL)
    end = time.monotonic() + 10
    while read_status(run.path)["state"] in ACTIVE and time.monotonic() < end:
        time.sleep(0.05)
    assert read_status(run.path)["state"] == "interrupted"
    assert active_runs() == ()


@pytest.mark.slow
def test_a_job_whose_films_are_not_there_says_so_in_its_status(
    tmp_path: Path, started: list[str]
) -> None:
    config = TrainingConfig("small_cnn", image_size_px=32)
    started.append(start_training([tmp_path / "nowhere"], config))
    run = open_run(started[0])
    end = time.monotonic() + PATIENCE_SECONDS
    while read_status(run.path)["state"] in ACTIVE and time.monotonic() < end:
        time.sleep(0.1)
    status = read_status(run.path)
    assert status["state"] == "failed"
    assert status["error"]["where"] == "nowhere"
    assert "Traceback" not in read_log(run)


def test_damaged_status_of_an_old_run_blocks_nothing(make_run: Callable[..., Run]) -> None:
    (make_run().path / STATUS).write_text("{", encoding="utf-8")
    assert active_runs() == ()
