"""The ids of trainings that wait, in their order: `models/.jobs/queue.json`."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from xray_core.errors import RunError
from xray_core.files import write_json
from xray_core.runs.ids import RUN_ID
from xray_core.runs.side_files import read_object
from xray_core.runs.store import JOBS, TRASH

QUEUE = "queue.json"


def read_waiting(models_dir: Path) -> list[str]:
    """Ids in their order; a damaged queue is an empty one."""
    with contextlib.suppress(RunError):
        waiting = read_object(models_dir / JOBS / QUEUE).get("waiting")
        items = waiting if isinstance(waiting, list) else []
        return [item for item in items if isinstance(item, str) and RUN_ID.fullmatch(item)]
    return []


@contextlib.contextmanager
def changing_waiting(models_dir: Path) -> Iterator[list[str]]:
    """The waiting ids, to be changed; nothing else changes them meanwhile."""
    folder = models_dir / JOBS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock", timeout=30):
            before = read_waiting(models_dir)
            waiting = list(before)
            yield waiting
            if waiting != before:
                known = [i for i in waiting if _is_there(models_dir, i)]
                write_json(folder / QUEUE, {"waiting": known})
    except OSError as error:
        raise RunError(
            f"The queue of trainings cannot be used: {error.strerror or 'it is locked'}.",
            where=models_dir.name,
            fix="Make room on the disk, or check the permissions of that folder.",
        ) from error


def _is_there(models_dir: Path, run_id: str) -> bool:
    """Whether a run exists, or can still be brought back."""
    return any((folder / run_id).is_dir() for folder in (models_dir, models_dir / TRASH))
