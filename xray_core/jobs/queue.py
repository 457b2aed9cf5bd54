"""Training in a separate process, which outlives the page that started it; one at a time.

The process runs the command that a person would type to resume a run, at low priority; pages read
what it writes into the run folder. Waiting runs are listed in `models/.jobs/queue.json`. The next
one is started by whatever comes first: a training that has ended, a page, or `python -m xray_core
queue`.
"""

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xray_core.errors import RunError
from xray_core.files import write_json
from xray_core.jobs.job import Job, job_path, record_job
from xray_core.jobs.process import end_process, launch
from xray_core.jobs.waiting import changing_waiting, read_waiting
from xray_core.networks.registry import get_network
from xray_core.networks.weights import resolve_weights
from xray_core.runs.ids import new_run_id
from xray_core.runs.listing import list_runs
from xray_core.runs.side_files import read_object
from xray_core.runs.status import ACTIVE, WAITING, StatusFile, find_process, read_status
from xray_core.runs.store import CONFIG, LOG, STATUS, Run, open_run
from xray_core.runs.trash import trash_run
from xray_core.settings import get_settings, require_changes_allowed

if TYPE_CHECKING:
    from xray_core.training.config import TrainingConfig

STOP_FILE = "stop"
RESUMABLE = frozenset({"stopped", "failed", "interrupted"})


def add_training(
    data_paths: Sequence[Path],
    config: "TrainingConfig",
    *,
    keep_own_split: bool = False,
    reader: str = "",
    one_finding: bool = False,
    models_dir: Path | None = None,
) -> str:
    """Train in the background: at once, or after the runs that are already waiting.

    Args:
        data_paths: folders or index files, trained on together.
        config: what to do.
        keep_own_split: keep the test films that the data sets name.
        reader: key of `READERS` for all data sets; "" detects it for each folder.
        one_finding: a film with several findings counts as the first of them.
        models_dir: folder to create the run in; None takes the settings.

    Returns:
        The run id.

    Raises:
        WeightsError: the weights to start from are not available.
        RunError: nothing can be written to the models folder.
    """
    require_changes_allowed()
    initialisation = resolve_weights(get_network(config.network), config.weights)
    models_dir = _models_dir(models_dir)
    run_id = new_run_id(config.network)
    run_dir = models_dir / run_id
    head = {
        "weights": Path(config.weights).name,
        "initialisation": initialisation.title,
        "classes": [],
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "datasets": [path.name for path in data_paths],
    }
    try:
        with changing_waiting(models_dir) as waiting:
            run_dir.mkdir()
            write_json(run_dir / CONFIG, asdict(config) | head)
            job = Job(
                tuple(data_paths), keep_own_split, reader, config.weights, one_finding=one_finding
            )
            record_job(run_dir, job)
            write_json(run_dir / STATUS, {"state": WAITING})
            waiting.append(run_id)
    except RunError:
        shutil.rmtree(run_dir, ignore_errors=True)  # nothing is left of what never began
        raise
    start_waiting(models_dir)
    return run_id


def start_waiting(models_dir: Path | None = None) -> str | None:
    """Start the first waiting run, unless a training is running.

    Returns:
        Its id; None when nothing was started.

    Raises:
        RunError: it could not be started; it still waits.
    """
    models_dir = _models_dir(models_dir)
    if not waiting_runs(models_dir):
        return None
    require_changes_allowed()
    with changing_waiting(models_dir) as waiting:
        first = next(iter(waiting_runs(models_dir)), None)
        if first is None or active_runs(models_dir):
            return None
        launch(first.path)
        waiting.remove(first.id)
        return first.id


def waiting_runs(models_dir: Path | None = None) -> tuple[Run, ...]:
    """Waiting runs, the next one first; deleted ones keep their place, hidden."""
    models_dir = _models_dir(models_dir)
    runs = []
    for run_id in read_waiting(models_dir):
        with contextlib.suppress(RunError):
            if read_status(models_dir / run_id).get("state") == WAITING:
                runs.append(open_run(models_dir / run_id, models_dir))
    return tuple(runs)


def move_waiting(run: Run, places: int) -> None:
    """Move a waiting run; -1 is one place earlier. What has begun stays where it is."""
    require_changes_allowed()
    with changing_waiting(run.path.parent) as waiting:
        ids = [other.id for other in waiting_runs(run.path.parent)]
        if run.id in ids:
            place = ids.index(run.id)
            ids.remove(run.id)
            ids.insert(max(0, place + places), run.id)
            waiting[:] = ids + [other for other in waiting if other not in ids]


def drop_waiting(run: Run) -> None:
    """Delete a waiting run; `restore_run` brings it back to its place.

    Raises:
        RunError: it has begun meanwhile.
    """
    require_changes_allowed()
    with changing_waiting(run.path.parent):
        if run.id not in [other.id for other in waiting_runs(run.path.parent)]:
            raise RunError("It is no longer waiting.", where=run.id, fix="Stop it instead.")
        trash_run(run)


def can_resume(run: Run) -> bool:
    """Whether `resume_training` can resume a run: it ended before its time, on this machine."""
    if run.shipped or not job_path(run.path).is_file():
        return False
    try:
        state = read_status(run.path).get("state")
    except RunError:
        return False
    lost = state == WAITING and run.id not in read_waiting(run.path.parent)
    return state in RESUMABLE or lost


def resume_training(run: Run) -> None:
    """Resume after the last whole epoch: at once, or as the next in the queue.

    Raises:
        RunError: it is running, has finished, or was not trained on this machine.
    """
    require_changes_allowed()
    if not can_resume(run):
        raise RunError(
            "This training cannot be resumed here.",
            where=run.id,
            fix="Use its settings for a new one.",
        )
    with changing_waiting(run.path.parent) as waiting:
        _clear(run.path)
        write_json(run.path / STATUS, {"state": WAITING})
        waiting[:] = [run.id, *(other for other in waiting if other != run.id)]
    start_waiting(run.path.parent)


def take_over(run: Run) -> None:
    """Claim a run for this process, which resumes it, whether it is waiting or not.

    Raises:
        RunError: it is running or has finished.
    """
    require_unfinished(run)
    with changing_waiting(run.path.parent) as waiting:
        require_unfinished(run)  # nothing changes that now
        _clear(run.path)
        StatusFile(run.path).update(phase="starting", now=True)
        if run.id in waiting:
            waiting.remove(run.id)


def require_unfinished(run: Run) -> None:
    """Check that there is something to resume.

    Raises:
        RunError: the run is running or has finished.
    """
    if run.shipped or read_status(run.path).get("state") in {*ACTIVE, "finished"}:
        raise RunError(
            "There is nothing to resume: the run has finished, or is running already.",
            where=run.id,
            fix="Start a new training.",
        )


def request_stop(run: Run) -> None:
    """Ask a training to end after its current step; its best epoch is evaluated and kept."""
    require_changes_allowed()
    (run.path / STOP_FILE).touch()


def stop_requested(run_dir: Path) -> bool:
    """Whether `request_stop` was called for this run."""
    return (run_dir / STOP_FILE).exists()


def active_runs(models_dir: Path | None = None) -> tuple[Run, ...]:
    """Runs whose training process lives, newest first; a damaged status counts as not running."""

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


def _clear(run_dir: Path) -> None:
    """End a process that trains this run and no longer responds; clear the request to stop."""
    with contextlib.suppress(RunError):  # without a readable status there is no process to end
        status = read_object(run_dir / STATUS)
        if status.get("state") in ACTIVE:
            end_process(find_process(status))
    (run_dir / STOP_FILE).unlink(missing_ok=True)


def _models_dir(models_dir: Path | None) -> Path:
    return (models_dir or get_settings().models_dir).resolve()
