"""The app as a process of its own on a free port, for what needs a running server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from xray_core.errors import TrainingError, XrayError
from xray_core.jobs.process import detached
from xray_core.runs.store import HISTORY
from xray_core.settings import PROJECT_DIR

START_SECONDS = 120
APP = PROJECT_DIR / "app.py"


@dataclass(frozen=True)
class App:
    """A running server.

    Attributes:
        url: where it listens, without a slash at the end.
        log: what it printed.
        pid: of its process.
        began: when it was started, by `time.perf_counter`.
    """

    url: str
    log: Path
    pid: int
    began: float


@contextmanager
def serve(
    folder: Path, environment: Mapping[str, str] | None = None, *options: str
) -> Iterator[App]:
    """The app as `make run` starts it; it ends with the context.

    Args:
        folder: for `log.txt`.
        environment: variables besides those of this process.
        options: of `streamlit run`.

    Raises:
        XrayError: this is no checkout, or the app does not start.
    """
    if not APP.is_file():
        raise XrayError(
            "The app is not there: only a checkout has it.",
            where=APP.name,
            fix="Run this in a checkout of the project.",
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", APP.name, "--server.port", str(port)]
    began = time.perf_counter()
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, *options],
            cwd=APP.parent,
            env=os.environ | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, server, log)
        yield App(url, log, server.pid, began)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:  # it waits for windows that are still open
            server.kill()
            server.wait()


def _wait_until_healthy(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise XrayError(
        "The app did not start.",
        where=(log.read_text(errors="replace").splitlines() or [""])[-1],
        fix="Start it with `make run` and read what it prints.",
    )


def memory_of(pid: int) -> float:
    """Resident bytes of a process and of those that it started."""
    process = psutil.Process(pid)
    total = process.memory_info().rss
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            total += child.memory_info().rss
    return float(total)


@contextmanager
def train_beside(data: Path, folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """A training of the small CNN at low priority, as the app starts them; ends with the context.

    Args:
        data: films.
        folder: for `training.txt`.
        environment: variables besides those of this process, the folder of the models among them.

    Raises:
        TrainingError: it does not come to the end of its first epoch.
    """
    command = [sys.executable, "-m", "xray_core", "train", "--network", "small_cnn"]
    command += ["--data", str(data), "--epochs", "1000", "--patience", "1000"]
    log = folder / "training.txt"
    with log.open("wb") as output:
        training = subprocess.Popen(
            command,
            cwd=APP.parent,
            env=os.environ | dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            **detached(),
        )
    try:
        end = time.monotonic() + START_SECONDS
        models = Path(environment["XRAY_MODELS_DIR"])
        while not any(models.glob(f"*/{HISTORY}")):
            if time.monotonic() > end or training.poll() is not None:
                raise TrainingError(
                    "The training beside the app did not begin.",
                    where=(log.read_text(errors="replace").splitlines() or [""])[-1],
                    fix="Run it by itself: python -m xray_core train.",
                )
            time.sleep(0.2)
        yield
    finally:
        training.terminate()
        try:
            training.wait(5)
        except subprocess.TimeoutExpired:
            training.kill()
            training.wait()
