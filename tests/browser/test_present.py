"""From a film to the slides of a meeting, as a presenter does it."""

import re

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.conftest import App
from tests.browser.test_deck import OVERFLOWING
from tests.browser.test_pages import settle
from tests.browser.test_viewer_tools import opened

TOLD_MS = 800
"""After which the server knows what was drawn."""

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_what_is_drawn_on_a_film_is_drawn_on_its_slide(page: Page, app: App) -> None:
    stage = opened(page, f"{app.url}/explain")
    stage.focus()
    for key in ("r", "ArrowRight", "Enter", "Escape"):
        page.keyboard.press(key)
    canvas = stage.locator("canvas")
    length = re.search(r"Drawn: ruler (\d+ px)$", str(canvas.get_attribute("aria-label")))
    assert length
    page.wait_for_timeout(TOLD_MS)
    settle(page)
    add(page)
    shown = shown_slides(page, 1)
    slide = shown.locator(".slide.shown .stage canvas")
    expect(slide).to_have_attribute("aria-label", re.compile(f"Drawn: ruler {length[1]}$"))
    expect(shown.locator(".slide.shown .notes")).to_contain_text(f"by hand: ruler {length[1]}.")


@pytest.fixture
def slides(page: Page, app: App) -> FrameLocator:
    """The slides of one film and one chart, on the page Present."""
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"{app.url}/explain")
    add(page, "look at the lower zones")
    expect(link(page, "Present (1)")).to_be_visible()
    link(page, "Compare").click()
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    add(page)
    shown = shown_slides(page, 2)
    expect(shown.locator(".slide.shown .viewer[data-ready=true]")).to_be_visible()
    return shown


def link(page: Page, title: str) -> Locator:
    return page.get_by_test_id("stTopNavLink").filter(has_text=title).first


def shown_slides(page: Page, n: int) -> FrameLocator:
    """The slides of the basket, which holds so many, as Present shows them."""
    link(page, f"Present ({n})").click()
    page.get_by_role("button", name="Show slides").click()
    return page.frame_locator("iframe")


def add(page: Page, note: str = "") -> None:
    page.get_by_role("button", name="Add to basket").first.click()
    page.get_by_label("Note for the speaker").locator("visible=true").fill(note)
    page.get_by_role("button", name="Add", exact=True).locator("visible=true").click()


def test_a_film_is_shown_full_screen_and_blind(page: Page, slides: FrameLocator) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    body = slides.locator("body")
    body.press("f")
    page.wait_for_function("document.fullscreenElement?.tagName === 'IFRAME'")
    shown = slides.locator(".slide.shown")
    title = shown.locator("h1").inner_text()
    body.press("h")
    expect(shown.locator("h1")).to_have_text("Film 1")
    expect(shown.locator(".panes")).to_be_hidden()
    expect(shown.get_by_role("slider", name="Opacity")).to_be_hidden()
    hands = shown.locator(".votes input")
    hands.first.fill("9")
    hands.last.fill("3")
    hands.last.press("PageDown")
    answer = shown.locator(".pane[data-run] b")
    expect(answer).to_be_visible()
    expect(shown.locator(".pane[data-run] canvas")).to_be_hidden()
    body.press("PageDown")
    expect(shown.locator(".pane[data-run] canvas")).to_be_visible()
    expect(shown.get_by_role("slider", name="Opacity")).to_be_visible()
    expect(shown.locator("h1")).to_have_text("Film 1")
    body.press("PageDown")
    expect(shown.locator("h1")).to_have_text(title)
    expect(shown.locator(".truth")).to_contain_text("Label: ")
    label = shown.locator(".film").get_attribute("data-label-title")
    body.press("End")
    rows = slides.locator(".blind-summary tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("9 of 12")
    expect(rows.first.locator("td").last).to_have_text(str(label))
    expect(rows.last).to_contain_text("of 1")
    body.press("h")
    expect(slides.locator("#place")).to_have_text("2 / 2")
    page.keyboard.press("Escape")
    assert wrong == []


def test_notes_follow_in_a_second_window_and_the_pointer_is_a_dot(
    page: Page, slides: FrameLocator
) -> None:
    body = slides.locator("body")
    with page.expect_popup() as opened:
        body.press("p")
    notes = opened.value
    expect(notes.locator(".said")).to_contain_text("look at the lower zones")
    expect(notes.locator(".next")).to_contain_text("Next: ")
    notes.keyboard.press("PageDown")
    expect(slides.locator("#place")).to_have_text("2 / 2")
    expect(notes.locator(".next")).to_have_text("This is the last slide.")
    body.press("l")
    slides.locator(".slide.shown h1").hover()
    expect(slides.locator("#laser")).to_be_visible()
    body.press("Escape")
    expect(slides.locator("#laser")).to_be_hidden()


def test_a_show_of_hands_is_typed_in_the_window_of_the_presenter(
    page: Page, slides: FrameLocator
) -> None:
    body = slides.locator("body")
    body.press("h")
    with page.expect_popup() as opened:
        body.press("p")
    notes = opened.value
    typed = notes.get_by_role("form", name="Show of hands").get_by_role("spinbutton")
    shown = slides.locator(".slide.shown .votes input")
    typed.first.fill("9")
    expect(shown.first).to_have_value("9")
    shown.last.fill("3")
    expect(typed.last).to_have_value("3")
    typed.first.press("Enter")
    expect(slides.locator(".slide.shown[data-step=film]")).to_be_visible()
    typed.first.press("PageDown")
    expect(slides.locator(".slide.shown[data-step=answers]")).to_be_visible()
    body.press("End")
    expect(typed).to_have_count(0)
    expect(slides.locator(".blind-summary tbody tr").first).to_contain_text("9 of 12")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_nothing_is_cut_while_a_film_is_shown_blind(
    page: Page, slides: FrameLocator, size: tuple[int, int]
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    body = slides.locator("body")
    body.press("f")
    page.wait_for_function("document.fullscreenElement?.tagName === 'IFRAME'")
    body.press("h")
    for step in ("film", "answers", "maps", "label"):
        expect(slides.locator(f".slide.shown[data-step={step}]")).to_be_visible()
        page.wait_for_timeout(400)
        assert body.evaluate(OVERFLOWING) == [], step
        body.press("PageDown")
    page.keyboard.press("Escape")


def test_slides_are_put_in_order_by_hand(page: Page, app: App) -> None:
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"{app.url}/compare")
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    for number in range(3):
        settle(page)
        page.get_by_role("button", name="Add to basket").nth(number).click()
        page.get_by_role("button", name="Add", exact=True).locator("visible=true").click()
        expect(link(page, f"Present ({number + 1})")).to_be_visible()
    link(page, "Present (3)").click()
    handles = page.locator(".basket-handle")
    expect(handles).to_have_count(3)
    settle(page)
    first, second, third = names(page)

    start, end = (handles.nth(place).bounding_box() for place in (0, 2))
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 10, end["y"] + 30, steps=8)
    page.mouse.up()
    expect(handles.last).to_have_attribute("aria-label", first)
    assert names(page) == [second, third, first]

    settle(page)
    handles.last.press("ArrowUp")
    expect(handles.nth(1)).to_have_attribute("aria-label", first)
    expect(handles.nth(1)).to_be_focused()
    handles.nth(1).press("ArrowUp")
    expect(handles.first).to_have_attribute("aria-label", first)
    assert names(page) == [first, second, third]


def names(page: Page) -> list[str]:
    return [str(one.get_attribute("aria-label")) for one in page.locator(".basket-handle").all()]
