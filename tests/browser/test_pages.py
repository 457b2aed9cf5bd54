"""Every page in a real browser: it opens, shows no error, and fits the window."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, serve

pytestmark = [pytest.mark.browser, pytest.mark.long]

PAGES = {
    "": "See what a chest X-ray classifier sees",
    "explain": "Explain",
    "second_opinion": "Second opinion",
    "compare": "Compare",
    "patterns": "Patterns",
    "dataset": "Dataset",
    "train": "Train",
    "present": "Present",
}


def settle(page: Page) -> None:
    """Wait until the script behind the page has run to its end."""
    expect(page.locator(".stApp[data-test-script-state='notRunning']")).to_be_visible()
    expect(page.locator("[data-testid='stSkeleton']")).to_have_count(0)


@pytest.mark.parametrize("address", PAGES)
def test_page_opens_by_its_address(page: Page, app: App, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{app.url}/{address}")
    expect(page.get_by_role("heading", name=PAGES[address], exact=True)).to_be_visible()
    settle(page)
    expect(page.get_by_text("Research software. Not a medical device")).to_be_visible()
    expect(page.locator("[data-testid='stAlertContentError'], .stException")).to_have_count(0)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, f"the page is {overflow} px wider than the window"
    menu = page.get_by_test_id("stMainMenu").bounding_box()
    assert menu is not None
    assert menu["x"] + menu["width"] <= width, "the menu of themes lies outside the window"
    ends = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMultiSelect] [data-tag]')]"
        ".map(tag => tag.getBoundingClientRect().right)"
    )
    assert all(end <= width for end in ends), "a chosen model lies outside the window"


def test_reading_room_is_dark_until_a_visitor_chooses(page: Page, app: App) -> None:
    page.goto(f"{app.url}/compare")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")


def test_navigation_leads_to_every_page(page: Page, app: App) -> None:
    page.goto(app.url)
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    settle(page)
    for title in ("Explain", "Second opinion", "Compare", "Patterns", "Dataset", "Train"):
        page.get_by_test_id("stTopNavLink").filter(has_text=title).first.click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


@pytest.mark.long
def test_very_first_visit_may_be_to_any_page(page: Page, tmp_path: Path) -> None:
    with serve(tmp_path) as fresh:
        page.goto(f"{fresh.url}/compare")
        expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
        expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()
        expect(page.get_by_text("Research software. Not a medical device")).to_be_visible()


@pytest.mark.long
def test_a_first_visit_loads_once_and_the_menu_offers_the_themes(page: Page, app: App) -> None:
    loads: list[str] = []
    page.on(
        "request", lambda sent: loads.append(sent.url) if sent.is_navigation_request() else None
    )
    page.goto(f"{app.url}/compare")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(14, 17, 22)")
    settle(page)
    assert len(loads) == 1, loads
    expect(page.get_by_test_id("stAppDeployButton")).to_have_count(0)
    page.get_by_test_id("stMainMenu").get_by_role("button").click()
    page.get_by_role("menuitemradio").filter(has_text="Light").click()
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(255, 255, 255)")
    page.goto(f"{app.url}/train")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(255, 255, 255)")
