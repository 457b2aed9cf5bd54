"""`status.json`: what a training reports about itself, and how others check it."""

import contextlib
import os
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from xray_core.errors import XrayError
from xray_core.files import write_json
from xray_core.runs.schemas import STATUS as STATUS_SCHEMA
from xray_core.runs.side_files import damaged, read_object
from xray_core.runs.store import STATUS

WAITING = "waiting"
ACTIVE = frozenset({"preparing", "training", "evaluating"})
STATES = (WAITING, *sorted(ACTIVE), "finished", "stopped", "failed", "interrupted")
WRITE_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0
STALE_SECONDS = 90.0
FORGET_STATUS = "Copy the file again, or delete it: then only how the training ended is not known."


class StatusFile:
    """The status of a training in this process, written in one step at most once a second.

    As a context it also sends a heartbeat while nothing changes.

    Attributes:
        content: what the file says; `state` is one of `STATES` but `interrupted`.
    """

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / STATUS
        self._written = 0.0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.content: dict[str, Any] = {"state": "preparing"} | process_identity(os.getpid())

    def __enter__(self) -> "StatusFile":
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def update(self, *, now: bool = False, **facts: Any) -> None:
        """Change some facts; `now` writes them even if the last write is fresh."""
        with self._lock:
            changed = facts.get("state", self.content["state"]) != self.content["state"]
            self.content |= facts
            if now or changed or time.monotonic() - self._written > WRITE_SECONDS:
                self._write()

    def count(self, done: int, total: int) -> None:
        """How far a phase has come: what functions call that take a `progress`."""
        self.update(step=done, steps=total)

    def fail(self, error: BaseException) -> None:
        """Record that the training failed, and why; a disk that cannot be written to is ignored."""
        if isinstance(error, XrayError):
            parts = {"what": error.what, "where": error.where, "fix": error.fix}
        else:
            what = f"An unexpected {type(error).__name__} ended the training."
            parts = {"what": what, "where": "", "fix": "See the log of the run for details."}
        with contextlib.suppress(OSError):
            self.update(state="failed", error=parts, now=True)

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            with self._lock, contextlib.suppress(OSError):
                if not self._ended.is_set():
                    self._write()

    def _write(self) -> None:
        self.content["heartbeat"] = datetime.now(UTC).isoformat(timespec="seconds")
        self.content["beat"] = time.monotonic()
        write_json(self._path, self.content)
        self._written = time.monotonic()


def read_status(run_dir: Path) -> dict[str, Any]:
    """Content of `status.json`, checked against the process that it names.

    Returns:
        The content; `state` is `interrupted` where the file says that a training is running, but
        its process is gone or has sent no heartbeat for `STALE_SECONDS`. Empty when there is no
        file.

    Raises:
        RunError: the file is damaged.
    """
    if not (run_dir / STATUS).exists():
        return {}
    content = read_object(run_dir / STATUS, STATUS_SCHEMA, FORGET_STATUS)
    if content["state"] not in STATES:
        raise damaged(run_dir / STATUS, "its state is not a known one", FORGET_STATUS)
    stale = find_process(content) is None or _silence(content) > STALE_SECONDS
    if content.get("state") in ACTIVE and stale:
        content["state"] = "interrupted"
    return content


def process_identity(pid: int) -> dict[str, int | float]:
    """What distinguishes a process from a later one with the same id, for `find_process`.

    `pid_ticks`, where the system counts them, are ticks from boot to the start of the process: no
    step of the clock changes them. `pid_started` is that moment by the clock.
    """
    identity: dict[str, int | float] = {"pid": pid, "pid_started": 0.0}
    with contextlib.suppress(psutil.Error):
        identity["pid_started"] = psutil.Process(pid).create_time()
    ticks = _start_ticks(pid)
    return identity if ticks is None else identity | {"pid_ticks": ticks}


def find_process(content: Mapping[str, Any]) -> psutil.Process | None:
    """The process that wrote a status, if it is alive: ids are reused, start times are not."""
    try:
        process = psutil.Process(int(content["pid"]))
        ticks = _start_ticks(process.pid)
        if ticks is not None and "pid_ticks" in content:
            same = ticks == int(content["pid_ticks"])
        else:  # written elsewhere, or by an earlier version
            same = abs(process.create_time() - float(content["pid_started"])) < 2
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, KeyError, ValueError, TypeError, OverflowError):
        return None


def _start_ticks(pid: int) -> int | None:
    """Ticks from boot to the start of a process; None where the system does not count them.

    psutil adds them to the time of boot, which Linux takes from the clock: it moves when the clock
    is set. Source: proc_pid_stat(5), field 22; the name in field 2 may hold spaces and brackets.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return int(text.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return None


def _silence(content: Mapping[str, Any]) -> float:
    """Seconds since the last heartbeat that this machine was awake; 0 where there was none yet."""
    try:
        return time.monotonic() - float(content["beat"])
    except (KeyError, ValueError, TypeError):
        return 0.0
