"""What tests of the queue share."""

import os
import signal
from collections.abc import Iterator

import pytest

from xray_core.jobs.queue import drop_waiting, waiting_runs
from xray_core.runs.status import ACTIVE, read_status
from xray_core.settings import Settings


@pytest.fixture
def started(settings: Settings) -> Iterator[list[str]]:
    """Ids of runs that the test started; their processes are ended after it."""
    run_ids: list[str] = []
    yield run_ids
    for run in waiting_runs():
        drop_waiting(run)
    for run_id in run_ids:
        status = read_status(settings.models_dir / run_id)
        if status.get("state") in ACTIVE:
            os.kill(status["pid"], signal.SIGKILL)
