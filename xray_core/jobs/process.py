"""Processes of trainings: how one is started, and how one that no longer responds is ended."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from xray_core.files import write_json
from xray_core.runs.status import process_identity
from xray_core.runs.store import LOG, STATUS
from xray_core.settings import PROJECT_DIR

NICENESS = 10
_GROUP = Path("/proc/self/autogroup")
"""Linux shares the processor between sessions first, and by niceness only within one."""


def launch(run_dir: Path) -> None:
    """Start the training of a run in a process that outlives this one.

    Args:
        run_dir: a run folder whose job this machine knows; its status then names the process.
    """
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"}
    environment.pop("TF_CONFIG", None)  # queued trainings run on this machine alone
    command = [sys.executable, "-m", "xray_core", "resume", "--queued", "--run", run_dir.name]
    with (run_dir / LOG).open("ab") as log:
        process = subprocess.Popen(
            [*command, "--models-dir", str(run_dir.parent)],
            cwd=PROJECT_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env=environment,
            **detached(),
        )
    content = {"state": "preparing", "phase": "starting"} | process_identity(process.pid)
    try:
        write_json(run_dir / STATUS, content)
    except OSError:
        process.kill()  # nothing would know of it
        raise


def detached() -> dict[str, Any]:
    """Arguments of `subprocess.Popen` for a child of low priority that outlives its parent."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags}
    return {"start_new_session": True, "preexec_fn": _step_back}


def _step_back() -> None:
    """Leave the processor to others, in the new session of this process."""
    os.nice(max(0, NICENESS - os.nice(0)))  # a training that started it may have done so already
    with contextlib.suppress(OSError):  # no Linux, or one without groups
        _GROUP.write_text(f"{NICENESS}")


def end_process(process: psutil.Process | None) -> None:
    """End a process that no longer responds, so that two never write into one run."""
    if process is None or process.pid == os.getpid():
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(5)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(5)
