"""A running app, and headless Chromium in front of it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from xray_core.benchmarks import app_server
from xray_core.benchmarks.app_server import App
from xray_core.data import catalogue
from xray_core.data.catalogue import DEMO_NAME, DEMO_TITLE, Dataset

__all__ = ["App"]

N_DEMO_FILMS = 24
PAGE_MILLISECONDS = 180_000
"""Three large models load, and other tests may run beside this one."""

expect.set_options(timeout=PAGE_MILLISECONDS)


@contextmanager
def serve(folder: Path) -> Iterator[App]:
    """The app with folders of its own."""
    own = {"XRAY_MODELS_DIR": str(folder / "models"), "XRAY_CACHE_DIR": str(folder / "cache")}
    with app_server.serve(folder, own) as running:
        yield running


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


@pytest.fixture(params=[1440, pytest.param(390, marks=pytest.mark.long)], ids=["desk", "phone"])
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
