"""The Train page in tests: its buttons and words, and runs whose state is said."""

from dataclasses import asdict
from pathlib import Path

import psutil

from xray_core.files import write_json
from xray_core.jobs.estimate import Speed
from xray_core.runs.store import CONFIG, STATUS
from xray_core.settings import Settings
from xray_core.training.config import TrainingConfig

RUN_ID = "2026-11-22T074210Z-small_cnn-3f2a"
SPEED = Speed(10.0, 50.0, 20.0, 3_000_000_000, ("block4", "block5", "block6"))


def a_run(settings: Settings, run_id: str, config: TrainingConfig, **facts: object) -> Path:
    """A run folder that holds its settings alone."""
    folder = settings.models_dir / run_id
    folder.mkdir(parents=True)
    head = {"classes": ["normal", "covid"], "created": "2026-11-22T07:42:10+00:00"}
    write_json(folder / CONFIG, asdict(config) | head | facts)
    return folder


def say(folder: Path, **facts: object) -> None:
    process = psutil.Process()
    me = {"pid": process.pid, "pid_started": process.create_time()}
    write_json(folder / STATUS, me | facts)
