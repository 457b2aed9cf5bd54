"""The HTML deck in Chromium, without a network."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from xray_core.cli import main

pytestmark = [pytest.mark.browser, pytest.mark.long]

OVERFLOWING = """() => [
  ...document.querySelectorAll(".slide.shown *:not(svg *)")
].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1);
}).map((element) => element.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("deck") / "deck.html"
    assert main(["present", "--run", "xception", "--films", "1", "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_every_slide_fits_and_films_and_charts_are_drawn(
    browser: Browser, deck: Path, size: tuple[int, int]
) -> None:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page: Page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(deck.as_uri())
    n_slides = page.locator(".slide").count()
    for place in range(1, n_slides + 1):
        expect(page.locator("#place")).to_have_text(f"{place} / {n_slides}")
        shown = page.locator(".slide.shown")
        for chart in shown.locator(".chart").all():
            expect(chart.locator(".main-svg").first).to_be_visible()
        if shown.locator(".film").count():
            expect(shown.locator(".viewer[data-ready=true]")).to_be_visible()
            page.locator(".pane[data-run]").first.click()
            opacity = shown.get_by_role("slider", name="Opacity")
            expect(opacity).to_be_visible()
        assert page.evaluate(OVERFLOWING) == []
        page.keyboard.press("PageDown")
    page.keyboard.press("Home")
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert wrong == []
    context.close()
