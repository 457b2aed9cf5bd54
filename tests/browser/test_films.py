"""Films in a real browser: an uploaded one gets an overlay, a list can be walked through."""

import os
import signal
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import N_DEMO_FILMS, App
from tests.browser.test_pages import settle
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom

pytestmark = [pytest.mark.browser, pytest.mark.long]


def picture(locator: Locator) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """What the visitor sees there, int16 (height, width, 3)."""
    return np.asarray(Image.open(BytesIO(locator.screenshot())).convert("RGB"), np.int16)


def saturation(seen: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> float:
    """Largest difference between colour channels; a grey film has none."""
    return float(np.ptp(seen, axis=2).max())


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A synthetic film as a file with a name that needs care."""
    path = tmp_path / "Thorax (ä) <b>1.png"
    path.write_bytes(encode_png(make_phantom("covid", 4_711).image))
    return path


def test_uploaded_film_gets_an_overlay(page: Page, app: App, film: Path) -> None:
    page.goto(f"{app.url}/second_opinion")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    settle(page)
    page.locator("input[type=file]").set_input_files(film)
    stage = page.locator(".viewer[data-ready=true] .stage").last
    expect(stage).to_be_visible()
    settle(page)
    page.wait_for_timeout(500)
    hidden = page.get_by_text("Show the maps all the same")
    if hidden.count():  # the answer is not sure
        plain = saturation(picture(stage))
        assert plain < 30, f"a heatmap on a film whose answer is not sure: {plain}"
        hidden.click()
    expect(page.locator("summary", has_text="Side by side")).to_be_visible()  # all maps are there
    settle(page)
    page.wait_for_timeout(1000)
    with_map = picture(stage)
    assert np.ptp(with_map) > 100, "the film is one colour"
    assert saturation(with_map) > 30, "no heatmap on the film"

    page.get_by_role("button", name="Original").click()
    page.wait_for_timeout(500)
    assert np.abs(picture(stage) - with_map).max() > 30, "the overlay did not go away"


def test_file_that_is_no_film_is_refused_in_words(page: Page, app: App, tmp_path: Path) -> None:
    path = tmp_path / "letter.png"
    path.write_text("Dear colleague")
    page.goto(f"{app.url}/second_opinion")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    settle(page)
    page.locator("input[type=file]").set_input_files(path)
    error = page.locator("[data-testid='stAlertContentError']")
    expect(error).to_contain_text("letter.png")
    expect(error).to_contain_text("What to do")


def go_to_the_first(page: Page) -> None:
    """The page starts with a film that is answered correctly; the tests walk from the first."""
    page.locator(".strip button").first.click()
    expect(page.get_by_text(f"1 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
    settle(page)
    expect(page.locator(".strip button").first).to_have_attribute("aria-selected", "true")


def test_next_film_is_there_before_the_server_answers(page: Page, app: App) -> None:
    page.goto(f"{app.url}/explain")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    stage = page.locator(".viewer[data-ready=true] .stage").last
    go_to_the_first(page)
    first = picture(stage)
    stage.focus()
    os.kill(app.pid, signal.SIGSTOP)
    try:
        page.keyboard.press("ArrowRight")
        expect(page.get_by_text(f"2 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
        page.wait_for_timeout(300)
        ahead = picture(stage)
        # without an answer it goes back to the film that the facts beside it are about
        expect(page.get_by_text(f"1 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
    finally:
        os.kill(app.pid, signal.SIGCONT)
    assert np.abs(ahead - first).max() > 60, "the film is still the first"
    expect(page.locator(".strip button").nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text(f"2 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
    settle(page)
    page.wait_for_timeout(500)
    answered = picture(stage)
    assert np.abs(answered - ahead).mean() < 2, "what came ahead was another film"


def test_arrow_keys_walk_through_the_films(page: Page, app: App) -> None:
    page.goto(f"{app.url}/explain")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    go_to_the_first(page)
    page.locator(".viewer[data-ready=true] .stage").last.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(f"2 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
    settle(page)
    page.locator(".strip button").nth(4).click()
    expect(page.get_by_text(f"5 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()


def test_no_press_of_an_arrow_key_is_lost_however_fast(page: Page, app: App) -> None:
    page.goto(f"{app.url}/explain")
    go_to_the_first(page)
    page.locator(".viewer[data-ready=true] .stage").last.focus()
    for _ in range(13):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(40)
    expect(page.get_by_text(f"14 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
    settle(page)
    expect(page.get_by_text(f"14 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
    page.locator(".strip button").nth(13).focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(40)
    expect(page.get_by_text(f"9 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
    expect(page.locator(".strip button").nth(8)).to_have_attribute("aria-selected", "true")


def test_worklist_is_read_behind_the_first_film_and_walked_by_keys(
    page: Page, app: App, tmp_path: Path
) -> None:
    paths = []
    for seed in range(3):
        path = tmp_path / f"film-{seed}.png"
        path.write_bytes(encode_png(make_phantom("normal", seed).image))
        paths.append(path)
    page.goto(f"{app.url}/second_opinion")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    settle(page)
    page.locator("input[type=file]").set_input_files(paths)
    rows = page.locator(".rows button")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="not read yet")).to_have_count(0)
    settle(page)
    expect(rows.nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("n")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("2 / 3", exact=True).last).to_be_visible()
    rows.nth(1).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("3 / 3", exact=True).last).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Table (CSV)").click()
    lines = download.value.path().read_text().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["passed"] * 3


def test_a_click_marks_the_place_before_the_models_show(page: Page, app: App, film: Path) -> None:
    page.goto(f"{app.url}/second_opinion")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    settle(page)
    page.get_by_text("Reader mode").click()
    settle(page)
    page.locator("input[type=file]").set_input_files(film)
    stage = page.locator(".viewer[data-ready=true] .stage").last
    expect(stage).to_be_visible()
    settle(page)
    expect(page.locator("table.bars")).to_have_count(0)
    stage.click()
    expect(page.get_by_text("Place:")).to_be_visible()
    page.get_by_role("radio", name="Opacity seen").click()
    page.get_by_role("button", name="Show the models").click()
    expect(page.get_by_text("You:")).to_be_visible()
    expect(page.locator("table.bars")).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (1280, 720), (390, 844)])
def test_the_film_is_not_cut_and_comes_first(page: Page, app: App, size: tuple[int, int]) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{app.url}/explain")
    stage = page.locator(".viewer[data-ready=true] .stage").last
    expect(stage).to_be_visible()
    settle(page)
    page.wait_for_timeout(500)
    box = stage.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    if width < 640:
        assert box["y"] <= 250
    if width > 1100:
        assert box["height"] >= 0.5 * height, "the film does not fill the window"
