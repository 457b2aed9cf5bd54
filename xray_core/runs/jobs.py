"""Training as a process of its own, which outlives the page that started it; one at a time.

The process runs the command that a person would type to go on with a run, at low priority; pages
read what it writes into the run folder. Those that wait stand in `models/.jobs/queue.json`. Whoever
comes by starts the next one: a training that has ended, a page, or `python -m xray_core queue`.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from filelock import FileLock

from xray_core.errors import RunError
from xray_core.networks.registry import get_network
from xray_core.networks.weights import resolve_weights
from xray_core.runs.job import Job, job_path, record_job
from xray_core.runs.status import ACTIVE, WAITING, find_process, read_status
from xray_core.runs.store import (
    CONFIG,
    JOBS,
    LOG,
    STATUS,
    Run,
    list_runs,
    new_run_id,
    open_run,
    read_json,
    trash_run,
    write_json,
)
from xray_core.settings import PROJECT_DIR, get_settings

if TYPE_CHECKING:
    from xray_core.training.config import TrainingConfig

STOP_FILE = "stop"
QUEUE = "queue.json"
RESUMABLE = frozenset({"stopped", "failed", "interrupted"})


def add_training(
    data_paths: Sequence[Path],
    config: "TrainingConfig",
    *,
    keep_own_split: bool = False,
    reader: str = "",
    models_dir: Path | None = None,
) -> str:
    """Train in the background: at once, or when those that wait already have had their turn.

    Args:
        data_paths: folders or index files, trained on together.
        config: what to do.
        keep_own_split: keep the test films that the data sets name.
        reader: key of `READERS` for all data sets; "" looks at each folder.
        models_dir: where the run folder is made; None takes the settings.

    Returns:
        The run id.

    Raises:
        WeightsError: what it is to start from cannot be had.
    """
    initialisation = resolve_weights(get_network(config.network), config.weights)
    models_dir = _models_dir(models_dir)
    run_id = new_run_id(config.network)
    run_dir = models_dir / run_id
    run_dir.mkdir(parents=True)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    names = [path.name for path in data_paths]
    write_json(
        run_dir / CONFIG,
        asdict(config)
        | {"weights": Path(config.weights).name, "initialisation": initialisation.title}
        | {"classes": [], "created": created, "datasets": names},
    )
    record_job(run_dir, Job(tuple(data_paths), keep_own_split, reader, config.weights))
    with _queue(models_dir) as waiting:
        write_json(run_dir / STATUS, {"state": WAITING})
        waiting.append(run_id)
    start_waiting(models_dir)
    return run_id


def start_waiting(models_dir: Path | None = None) -> str | None:
    """Start the run that waits first, unless a training goes on.

    Returns:
        Its id; None when nothing was started.
    """
    models_dir = _models_dir(models_dir)
    if not (models_dir / JOBS).is_dir():
        return None
    with _queue(models_dir) as waiting:
        if active_runs(models_dir):
            return None
        while waiting:
            run_dir = models_dir / waiting.pop(0)
            if (run_dir / CONFIG).is_file():
                _launch(run_dir)
                return run_dir.name
    return None


def waiting_runs(models_dir: Path | None = None) -> tuple[Run, ...]:
    """Runs that wait for their turn, the next one first."""
    models_dir = _models_dir(models_dir)
    runs = []
    for run_id in _read_queue(models_dir):
        with contextlib.suppress(RunError):
            runs.append(open_run(models_dir / run_id, models_dir))
    return tuple(runs)


def move_waiting(run: Run, places: int) -> None:
    """Let a run that waits change places; -1 is one earlier. What has begun stays where it is."""
    with _queue(run.path.parent) as waiting:
        if run.id in waiting:
            place = waiting.index(run.id)
            waiting.remove(run.id)
            waiting.insert(max(0, place + places), run.id)


def drop_waiting(run: Run) -> None:
    """Take a run that waits out of the queue and delete it; `restore_run` brings it back.

    Raises:
        RunError: it has begun meanwhile.
    """
    with _queue(run.path.parent) as waiting:
        if run.id not in waiting:
            raise RunError("It no longer waits.", where=run.id, fix="Stop it instead.")
        waiting.remove(run.id)
    trash_run(run)


def can_resume(run: Run) -> bool:
    """Whether `resume_training` can go on with a run: it ended before its time, on this machine."""
    if run.shipped or not job_path(run.path).is_file():
        return False
    try:
        state = read_status(run.path).get("state")
    except RunError:
        return False
    lost = state == WAITING and run.id not in _read_queue(run.path.parent)
    return state in RESUMABLE or lost


def resume_training(run: Run) -> None:
    """Go on after the last whole epoch: at once, or as the next one.

    Raises:
        RunError: it goes on, has finished, or was not trained on this machine.
    """
    if not can_resume(run):
        raise RunError(
            "This training cannot go on here.",
            where=run.id,
            fix="Use its settings for a new one.",
        )
    with _queue(run.path.parent) as waiting:
        _end(find_process(read_json(run.path / STATUS)))
        (run.path / STOP_FILE).unlink(missing_ok=True)
        write_json(run.path / STATUS, {"state": WAITING})
        waiting.insert(0, run.id)
    start_waiting(run.path.parent)


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


def _launch(run_dir: Path) -> None:
    (run_dir / STOP_FILE).unlink(missing_ok=True)
    command = [sys.executable, "-m", "xray_core", "resume", "--queued", "--run", run_dir.name]
    with (run_dir / LOG).open("ab") as log:
        process = subprocess.Popen(
            [*command, "--models-dir", str(run_dir.parent)],
            cwd=PROJECT_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"},
            **detached(),
        )
    try:
        started = psutil.Process(process.pid).create_time()
    except psutil.Error:
        started = 0.0
    content = {"state": "preparing", "phase": "starting", "pid": process.pid}
    write_json(run_dir / STATUS, content | {"pid_started": started})


def detached() -> dict[str, Any]:
    """Arguments of `subprocess.Popen` that let a child outlive its parent and give way to it."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags}
    return {"start_new_session": True, "preexec_fn": lambda: os.nice(10)}


def _end(process: psutil.Process | None) -> None:
    """End a process that no longer answers, so that two never write into one run."""
    if process is None:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(5)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)


def _models_dir(models_dir: Path | None) -> Path:
    return (models_dir or get_settings().models_dir).resolve()


def _read_queue(models_dir: Path) -> list[str]:
    """Ids in their order; a damaged queue is an empty one."""
    with contextlib.suppress(RunError):
        return [str(item) for item in read_json(models_dir / JOBS / QUEUE).get("waiting", [])]
    return []


@contextlib.contextmanager
def _queue(models_dir: Path) -> Iterator[list[str]]:
    """The ids that wait, to be changed; nobody else changes them meanwhile."""
    folder = models_dir / JOBS
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock", timeout=30):
        waiting = _read_queue(models_dir)
        yield waiting
        write_json(folder / QUEUE, {"waiting": waiting})
