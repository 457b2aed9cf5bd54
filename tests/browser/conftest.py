"""A running app, and headless Chromium in front of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from xray_core.data import catalogue
from xray_core.data.catalogue import DEMO_NAME, DEMO_TITLE, Dataset
from xray_core.settings import PROJECT_DIR

N_DEMO_FILMS = 24
START_SECONDS = 60
PAGE_MILLISECONDS = 60_000

expect.set_options(timeout=PAGE_MILLISECONDS)


@dataclass(frozen=True)
class App:
    """A server of this test session.

    Attributes:
        url: where it listens, without a slash at the end.
        log: what it printed.
        pid: of its process.
    """

    url: str
    log: Path
    pid: int


@contextmanager
def serve(folder: Path) -> Iterator[App]:
    """The app as `make run` starts it, with folders of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    environment = os.environ | {
        "XRAY_MODELS_DIR": str(folder / "models"),
        "XRAY_CACHE_DIR": str(folder / "cache"),
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=PROJECT_DIR, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, server, log)
        yield App(url, log, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:  # it waits for windows that are still open
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A server for all tests, with 24 demo films instead of 96 there from the start."""
    folder = tmp_path_factory.mktemp("server")
    index = folder / "cache" / DEMO_NAME / "index.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "DEMO_COUNT", N_DEMO_FILMS)
        catalogue.prepare(Dataset(DEMO_NAME, index, DEMO_TITLE))
    with serve(folder) as running:
        yield running


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"The app did not start. Its output:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium from the system."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(params=[1440, 390], ids=["desk", "phone"])
def width(request: pytest.FixtureRequest) -> int:
    """Width of the window in pixels."""
    return int(request.param)


@pytest.fixture
def page(browser: Browser, app: App) -> Iterator[Page]:
    """A new window of 1440 x 1000 px; a failing test shows what the server printed."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    window = context.new_page()
    window.set_default_timeout(PAGE_MILLISECONDS)
    yield window
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Put the end of the server's output under a failing browser test."""
    report = yield
    running = getattr(item, "funcargs", {}).get("app")
    if report.failed and running is not None:  # type: ignore[attr-defined]
        report.sections.append(("server output", running.log.read_text()[-6000:]))  # type: ignore[attr-defined]
    return report
