"""What the browser prints: light, on A4, with nothing beyond the edge of the page."""

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App
from tests.browser.test_pages import settle

pytestmark = [pytest.mark.browser, pytest.mark.long]

A4_POINTS = (842, 595)
BEYOND = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const scrolls = (item) => item.closest("[data-testid=stTable]");
  return [...document.querySelectorAll(".stMainBlockContainer *")]
    .filter((item) => item.checkVisibility() && !scrolls(item))
    .filter((item) => item.getBoundingClientRect().right > edge)
    .map((item) => `${item.tagName}.${item.className} ${item.getBoundingClientRect().right}`);
}"""
CUT_TABLES = """() => [...document.querySelectorAll(".stDataFrame")]
  .filter((item) => item.checkVisibility()).map((item) => item.outerHTML.slice(0, 200))"""
"""They print only what is in view."""

LEAST_LIGHT = 0.3
"""Share of a sheet: films stand on black and may fill most of one."""
PRINTED_PX = 1046
"""What A4 across leaves for a page between its margins, in CSS pixels."""


@pytest.mark.parametrize(
    "address", ["", "explain", "compare", "second_opinion", "patterns", "train", "present"]
)
def test_a_page_of_the_dark_theme_prints_light_and_nothing_is_cut(
    page: Page, app: App, tmp_path: Path, address: str
) -> None:
    page.goto(f"{app.url}/{address}")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    settle(page)
    if address == "second_opinion":
        page.get_by_role("button", name="Try it with a synthetic film").click()
        expect(page.get_by_label("Probabilities").first).to_be_visible()
        settle(page)
    page.wait_for_timeout(500)
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as printed:
        assert tuple(map(round, printed[0].get_size())) == A4_POINTS
        for sheet in printed:
            drawn = sheet.render(scale=0.5).to_numpy()
            assert (drawn[:12] > 250).all(), "the margin is not white"
            assert (drawn[:, :12] > 250).all(), "the margin is not white"
            assert (drawn > 240).mean() > LEAST_LIGHT, "the ground is not light"
    page.wait_for_timeout(700)
    ground = page.locator(".stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    assert ground == "rgb(14, 17, 22)", "the theme is not the one from before"
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PRINTED_PX, "height": 718})
    page.wait_for_timeout(500)
    assert page.evaluate(BEYOND) == []
    assert page.evaluate(CUT_TABLES) == []
