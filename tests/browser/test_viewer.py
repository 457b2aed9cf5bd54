"""The viewer in a real browser: layers, two maps, a class against another, and what if."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App
from tests.browser.test_pages import settle

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_a_radiologist_looks_closer_by_keyboard(page: Page, app: App) -> None:
    page.goto(f"{app.url}/explain")
    stage = page.locator(".viewer[data-ready=true] .stage").last
    expect(stage).to_be_visible()
    settle(page)
    words = page.locator(".stage canvas")
    stage.focus()

    page.keyboard.press("m")
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Six zones")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("c")
    expect(page.locator(".message").first).to_contain_text(
        re.compile("lines at 25, 50 and 75 %|too")
    )
    stage.hover(position={"x": 5, "y": 200})

    page.keyboard.press("w")
    divider = page.get_by_role("slider", name="Divider of the two maps")
    divider.press("ArrowLeft")
    expect(divider).to_have_attribute("aria-valuenow", "48")
    expect(words).to_have_attribute("aria-label", re.compile(r"\. A: .*\. B: "))
    stage.focus()
    page.keyboard.press("x")
    expect(divider).to_be_hidden()
    expect(page.get_by_role("button", name="Difference")).to_have_attribute("aria-pressed", "true")
    expect(words).to_have_attribute("aria-label", re.compile("Difference of |hardly differ"))
    page.keyboard.press("x")

    # The measured map of the shipped model is a product, which cannot be subtracted.
    page.get_by_role("combobox", name="Method").first.click()
    page.keyboard.type("HiResCAM")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_role("combobox", name="Against").select_option("normal")
    page.locator(".chip[data-label=covid]").click()
    expect(page.locator(".legend b").first).to_contain_text("COVID-19 against Normal")
    expect(page.locator(".message").first).not_to_contain_text("Running")

    stage.focus()
    page.keyboard.press("d")
    page.keyboard.press("ArrowDown")  # places a box
    page.keyboard.press("Enter")
    expect(page.locator(".change")).to_contain_text(
        re.compile(r"COVID-19: \S+ → \S+ \(.?\d\.\d\d\)")
    )
    expect(page.get_by_text("If the marked region were hidden")).to_be_visible()
    settle(page)
    focused = stage.evaluate("stage => stage.getRootNode().activeElement === stage")
    assert focused, "the answer took the focus away"
    page.locator("[data-action=clear]").click()
    expect(page.get_by_text("If the marked region were hidden")).to_have_count(0)
