"""A window of headless Chromium in front of the app, which takes times by the page's own clock.

A time begins with the visitor's click or key, as the browser notes it, and ends with the first
frame after what was waited for is there: what passes between this program and the browser is not
in it.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from xray_core.errors import XrayError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE_S = 300
REST_MS = 500
"""A page that has been at rest for so long does not begin anew by itself."""

SIZE_PX = (1440, 1000)
RESTS = (
    "document.querySelector(\".stApp[data-test-script-state='notRunning']\")"
    " && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')"
)
"""The script behind the page has run to its end, and all of it is drawn."""

_FIND = """
const roots = [document];
const find = (selector) => {
  const known = roots.map((root) => root.querySelector(selector)).find(Boolean);
  if (known) return known;
  roots.splice(1);  // components have roots of their own
  for (const one of document.querySelectorAll("*")) if (one.shadowRoot) roots.push(one.shadowRoot);
  return roots.slice(1).map((root) => root.querySelector(selector)).find(Boolean);
};
const words = (selector) => find(selector)?.textContent ?? "";
"""

_WATCH = """() => { %s
let began = null;
const begin = ({ timeStamp }) => (began ??= timeStamp);
addEventListener("pointerdown", begin, { capture: true, once: true });
addEventListener("keydown", begin, { capture: true, once: true });
const end = performance.now() + %d;
window.benchTime = new Promise((resolve, reject) => {
  const look = () => {
    if (performance.now() > end) reject(new Error("it did not come to be within the time"));
    if (began !== null && (%s))
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    else requestAnimationFrame(look);
  };
  look();
});
}"""

_WAIT = "() => { %s return Boolean(%s); }"


@contextmanager
def open_chromium() -> Iterator["Browser"]:
    """Headless Chromium, which ends with the context.

    Raises:
        XrayError: no Chromium or no Playwright is there, or a page did not do as expected.
    """
    path = find_chromium()
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        except Error as error:
            raise XrayError(
                "The app did not answer.", where=str(error).splitlines()[0], fix="Try again."
            ) from error
        finally:
            browser.close()


def find_chromium() -> str:
    """Where Chromium is; Playwright, which drives it, is there, too.

    Raises:
        XrayError: one of the two is not on this machine.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise XrayError("There is no Chromium.", fix="Debian: apt-get install chromium")
    if find_spec("playwright") is None:
        raise XrayError("Playwright is not installed.", fix="pip install -r requirements-dev.txt")
    return path


@dataclass(frozen=True)
class Window:
    """One window with cookies and storage of its own.

    What is waited for is an expression in the page's own language, in which `find(selector)` and
    `words(selector)` also look into components.

    Attributes:
        page: of Playwright.
    """

    page: "Page"

    @classmethod
    def of(cls, browser: "Browser") -> "Window":
        """A new window."""
        width, height = SIZE_PX
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.set_default_timeout(1000 * PATIENCE_S)
        return cls(page)

    def until(self, done: str) -> None:
        """Wait until it is so."""
        self.page.wait_for_function(_WAIT % (_FIND, done))

    def rest(self) -> None:
        """Wait until the page has drawn all, and does not begin anew."""
        self.until(RESTS)
        self.page.wait_for_timeout(REST_MS)
        self.until(RESTS)

    def timed(self, act: Callable[[], object], done: str) -> float:
        """Milliseconds from the click or key of `act` to the frame that shows that it is done."""
        self.page.evaluate(_WATCH % (_FIND, 1000 * PATIENCE_S, done))
        act()
        return float(self.page.evaluate("window.benchTime"))

    def choose(self, label: str, option: str, done: str) -> float:
        """Choose in a list; milliseconds from the click on the option until it is done."""
        self.page.get_by_role("combobox", name=label).first.click()
        chosen = self.page.get_by_role("option", name=option).first
        chosen.wait_for()
        return self.timed(chosen.click, done)

    def close(self) -> None:
        """Leave the app."""
        self.page.context.close()
