"""`status.json`: what a training says of itself, and what can be believed of it from outside."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from xray_core.errors import XrayError
from xray_core.runs.store import STATUS, read_json, write_json

ACTIVE = frozenset({"preparing", "training", "evaluating"})
STATES = (*sorted(ACTIVE), "finished", "stopped", "failed", "interrupted")
HEARTBEAT_SECONDS = 1.0


class StatusFile:
    """The status of a training in this process, written in one step at most once a second.

    Attributes:
        content: what the file says; `state` is one of `STATES` but `interrupted`.
    """

    def __init__(self, run_dir: Path) -> None:
        process = psutil.Process()
        self._path = run_dir / STATUS
        self._written = 0.0
        self.content: dict[str, Any] = {
            "state": "preparing",
            "pid": process.pid,
            "pid_started": process.create_time(),
        }

    def update(self, *, now: bool = False, **facts: Any) -> None:
        """Change some facts; `now` writes them even if the last write is fresh."""
        changed = facts.get("state", self.content["state"]) != self.content["state"]
        self.content |= facts
        if now or changed or time.monotonic() - self._written > HEARTBEAT_SECONDS:
            self.content["heartbeat"] = datetime.now(UTC).isoformat(timespec="seconds")
            write_json(self._path, self.content)
            self._written = time.monotonic()

    def fail(self, error: BaseException) -> None:
        """Say that the training failed, and why."""
        if isinstance(error, XrayError):
            parts = {"what": error.what, "where": error.where, "fix": error.fix}
        else:
            what = f"An unexpected {type(error).__name__} ended the training."
            parts = {"what": what, "where": "", "fix": "The log of the run says more."}
        self.update(state="failed", error=parts, now=True)


def read_status(run_dir: Path) -> dict[str, Any]:
    """Content of `status.json`, checked against the process it speaks of.

    Returns:
        The content; `state` is `interrupted` where the file says that a training goes on, but its
        process is gone. Empty when there is no file.

    Raises:
        RunError: the file is damaged.
    """
    if not (run_dir / STATUS).is_file():
        return {}
    content = read_json(run_dir / STATUS)
    if content.get("state") in ACTIVE and not _lives(content):
        content["state"] = "interrupted"
    return content


def _lives(content: Mapping[str, Any]) -> bool:
    """Whether the process is the one that wrote the file: ids are used again, start times not."""
    try:
        process = psutil.Process(int(content["pid"]))
        same = abs(process.create_time() - float(content["pid_started"])) < 2
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, KeyError, ValueError, TypeError):
        return False
