"""Accessibility: axe-core finds nothing serious on any page, and the film is two keys away."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App
from tests.browser.test_pages import PAGES, settle

pytestmark = [pytest.mark.browser, pytest.mark.long]

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
STREAMLIT = {("target-size", "Clear all")}
"""Rule and label of what Streamlit draws and the app cannot change: the cross of a multiselect is
22.5 pixels wide instead of 24."""

FIND = """async (rules) => (await axe.run(document, {runOnly: rules})).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => ({
    rule: id, html, why: failureSummary, label: /aria-label="([^"]*)"/.exec(html)?.[1] ?? "" })))"""


def faults(page: Page) -> list[dict[str, Any]]:
    """What axe-core calls serious or critical, without what only Streamlit can change."""
    if not AXE.is_file():
        pytest.skip("no axe-core in node_modules (npm ci)")
    settle(page)
    page.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = page.evaluate(FIND, RULES)
    return [item for item in found if (item["rule"], item["label"]) not in STREAMLIT]


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_no_page_has_a_serious_fault_in_either_theme(page: Page, app: App, theme: str) -> None:
    page.goto(app.url)
    settle(page)
    page.get_by_test_id("stMainMenu").get_by_role("button").click()
    page.get_by_role("menuitemradio").filter(has_text=theme).click()
    found = {}
    for address, heading in PAGES.items():
        page.goto(f"{app.url}/{address}")
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        found[heading] = faults(page)
        if address == "second_opinion":
            page.get_by_role("button", name="Try it with a synthetic film").click()
            expect(page.get_by_label("Probabilities")).to_be_visible()
            found["A film answered"] = faults(page)
    assert not any(found.values()), {name: items for name, items in found.items() if items}


def test_the_first_key_offers_the_film_and_the_second_leads_there(page: Page, app: App) -> None:
    page.goto(f"{app.url}/explain")
    expect(page.locator(".viewer[data-ready=true] .stage").last).to_be_visible()
    settle(page)
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to film")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator(".viewer .stage").last).to_be_focused()
    page.get_by_test_id("stTopNavLink").filter(has_text="Compare").first.click()
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Skip to film")).to_have_count(0)
