"""The viewer in a real browser: tools of a reading room, and the view in the address."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import N_DEMO_FILMS, App
from tests.browser.test_pages import settle
from xray_core.data.decoding.images import to_uint8
from xray_core.data.phantom import make_phantom

pytestmark = [pytest.mark.browser, pytest.mark.long]

WRITTEN_MS = 800
"""After which a view stands in the address."""


def opened(page: Page, address: str) -> Locator:
    """The stage of the viewer of that page, once there is a film."""
    page.goto(address)
    stage = page.locator(".viewer[data-ready=true] .stage").last
    expect(stage).to_be_visible()
    settle(page)
    return stage


def middle(stage: Locator) -> tuple[float, float]:
    box = stage.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def view_of(page: Page) -> dict[str, str]:
    """The parts of the view in the address."""
    view = parse_qs(urlsplit(page.url).query).get("view", [""])[0]
    return dict(part.split("-", 1) for part in view.split("*") if part)


def test_a_film_is_measured_marked_and_turned_and_another_page_loses_nothing(
    page: Page, app: App
) -> None:
    stage = opened(page, f"{app.url}/explain")
    words = page.locator(".stage canvas")
    x, y = middle(stage)
    stage.focus()
    page.keyboard.press("r")
    page.mouse.move(x - 100, y)
    page.mouse.down()
    page.mouse.move(x + 100, y)
    page.mouse.up()
    expect(
        page.get_by_text(re.compile(r"^\d+ px of the film's file; the file states no"))
    ).to_be_visible()
    page.keyboard.press("n")
    page.mouse.click(x, y + 80)
    page.keyboard.type("round, rim")  # letters are no keys of viewer or page
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("9")
    page.keyboard.press("p")
    expect(words).to_have_attribute(
        "aria-label", re.compile(r"turned by 90° clockwise\..*Drawn: ruler \d+ px, text round, rim")
    )
    expect(page.locator("output.zoom")).to_have_text("100 %")
    page.get_by_test_id("stTopNavLink").filter(has_text="Compare").first.click()
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    settle(page)
    page.get_by_test_id("stTopNavLink").filter(has_text="Explain").first.click()
    expect(words).to_have_attribute(
        "aria-label", re.compile(r"Drawn: ruler \d+ px, text round, rim")
    )


def test_layouts_show_models_methods_and_films(page: Page, app: App) -> None:
    stage = opened(page, f"{app.url}/explain")
    tags = page.locator(".viewer .tag:visible")
    stage.focus()
    page.keyboard.press("2")
    expect(tags).to_have_count(2)
    page.keyboard.press("4")
    expect(tags).to_have_count(5)
    expect(page.locator(".legend b").first).to_contain_text("Methods of Xception for")
    page.keyboard.press("5")
    expect(tags).to_have_count(6)
    expect(page.locator(".caption")).to_have_text(f"films 1–6 of {N_DEMO_FILMS}")
    expect(page).to_have_url(re.compile("view=show-sheet"))
    films = page.locator(".strip button")
    films.nth(0).click(modifiers=["Control"])
    films.nth(8).click(modifiers=["Control"])
    expect(page.get_by_text("2 selected: key 5 in the viewer")).to_be_visible()
    expect(tags).to_have_count(2)
    expect(page.locator(".caption")).to_have_text(f"films 2 of {N_DEMO_FILMS}")
    page.get_by_role("button", name="Select none").click()
    expect(films.nth(8)).to_have_attribute("aria-checked", "false")
    expect(tags).to_have_count(6)
    tags.last.scroll_into_view_if_needed()
    tag = tags.last.bounding_box()
    assert tag is not None
    page.mouse.click(tag["x"] + 60, tag["y"] + 80)
    expect(page.get_by_text(f"6 / {N_DEMO_FILMS}", exact=True).last).to_be_visible()
    expect(tags).to_have_count(0)


def test_a_link_opens_the_same_view_in_a_fresh_browser(
    page: Page, app: App, browser: Browser
) -> None:
    stage = opened(page, f"{app.url}/explain")
    steps = page.evaluate("history.length")
    stage.focus()
    page.locator(".chip[data-label=covid]").click()
    for key in ("+", "+", "+", "v", "i", "9"):
        page.keyboard.press(key)
    x, y = middle(stage)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y + 40, steps=5)
    page.mouse.up()
    expect(page).to_have_url(
        re.compile(r"view=class-covid.*at-0\.\d{3}-0\.\d{3}")
    )  # after the drag
    page.wait_for_timeout(WRITTEN_MS)
    first = view_of(page)
    assert {"class", "zoom", "at", "greys", "negative", "turn"} <= {*first}
    assert page.evaluate("history.length") == steps, "to look at a film is no step back"
    link, film = page.url, page.locator(".caption").inner_text()

    stage.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".caption")).not_to_have_text(film)
    expect(page).to_have_url(re.compile(r"view=class-covid\*negative-on\*greys-0\.6-0\.35$"))
    page.go_back()
    expect(page.locator(".caption")).to_have_text(film)
    settle(page)
    page.wait_for_timeout(WRITTEN_MS)
    assert view_of(page) == first
    expect(page.locator(".stage canvas")).to_have_attribute(
        "aria-label", re.compile("turned by 90°")
    )

    fresh = browser.new_context(viewport={"width": 1280, "height": 800})
    window = fresh.new_page()
    opened(window, link)
    expect(window.locator(".caption")).to_have_text(film)
    expect(window.locator(".chip[data-label=covid]")).to_have_attribute("aria-pressed", "true")
    expect(window.locator(".stage canvas")).to_have_attribute(
        "aria-label", re.compile("turned by 90°")
    )
    expect(window.get_by_text("COVID-19 is too unlikely according to Xception")).to_be_visible()
    window.wait_for_timeout(WRITTEN_MS)
    assert view_of(window) == first
    fresh.close()


def test_an_enlarged_film_has_the_pixels_of_its_file(page: Page, app: App, tmp_path: Path) -> None:
    image = make_phantom("normal", 2, size_px=256).image
    file = Image.fromarray(to_uint8(image)).resize((2400, 2400), Image.Resampling.BICUBIC)
    file.save(tmp_path / "large.png")
    page.goto(f"{app.url}/second_opinion")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "large.png")
    stage = page.locator(".viewer[data-ready=true] .stage").last
    expect(stage).to_be_visible()
    settle(page)
    percentage = page.locator(".viewer output.zoom").last
    expect(percentage).to_have_attribute("title", re.compile("has 1024 pixels for the 2400 "))
    stage.focus()
    page.keyboard.press("p")
    expect(percentage).to_have_text("100 %")
    expect(percentage).not_to_have_attribute("title", re.compile("The picture has"))
    expect(percentage).to_have_text("100 %")


def test_an_uploaded_film_has_no_link(page: Page, app: App) -> None:
    opened_page = f"{app.url}/second_opinion"
    page.goto(opened_page)
    page.get_by_role("button", name="Try it with a synthetic film").click()
    stage = page.locator(".viewer[data-ready=true] .stage").last
    expect(stage).to_be_visible()
    settle(page)
    expect(page.locator("[data-action=link]")).to_be_hidden()
    stage.focus()
    page.keyboard.press("+")
    page.keyboard.press("k")
    page.wait_for_timeout(WRITTEN_MS)
    assert "view" not in page.url
