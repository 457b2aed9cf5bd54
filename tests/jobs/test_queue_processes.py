"""Trainings as processes of their own: stopped, killed, out of room."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.jobs.queued import PATIENCE_SECONDS, TINY, names, wait_for
from xray_core.data.records import Manifest
from xray_core.jobs.queue import (
    active_runs,
    add_training,
    can_resume,
    read_log,
    request_stop,
    resume_training,
    waiting_runs,
)
from xray_core.runs.status import ACTIVE, read_status
from xray_core.runs.store import WEIGHTS, Run, open_run
from xray_core.settings import PROJECT_DIR, Settings
from xray_core.training.config import TrainingConfig
from xray_core.training.train import train


@pytest.mark.slow
@pytest.mark.long
def test_a_training_runs_in_a_process_of_its_own_until_it_is_stopped(
    films_dir: Path, started: list[str]
) -> None:
    config = TrainingConfig("small_cnn", epochs=1000, patience=1000, image_size_px=32, batch_size=8)
    started.append(add_training([films_dir], config))
    run = open_run(started[0])
    assert run.config.datasets == ("synthetic",)
    assert names(active_runs()) == [run.id]
    process = psutil.Process(read_status(run.path)["pid"])
    process_nice = process.nice()
    assert process_nice >= 10  # it gives way to the page
    started.append(add_training([films_dir], TINY))
    assert names(waiting_runs()) == started[1:]

    wait_for(run, lambda status: status.get("epoch", 0) >= 2)
    request_stop(run)
    wait_for(run, lambda status: status["state"] == "stopped")
    stopped = open_run(run.id)
    assert stopped.finished
    assert stopped.classes == ("normal", "bacterial", "viral", "covid")
    assert 1 <= len(stopped.history()) < 1000
    assert str(films_dir) not in read_log(stopped)

    second = open_run(started[1])  # its turn comes by itself
    status = wait_for(second, lambda status: status["state"] != "waiting")
    with contextlib.suppress(psutil.NoSuchProcess):
        assert psutil.Process(status["pid"]).nice() == process_nice
    wait_for(second, lambda status: status["state"] == "finished")
    assert len(second.history()) == 3
    assert waiting_runs() == ()


@pytest.mark.slow
@pytest.mark.long
def test_a_training_that_was_killed_resumes_to_the_same_weights(
    films_dir: Path, films: Manifest, started: list[str], tmp_path: Path
) -> None:
    n = 16  # some seconds more than it takes to see the third epoch and to kill it
    config = TrainingConfig("small_cnn", epochs=n, patience=n, image_size_px=32, batch_size=8)
    started.append(add_training([films_dir], config))
    run = open_run(started[0])
    status = wait_for(run, lambda status: status.get("epoch", 0) >= 3)
    os.kill(status["pid"], signal.SIGKILL)
    psutil.Process(status["pid"]).wait(10)
    assert read_status(run.path)["state"] == "interrupted"
    assert active_runs() == ()
    whole = len(run.history())
    assert 2 <= whole < n

    resume_training(open_run(run.id))
    wait_for(run, lambda status: status["state"] == "finished")
    resumed = open_run(run.id)
    assert resumed.history()["epoch"].tolist() == list(range(1, n + 1))
    assert f"resuming after epoch {whole}" in read_log(resumed)
    never_killed = train(films, config, tmp_path / "run", echo=lambda line: None)
    with np.load(resumed.path / WEIGHTS) as found, np.load(never_killed.path / WEIGHTS) as expected:
        for name in expected.files:
            np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


@pytest.mark.slow
def test_a_job_whose_films_are_not_there_says_so_in_its_status(
    tmp_path: Path, started: list[str]
) -> None:
    started.append(add_training([tmp_path / "nowhere"], TINY))
    run = open_run(started[0])
    latest = time.monotonic() + PATIENCE_SECONDS
    while read_status(run.path)["state"] in ACTIVE and time.monotonic() < latest:
        time.sleep(0.1)
    status = read_status(run.path)
    assert status["state"] == "failed"
    assert status["error"]["where"] == "nowhere"
    assert "Traceback" not in read_log(run)
    assert can_resume(run)


@pytest.mark.slow
@pytest.mark.long
def test_a_full_disk_ends_it_with_a_clear_error_and_leaves_other_runs_alone(
    films_dir: Path, make_run: Callable[..., Run], settings: Settings
) -> None:
    earlier = make_run()
    before = (earlier.path / "config.json").read_bytes()

    def limit() -> None:  # as on a full disk, every file ends after half a megabyte
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    words = ["--network", "small_cnn", "--epochs", "2", "--image-size", "32", "--batch-size", "8"]
    result = subprocess.run(
        [sys.executable, "-m", "xray_core", "train", "--data", str(films_dir), *words],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    assert result.returncode == 2, result.stderr
    assert result.stderr.strip().splitlines()[-1].startswith("error: The disk is full.")
    assert "Traceback" not in result.stderr
    (run_dir,) = (path for path in settings.models_dir.glob("2*") if path != earlier.path)
    status = read_status(run_dir)
    assert (status["state"], status["error"]["what"]) == ("failed", "The disk is full.")
    assert not list(run_dir.glob("*.part*"))
    assert can_resume(open_run(run_dir))
    assert (earlier.path / "config.json").read_bytes() == before
