"""Second opinion in a real browser: a turned film, and a prior film beside one."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App
from tests.browser.test_pages import settle
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom

pytestmark = [pytest.mark.browser, pytest.mark.long]


def upload(page: Page, app: App, folder: Path, quarters: tuple[int, ...]) -> None:
    """Upload synthetic films, each turned by so many quarters of a circle."""
    paths = []
    for seed, number in enumerate(quarters):
        image = make_phantom("normal", 60 + seed, size_px=400 + 100 * seed).image
        path = folder / f"film-{seed}.png"
        path.write_bytes(encode_png(np.ascontiguousarray(np.rot90(image, number))))
        paths.append(path)
    page.goto(f"{app.url}/second_opinion")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    settle(page)
    page.locator("input[type=file]").set_input_files(paths)
    rows = page.locator(".rows button")
    expect(rows).to_have_count(len(quarters))
    expect(rows.filter(has_text="not read yet")).to_have_count(0)
    settle(page)


def test_a_turned_film_is_stopped_turned_and_answered_and_the_next_reached_by_key(
    page: Page, app: App, tmp_path: Path
) -> None:
    upload(page, app, tmp_path, (1, 0))
    expect(page.get_by_role("heading", name="No answer for this film")).to_be_visible()
    expect(page.get_by_label("Probabilities")).to_have_count(0)
    rows = page.locator(".rows button")
    expect(rows.first).to_contain_text("✕ turned")
    page.get_by_role("button", name="Turn it by 90°").click()
    expect(page.get_by_text("The film was put right as you wished.")).to_be_visible()
    expect(page.get_by_label("Probabilities")).to_be_visible()
    expect(rows.first).to_contain_text("✓ gate passed")
    settle(page)
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator(".viewer .caption").last).to_have_text("film-1.png")
    with page.expect_download() as download:
        page.locator(".st-key-opinion_json button").click()
    assert download.value.suggested_filename == "film-1-opinion.json"


def test_a_prior_film_is_enlarged_and_windowed_with_the_one_beside_it(
    page: Page, app: App, tmp_path: Path
) -> None:
    upload(page, app, tmp_path, (0, 0))
    choice = page.get_by_role("combobox", name="Prior film of this patient")
    choice.focus()
    choice.press("ArrowDown")
    page.get_by_role("option", name="film-1.png", exact=True).click()
    panes = page.locator(".pair .pane")
    expect(panes).to_have_count(2)
    settle(page)
    panes.nth(1).scroll_into_view_if_needed()

    def shares() -> list[list[float]]:
        """Width of each film and where the middle of its pane lies on it, as shares."""
        return page.evaluate(  # type: ignore[no-any-return]
            """() => [...document.querySelectorAll("*")].flatMap(e => e.shadowRoot
              ? [...e.shadowRoot.querySelectorAll(".pair .pane")] : [])
              .concat([...document.querySelectorAll(".pair .pane")])
              .map(pane => {
                const [p, f] = [pane, pane.querySelector("img")].map(
                  (part) => part.getBoundingClientRect());
                const fit = Math.min(p.width, p.height);
                return [f.width / fit, (p.left + p.width / 2 - f.left) / f.width,
                  (p.top + p.height / 2 - f.top) / f.height];
              })"""
        )

    whole = shares()
    assert np.allclose(whole, [[1, 0.5, 0.5]] * 2, atol=0.01)
    box = panes.nth(0).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4)
    page.mouse.wheel(0, -120)
    page.mouse.wheel(0, -120)
    page.wait_for_timeout(300)
    first, second = shares()
    assert first[0] > 1.2
    assert np.allclose(first, second, atol=0.01), "the two films show different places"
    before = panes.nth(1).screenshot()
    panes.nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    first, second = shares()
    assert np.allclose(first, second, atol=0.01)
    page.get_by_role("button", name="Invert").last.click()
    page.wait_for_timeout(200)
    assert panes.nth(1).screenshot() != before
