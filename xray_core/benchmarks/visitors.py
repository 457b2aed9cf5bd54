"""Many visitors of Second opinion at once: time, memory of the server, and whose answer each gets.

Each visitor is a window of one headless Chromium with cookies and storage of its own. It uploads
its own synthetic film and takes the answer along as JSON, which must be what `give_opinion` says of
that film, and no other visitor's file may be named on its page.
"""

import asyncio
import functools
import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.benchmarks.app_server import App, memory_of, serve
from xray_core.benchmarks.app_window import find_chromium
from xray_core.benchmarks.timing import Row
from xray_core.data.decoding.images import decode_image, encode_png
from xray_core.data.labels import KNOWN_CLASSES
from xray_core.data.phantom import make_phantom
from xray_core.errors import XrayError
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.consulted import Consulted

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

VISITORS = 20
FAULTS = ("wrong_answers", "strangers")
"""Counts that must be 0."""

FILM_PX = 512
PATIENCE_S = 600
TRIES = 5
KEEP_S = 5
"""How long the server keeps the session of a window that was closed, instead of two minutes."""

_SAMPLE_S = 0.2
_EQUAL = 0.001
_DOWNLOAD = ".st-key-opinion_json button"


@dataclass
class Visit:
    """One visitor: the film, and what came of it.

    Attributes:
        name: of the file.
        data: the file.
        seconds: from the upload to the answer.
        answer: what the page gave as JSON.
        strangers: names of other visitors' files on the page.
    """

    name: str
    data: bytes = field(repr=False)
    seconds: float = 0.0
    answer: dict[str, Any] = field(default_factory=dict, repr=False)
    strangers: list[str] = field(default_factory=list)


def bench_visitors(_data: Path | None = None, *, count: int = VISITORS) -> list[Row]:
    """Several visitors upload a film at once, after one that warms the server.

    Args:
        count: how many at once.

    Returns:
        One row: `visitors`, `seconds_p50` and `seconds_p95` from upload to answer,
        `first_seconds` of the visitor who came alone before, resident memory of the server
        `megabytes_before`, `megabytes_peak` and `megabytes_after` the sessions ended,
        `wrong_answers` (not those of the visitor's own film) and `strangers` (pages that name the
        file of another visitor).

    Raises:
        XrayError: no Chromium or no Playwright is there, or the app does not start or answer.
    """
    chromium = find_chromium()
    films = [_visit(number) for number in range(count + 2)]
    keep = ("--server.disconnectedSessionTTL", str(KEEP_S))
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder), None, *keep) as app:
        memory = asyncio.run(_all_visits(app, films, chromium))
    visits = films[1:-1]
    times = [visit.seconds for visit in visits]
    return [
        {
            "visitors": count,
            "seconds_p50": round(float(np.percentile(times, 50)), 2),
            "seconds_p95": round(float(np.percentile(times, 95)), 2),
            "first_seconds": round(films[0].seconds, 2),
            **{f"megabytes_{name}": round(value / 1e6) for name, value in memory.items()},
            "wrong_answers": sum(not is_own(visit) for visit in films),
            "strangers": sum(bool(visit.strangers) for visit in films),
        }
    ]


def is_own(visit: Visit) -> bool:
    """Whether the page's answer is that of the visitor's own film."""
    models = [_opened(model["run"]) for model in visit.answer["models"]]
    film = decode_image(visit.data, visit.name)
    age_group = visit.answer["age_group"] or ""
    own = give_opinion(film, models, name=visit.name, age_group=age_group).as_json()
    shared = ("film", "name", "verdict", "sure", "set", "gate")
    if any(own[key] != visit.answer[key] for key in shared):
        return False
    mean, given = own["mean"] or {}, visit.answer["mean"] or {}
    return mean.keys() == given.keys() and all(
        abs(mean[label] - given[label]) <= _EQUAL for label in mean
    )


@functools.lru_cache(maxsize=8)
def _opened(run_id: str) -> Consulted:
    return Consulted.of(run_id)


def _visit(number: int) -> Visit:
    label = KNOWN_CLASSES[number % len(KNOWN_CLASSES)]
    film = make_phantom(label, 50_000 + number, size_px=FILM_PX)
    return Visit(f"visitor-{number:03d}.png", encode_png(film.image))


async def _all_visits(app: App, films: list[Visit], chromium: str) -> dict[str, float]:
    """One visitor, then all but the last at once, then the last: bytes before, at most, after."""
    from playwright.async_api import Error, async_playwright

    names = [visit.name for visit in films]
    memory = _Memory(app.pid)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            await _come(browser, app, films[0], names)
            await asyncio.sleep(KEEP_S + 1)
            before = memory.now()
            watching = asyncio.create_task(memory.watch())
            await asyncio.gather(*(_come(browser, app, visit, names) for visit in films[1:-1]))
            await asyncio.sleep(KEEP_S + 1)
            await _come(browser, app, films[-1], names)  # who leaves takes the others' sessions
            await asyncio.sleep(KEEP_S + 1)
            watching.cancel()
            return {"before": before, "peak": memory.peak, "after": memory.now()}
        except Error as error:
            raise XrayError(
                "A visitor got no answer.",
                where=str(error).splitlines()[0],
                fix="Try with fewer visitors: --count.",
            ) from error
        finally:
            await browser.close()


async def _come(browser: "Browser", app: App, visit: Visit, names: list[str]) -> None:
    """Upload the film, wait for the answer, and take it along."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(1000 * PATIENCE_S)
    try:
        await page.goto(f"{app.url}/second_opinion")
        await page.locator("input[type=file]").wait_for(state="attached")
        began = time.perf_counter()
        await page.locator("input[type=file]").set_input_files(
            {"name": visit.name, "mimeType": "image/png", "buffer": visit.data}
        )
        await page.locator(_DOWNLOAD).wait_for()
        visit.seconds = time.perf_counter() - began
        visit.answer = await _take_along(page)
        shown = await page.locator("body").inner_text()
        visit.strangers = [name for name in names if name in shown and name != visit.name]
    finally:
        await context.close()


async def _take_along(page: "Page") -> dict[str, Any]:
    """The answer as the page gives it, once the page is done: until then the button is off.

    Streamlit may drop a file that a button made before the browser has fetched it, when two runs of
    other sessions end meanwhile; then the visitor clicks again.
    """
    button = page.locator(f"{_DOWNLOAD}:enabled")
    for left in reversed(range(TRIES)):
        await button.wait_for()
        async with page.expect_download() as coming:
            await button.click()
        download = await coming.value
        if not left or await download.failure() is None:
            break
    answer: dict[str, Any] = json.loads(Path(await download.path()).read_text(encoding="utf-8"))
    return answer


class _Memory:
    """Resident bytes of a server and of the processes that it started."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.peak = 0.0

    def now(self) -> float:
        return memory_of(self._pid)

    async def watch(self) -> None:
        """Keep the most that was seen, until it is cancelled."""
        while True:
            self.peak = max(self.peak, self.now())
            await asyncio.sleep(_SAMPLE_S)
