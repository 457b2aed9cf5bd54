"""The three networks of the comparison, trained one after the other from the page."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.conftest import App, serve
from tests.browser.test_pages import settle
from xray_core.runs.jobs import active_runs, request_stop, waiting_runs
from xray_core.runs.store import EPOCH_MAPS, Run, list_runs

pytestmark = pytest.mark.browser

TRAINING_SECONDS = 420


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A server with no models of its own yet; what it trains is ended with it."""
    with serve(tmp_path) as running:
        yield running
    for run in (*waiting_runs(tmp_path / "models"), *active_runs(tmp_path / "models")):
        request_stop(run)


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list of the form; the end of a training redraws the page and closes the list."""
    chosen = page.get_by_role("option", name=option).first
    for _ in range(5):
        page.get_by_role("combobox", name=label).first.click()
        try:
            chosen.click(timeout=5_000)
        except TimeoutError:
            continue
        break
    else:
        pytest.fail(f"{option} could not be chosen as {label}")
    settle(page)


def own_runs(folder: Path) -> list[Run]:
    """Runs that have finished."""
    return [run for run in list_runs(folder / "models") if run.finished and not run.shipped]


def test_three_networks_are_trained_from_the_page(page: Page, app: App, tmp_path: Path) -> None:
    page.goto(f"{app.url}/train")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    expect(page.get_by_text("Demo films").first).to_be_visible()
    settle(page)
    page.get_by_text("Advanced settings").click()
    for title in ("Small CNN", "ResNet50", "Xception"):
        choose(page, "Network", title)
        if title != "Small CNN":
            choose(page, "Start from", "Random weights")
        choose(page, "Image size, px", "96")
        page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
        settle(page)
    end = time.monotonic() + TRAINING_SECONDS
    while len(runs := own_runs(tmp_path)) < 3 and time.monotonic() < end:
        page.wait_for_timeout(1000)
    expect(page.get_by_text("Finished").nth(2)).to_be_visible()
    assert {run.network for run in runs} == {"small_cnn", "resnet50", "xception"}
    for run in runs:
        assert run.initialisation == "random"
        assert len(run.history()) == 4
        assert (run.path / EPOCH_MAPS).is_file()
    expect(page.get_by_text("random initialisation").nth(2)).to_be_visible()
    expect(page.get_by_text("Attention forming over the epochs")).to_be_visible()
