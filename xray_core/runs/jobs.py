"""Training as a process of its own, which outlives the page that started it.

The process runs the same command line that a person would type, at low priority; pages read what
it writes into its run folder.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.errors import RunError, TrainingError
from xray_core.runs.status import ACTIVE, read_status
from xray_core.runs.store import CONFIG, LOG, STATUS, Run, list_runs, new_run_id, write_json
from xray_core.settings import PROJECT_DIR, get_settings

if TYPE_CHECKING:
    from xray_core.training.config import TrainingConfig

STOP_FILE = "stop"


def start_training(
    data_paths: Sequence[Path],
    config: "TrainingConfig",
    *,
    keep_own_split: bool = False,
    reader: str = "",
    models_dir: Path | None = None,
) -> str:
    """Start a training in the background.

    Args:
        data_paths: folders or index files, trained on together.
        config: what to do.
        keep_own_split: keep the test films that the data sets name.
        reader: key of `READERS` for all data sets; "" looks at each folder.
        models_dir: where the run folder is made; None takes the settings.

    Returns:
        The run id.

    Raises:
        TrainingError: another training is going on.
    """
    settings = get_settings()
    models_dir = (models_dir or settings.models_dir).resolve()
    going_on = active_runs(models_dir)
    if going_on:
        raise TrainingError(
            "Another training is going on.",
            where=going_on[0].id,
            fix="Wait until it has finished, or stop it.",
        )
    run_id = new_run_id(config.network)
    run_dir = models_dir / run_id
    run_dir.mkdir(parents=True)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    names = [path.name for path in data_paths]
    write_json(
        run_dir / CONFIG,
        asdict(config) | {"classes": [], "created": created, "datasets": names},
    )
    command = [sys.executable, "-m", "xray_core", "train", "--run-id", run_id]
    command += ["--models-dir", str(models_dir), *_options(config)]
    for path in data_paths:
        command += ["--data", str(path.resolve())]
    if keep_own_split:
        command.append("--keep-own-split")
    if reader:
        command += ["--reader", reader]
    with (run_dir / LOG).open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=PROJECT_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"},
            **_detached(),
        )
    _first_status(run_dir, process.pid)
    return run_id


def request_stop(run: Run) -> None:
    """Ask a training to end after its current step; its best epoch is evaluated and kept."""
    (run.path / STOP_FILE).touch()


def stop_requested(run_dir: Path) -> bool:
    """Whether `request_stop` was called for this run."""
    return (run_dir / STOP_FILE).exists()


def active_runs(models_dir: Path | None = None) -> tuple[Run, ...]:
    """Runs whose training process lives, newest first; a damaged status counts as not going on."""

    def lives(run: Run) -> bool:
        try:
            return read_status(run.path).get("state") in ACTIVE
        except RunError:
            return False

    return tuple(run for run in list_runs(models_dir) if not run.shipped and lives(run))


def read_log(run: Run, lines: int = 200) -> str:
    """The end of `log.txt`; empty when there is none."""
    path = run.path / LOG
    if not path.is_file():
        return ""
    text = path.read_bytes().decode("utf-8", errors="replace").rstrip()
    # A progress bar draws over its own line: only what it drew last is kept.
    return "\n".join(line.rstrip("\r").split("\r")[-1] for line in text.split("\n")[-lines:])


def _options(config: "TrainingConfig") -> list[str]:
    """The command line that gives this configuration."""
    words = []
    for name, value in asdict(config).items():
        flag = "--" + name.removesuffix("_px").replace("_", "-")
        if isinstance(value, bool):
            words += [] if value else ["--no-" + flag[2:]]
        else:
            words += [flag, str(value)]
    return words


def _detached() -> dict[str, Any]:
    """What makes a child outlive its parent and give way to it."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags}
    return {"start_new_session": True, "preexec_fn": lambda: os.nice(10)}


def _first_status(run_dir: Path, pid: int) -> None:
    """Say that the process was started, unless it has said something itself by now."""
    import psutil

    if (run_dir / STATUS).exists():
        return
    try:
        started = psutil.Process(pid).create_time()
    except psutil.Error:
        started = 0.0
    content = {"state": "preparing", "phase": "starting", "pid": pid, "pid_started": started}
    write_json(run_dir / STATUS, content)
