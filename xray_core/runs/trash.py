"""Deleting a run, and bringing it back: `models/.trash` holds those that were deleted last."""

import os
import shutil
import time
from pathlib import Path

from xray_core.errors import RunError, RunNotFoundError
from xray_core.runs.ids import RUN_ID
from xray_core.runs.store import JOBS, TRASH, Run, open_run
from xray_core.settings import get_settings, require_changes_allowed

KEPT_IN_TRASH = 5


def trash_run(run: Run) -> None:
    """Delete a run so that `restore_run` can bring it back while it is among the last five.

    Raises:
        RunError: the run came with the repository.
    """
    require_changes_allowed()
    if run.shipped:
        raise RunError("Shipped models stay.", where=run.id, fix="Choose one of your own runs.")
    trash = run.path.parent / TRASH
    trash.mkdir(exist_ok=True)
    run.path.rename(trash / run.id)
    now = time.time_ns()
    os.utime(trash / run.id, ns=(now, now))  # when it was deleted
    gone = sorted(trash.iterdir(), key=lambda path: path.stat().st_mtime_ns)[:-KEPT_IN_TRASH]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
        (run.path.parent / JOBS / f"{path.name}.json").unlink(missing_ok=True)


def restore_run(run_id: str, models_dir: Path | None = None) -> Run:
    """Bring back a run that was deleted.

    Raises:
        RunNotFoundError: five others were deleted since.
    """
    models_dir = models_dir or get_settings().models_dir
    require_changes_allowed()
    kept = models_dir / TRASH / run_id
    if not RUN_ID.fullmatch(run_id) or not kept.is_dir():
        raise RunNotFoundError(
            "The run can't be brought back any more.",
            where=run_id,
            fix=f"Only the last {KEPT_IN_TRASH} deleted runs are kept; train it again.",
        )
    kept.rename(models_dir / run_id)
    return open_run(models_dir / run_id)
