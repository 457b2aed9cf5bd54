"""Five ways through the app, from the first page to what a visitor takes away."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pptx import Presentation

from tests.browser.conftest import N_DEMO_FILMS, App
from tests.browser.test_films import go_to_the_first, picture, saturation
from tests.browser.test_pages import settle
from tests.browser.test_present import add, link, shown_slides
from tests.foreign import build

pytestmark = [pytest.mark.browser, pytest.mark.long]

OWN = "From elsewhere"


def ready(page: Page) -> Locator:
    """The stage of the viewer of Explain, once its film is there and the page rests."""
    expect(page.get_by_role("heading", name="Explain", exact=True)).to_be_visible()
    stage = page.locator(".viewer[data-ready=true] .stage").last
    expect(stage).to_be_visible()
    settle(page)
    page.wait_for_timeout(800)
    return stage


def choose(page: Page, label: str, option: str) -> None:
    """An option of a list, by the keyboard first, so that the list is open."""
    box = page.get_by_role("combobox", name=label).first
    box.focus()
    box.press("ArrowDown")
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def slides_taken(page: Page, folder: Path) -> list[str]:
    """The text of each slide of the PowerPoint file that Present gives; the file holds pictures."""
    page.get_by_role("button", name="Make slides").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(r"Download \(")).click()
    path = folder / "slides.pptx"
    download.value.save_as(path)
    slides = Presentation(str(path)).slides
    shapes = [shape for slide in slides for shape in slide.shapes]
    assert any(shape.shape_type == 13 for shape in shapes), "no picture is on any slide"
    return [
        "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for slide in slides
    ]


def film_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["film"][0]


def test_a_first_heatmap_is_three_clicks_away(page: Page, app: App) -> None:
    page.goto(app.url)
    tour = page.get_by_role("region", name="Tour")
    expect(tour).to_contain_text("Tour, 1 of 5")
    tour.get_by_role("button", name="Next").click()
    expect(tour).to_contain_text("Tour, 2 of 5")
    page.keyboard.press("ArrowLeft")
    expect(tour).to_contain_text("Tour, 1 of 5")
    tour.get_by_role("button", name="Skip the tour").click()
    expect(tour).to_be_hidden()
    page.reload()
    settle(page)
    expect(page.locator(".viewer[data-ready=true]")).to_be_visible()
    expect(tour).to_be_hidden()
    page.get_by_role("button", name="Take the tour").click()
    expect(tour).to_contain_text("Tour, 1 of 5")
    tour.get_by_role("button", name="Open Explain").click()
    stage = ready(page)
    assert saturation(picture(stage)) > 30, "no heatmap on the film"


def test_the_tour_and_the_keys_are_there_on_every_page(page: Page, app: App) -> None:
    page.goto(f"{app.url}/dataset")
    settle(page)
    tour = page.get_by_role("region", name="Tour")
    expect(tour).to_be_hidden()
    expect(page.get_by_role("button", name="Keys (?)")).to_be_visible()  # the page listens now
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("all keys of the film")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Keys (?)").click()
    keys.get_by_role("button", name="Take the tour").click()
    expect(keys).to_be_hidden()
    expect(tour).to_contain_text("Tour, 1 of 5")
    tour.get_by_role("button", name="Open Explain").click()
    stage = ready(page)
    expect(tour).to_contain_text("Tour, 1 of 5")
    expect(tour.get_by_role("button", name="Open Explain")).to_have_count(0)
    stage.focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    expect(keys).to_be_hidden()


def test_a_disagreement_goes_to_a_slide_that_can_be_edited(
    page: Page, app: App, tmp_path: Path
) -> None:
    page.goto(f"{app.url}/explain?runs=small_cnn&runs=xception")
    ready(page)
    page.get_by_role("button", name="Options").click()
    choose(page, "Outcome", "Models disagree")
    page.keyboard.press("Escape")
    ready(page)
    film = film_of(page)
    add(page, "why do they part?")
    link(page, "Present (1)").click()
    expect(page.get_by_role("heading", name="Present", exact=True)).to_be_visible()
    settle(page)
    assert any(film in words for words in slides_taken(page, tmp_path))


def test_a_copied_link_opens_the_same_view_in_a_fresh_browser(
    page: Page, browser: Browser, app: App
) -> None:
    page.goto(f"{app.url}/explain")
    ready(page)
    go_to_the_first(page)
    page.locator(".viewer[data-ready=true] .stage").last.focus()
    page.keyboard.press("ArrowRight")
    place = f"2 / {N_DEMO_FILMS}"
    expect(page.get_by_text(place, exact=True).last).to_be_visible()
    ready(page).focus()
    page.keyboard.press("2")
    expect(page.locator(".viewer .tag:visible")).to_have_count(2)
    page.wait_for_timeout(1500)
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    other = context.new_page()
    other.goto(page.url)
    ready(other)
    expect(other.get_by_text(place, exact=True).last).to_be_visible()
    expect(other.locator(".viewer .tag:visible")).to_have_count(2)
    assert film_of(other) == film_of(page)
    context.close()


def test_a_blind_session_goes_from_the_film_to_its_label(page: Page, app: App) -> None:
    page.goto(f"{app.url}/explain")
    ready(page)
    add(page)
    slides = shown_slides(page, 1)
    shown = slides.locator(".slide.shown")
    expect(shown.locator(".viewer[data-ready=true]")).to_be_visible()
    body = slides.locator("body")
    body.press("h")
    shown.locator(".votes input").first.fill("7")
    for step in ("film", "answers", "maps", "label"):
        expect(slides.locator(f".slide.shown[data-step={step}]")).to_be_visible()
        if step != "label":
            body.press("PageDown")
    expect(shown.locator(".truth")).to_contain_text("Label: ")
    body.press("PageDown")
    expect(slides.locator(".blind-summary tbody tr").first).to_contain_text("7 of 7")


def test_a_model_from_elsewhere_is_explained_and_presented(
    page: Page, app: App, tmp_path: Path
) -> None:
    build("flat_sequential").save(tmp_path / "own.keras")
    page.goto(f"{app.url}/train")
    settle(page)
    page.locator("input[type=file]").last.set_input_files(tmp_path / "own.keras")
    page.get_by_label("Name", exact=True).fill(OWN)
    for place, words in enumerate(("Normal", "Viral pneumonia", "COVID-19"), 1):
        page.get_by_label(f"Class {place}", exact=True).fill(words)
    page.get_by_role("button", name="Add the model").click()
    expect(page.get_by_text(f"{OWN} was added.")).to_be_visible()
    page.get_by_role("link", name="Explain films").click()
    ready(page)
    page.get_by_role("combobox", name="Models").first.focus()
    page.keyboard.press("Backspace")
    settle(page)
    box = page.get_by_role("combobox", name="Models").first
    box.press("ArrowDown")
    page.get_by_role("option", name=re.compile(f"^{OWN}")).click()
    page.keyboard.press("Escape")
    ready(page)
    expect(page.get_by_text(re.compile(f"^{OWN}: ")).first).to_be_visible()
    add(page, "our own model")
    link(page, "Present (1)").click()
    expect(page.get_by_role("heading", name="Present", exact=True)).to_be_visible()
    settle(page)
    assert any(OWN in words for words in slides_taken(page, tmp_path))
