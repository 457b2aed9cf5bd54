"""Take the pictures of the pages for README and docs: `python -m docs.make_screenshots [NAME ...]`.

It starts the app with folders of its own, so that only shipped models and synthetic films are seen,
and needs Playwright and Chromium, as the browser tests do.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import Locator, Page, expect, sync_playwright

from xray_core.benchmarks.app_server import App, serve

DOCS = Path(__file__).resolve().parent
SHOWN_PX = 1200
MARGIN_PX = 24
BACKGROUND = "#0E1116"
"""That of the dark theme, around a part of a page."""
PATIENCE_MS = 300_000


def settle(page: Page) -> None:
    """Wait until the page has drawn all, and has not begun anew since."""
    for _ in range(3):
        page.wait_for_timeout(1500)
        expect(page.locator(".stApp[data-test-script-state='notRunning']")).to_be_visible()
        expect(page.locator("[data-testid='stSkeleton']")).to_have_count(0)


def explain(page: Page, app: App) -> Page:
    """A film that the best model gets right, with its map and the outline of the true finding."""
    page.goto(f"{app.url}/explain")
    expect(page.locator(".viewer[data-ready=true] .stage").last).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    settle(page)
    page.locator(".strip button").nth(1).click()
    settle(page)
    page.locator(".viewer[data-ready=true] .stage").last.focus()
    page.keyboard.press("t")
    settle(page)
    return page


def second_opinion(page: Page, app: App) -> Page:
    """The answer to a synthetic film, taken for an adult's."""
    page.goto(f"{app.url}/second_opinion")
    page.get_by_role("button", name="Try it with a synthetic film").click()
    expect(page.get_by_label("Probabilities")).to_be_visible()
    settle(page)
    page.get_by_role("radio", name="Adult").click()
    settle(page)
    return page


def compare(page: Page, app: App) -> Page:
    """The shipped models beside each other."""
    page.goto(f"{app.url}/compare")
    expect(page.get_by_role("heading", name="Compare", exact=True)).to_be_visible()
    settle(page)
    return page


def elsewhere(page: Page, app: App) -> Locator:
    """How the shipped models tell normal from the rest within one source."""
    compare(page, app)
    page.get_by_role("tab", name="Within a source").click()
    panel = page.get_by_role("tabpanel").filter(has_text="within one source")
    expect(panel.locator(".main-svg").first).to_be_visible()
    settle(page)
    return panel.get_by_test_id("stVerticalBlock").first


def patterns(page: Page, app: App) -> Page:
    """What the shipped models have learnt, from the maps that come with them."""
    page.goto(f"{app.url}/patterns")
    expect(page.get_by_role("heading", name="What stands out", exact=True)).to_be_visible()
    settle(page)
    return page


PICTURES: dict[str, Callable[[Page, App], Page | Locator]] = {
    "explain": explain,
    "second-opinion": second_opinion,
    "compare": compare,
    "elsewhere": elsewhere,
    "patterns": patterns,
}


def main(names: list[str]) -> None:
    """Take the named pictures, or all."""
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        places = {f"XRAY_{name}_DIR": f"{folder}/{name}" for name in ("MODELS", "CACHE")}
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        with serve(Path(folder), places) as app:
            for name in names or PICTURES:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.set_default_timeout(PATIENCE_MS)
                shown = PICTURES[name](page, app)
                picture = Image.open(io.BytesIO(shown.screenshot())).convert("RGB")
                if shown is not page:
                    picture = ImageOps.expand(picture, MARGIN_PX, BACKGROUND)
                picture.thumbnail((SHOWN_PX, SHOWN_PX))
                picture.save(DOCS / f"{name}.jpg", quality=80, optimize=True, progressive=True)
                page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
