"""Trainings of tests: what waits, what ends, what runs as a process."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from xray_core.jobs.queue import read_log
from xray_core.runs.status import StatusFile, read_status
from xray_core.runs.store import Run, open_run
from xray_core.training.config import TrainingConfig

PATIENCE_SECONDS = 150
TINY = TrainingConfig("small_cnn", epochs=3, image_size_px=32, batch_size=8, seed=3)


def end(run_id: str) -> None:
    StatusFile(open_run(run_id).path).update(state="finished", now=True)


def wait_for(run: Run, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The status once it is as wanted; fails with the log of the process if it never is."""
    latest = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < latest:
        status = read_status(run.path)
        if wanted(status):
            return status
        if status["state"] in ("failed", "interrupted"):
            break
        time.sleep(0.1)
    pytest.fail(f"{read_status(run.path)}\n{read_log(run)}")


def names(runs: tuple[Run, ...]) -> list[str]:
    return [run.id for run in runs]
