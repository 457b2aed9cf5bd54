"""The three networks of the comparison, trained one after the other from the page."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.conftest import App, serve
from tests.browser.test_pages import settle
from xray_core.data.catalogue import DEMO_NAME
from xray_core.jobs.estimate import Speed
from xray_core.jobs.queue import active_runs, request_stop, waiting_runs
from xray_core.jobs.speeds import store_speed
from xray_core.runs.listing import list_runs
from xray_core.runs.store import EPOCH_MAPS, Run
from xray_core.settings import Settings
from xray_core.training.config import TrainingConfig

pytestmark = [pytest.mark.browser, pytest.mark.long]

TITLES = {"small_cnn": "Small CNN", "resnet50": "ResNet50", "xception": "Xception"}
SIZE_PX = 96
SPEED = Speed(training=20, forward=60, start_seconds=10, memory_bytes=1_000_000_000)
TRAINING_SECONDS = 1200
TRIES = 5


@pytest.fixture
def app(settings: Settings, films_dir: Path, tmp_path: Path) -> Iterator[App]:
    """A server with small demo films and no models of its own; what it trains is ended with it.

    The speed of all that is chosen here is known, so that no measurement takes the processor.
    """
    shutil.copytree(films_dir, settings.cache_dir / DEMO_NAME)
    for network in TITLES:
        store_speed(TrainingConfig(network), SPEED)
        for size_px in (0, SIZE_PX):
            store_speed(TrainingConfig(network, weights="none", image_size_px=size_px), SPEED)
    with serve(tmp_path) as running:
        yield running
    for run in (*waiting_runs(), *active_runs()):
        request_stop(run)


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list of the form, again where a page that was drawn anew meanwhile lost it."""
    box = page.get_by_role("combobox", name=label).first
    chosen = page.get_by_role("option", name=option).first
    for _ in range(TRIES):
        try:
            box.click(timeout=5_000)
            chosen.click(timeout=5_000)
            page.wait_for_timeout(500)
            settle(page)
            expect(box).to_have_value(re.compile(f"^{re.escape(option)}"), timeout=5_000)
        except (TimeoutError, AssertionError):
            unfold(page)
            continue
        return
    pytest.fail(f"{option} could not be chosen as {label}")


def train_once(page: Page) -> None:
    """Ask for one epoch, again where a page that was drawn anew meanwhile lost it."""
    epochs = page.get_by_label("Maximum epochs", exact=True)
    for _ in range(TRIES):
        unfold(page)
        epochs.fill("1")
        epochs.press("Enter")
        try:
            expect(page.get_by_text("At most 1 pass over the films.").first).to_be_visible(
                timeout=10_000
            )
        except AssertionError:
            continue
        return
    pytest.fail("the number of epochs could not be set")


def unfold(page: Page) -> None:
    """Unfold the advanced settings if they are folded."""
    size = page.get_by_role("combobox", name="Image size, px").first
    settle(page)
    if not size.is_visible():
        page.get_by_text("Advanced settings").click()
        expect(size).to_be_visible()
        settle(page)


def own_runs() -> list[Run]:
    """Runs that have finished."""
    return [run for run in list_runs() if run.finished and not run.shipped]


def has_runs(folder: Path, n: int) -> bool:
    """Whether that many are there, waiting or not."""
    return len(list(folder.glob("2*"))) >= n


def wait_for(page: Page, condition: Callable[[], bool], seconds: float) -> None:
    """Look once a second until it is so."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            shown = page.locator(".stMain").all_inner_texts()
            pytest.fail(f"not so within {seconds:.0f} s: {shown}")
        page.wait_for_timeout(1000)


@pytest.mark.long
def test_three_networks_are_trained_from_the_page(page: Page, app: App, settings: Settings) -> None:
    page.goto(f"{app.url}/train")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    expect(page.get_by_text("Demo films").first).to_be_visible()
    settle(page)
    unfold(page)
    from_nothing = page.get_by_text("It starts from random weights")
    for number, title in enumerate(TITLES.values()):
        if title != "Small CNN":
            choose(page, "Network", title)
            expect(page.get_by_text(f"The ImageNet weights of {title}")).to_be_visible()
            choose(page, "Start from", "Random weights")
        expect(from_nothing).to_be_visible()
        choose(page, "Image size, px", str(SIZE_PX))
        train_once(page)
        page.get_by_role("button", name=re.compile("Start training|Add to the queue")).click()
        wait_for(page, partial(has_runs, settings.models_dir, number + 1), 60)
        settle(page)
    expect(page.locator(".stMain").get_by_role("button", name="Stop").first).to_be_visible()
    page.goto("about:blank")  # the trainings go on, and no page is drawn meanwhile
    wait_for(page, lambda: len(own_runs()) == len(TITLES), TRAINING_SECONDS)
    page.goto(f"{app.url}/train")
    expect(page.get_by_text("Finished").nth(2)).to_be_visible()
    runs = own_runs()
    assert {run.network for run in runs} == {*TITLES}
    for run in runs:
        assert run.initialisation == "random"
        assert len(run.history()) == 1
        assert (run.path / EPOCH_MAPS).is_file()
    expect(page.get_by_text("random initialisation").nth(2)).to_be_visible()
    expect(page.get_by_text("Attention forming over the epochs").first).to_be_visible()
