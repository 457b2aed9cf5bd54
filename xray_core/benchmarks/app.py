"""The app in front of one visitor, in real Chromium: how long each step takes, and its memory.

Servers have folders of their own; models are those that are shipped, films are synthetic.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import numpy as np

from xray_core.benchmarks.app_server import App, memory_of, serve, train_beside
from xray_core.benchmarks.app_window import RESTS, Window, open_chromium
from xray_core.benchmarks.redraw import redraws
from xray_core.benchmarks.timing import Row
from xray_core.data.catalogue import DEMO_NAME
from xray_core.data.phantom import write_phantoms
from xray_core.explain.methods import METHODS
from xray_core.networks.registry import get_network

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUNS = ("xception", "resnet50", "small_cnn")
COUNT = 200
N_FILMS = 96
STARTS = 3
PAGES = {
    "Home": "See what a chest X-ray classifier sees",
    "Explain": "Explain",
    "Second opinion": "Second opinion",
    "Compare": "Compare",
    "Patterns": "Patterns",
    "Dataset": "Dataset",
    "Train": "Train",
    "Present": "Present",
}
"""Name in the navigation -> heading."""

WANTED_MS = {
    "start to Home": 4000,
    "page change": 400,
    "next film": 150,
    "redraw": 50,
    "method of one pass": 300,
    "loaded model": 1000,
    "kept maps of all models": 1000,
    "page change in a training": 600,
    "next film in a training": 600,
}
"""What 19 of 20 times should not exceed."""

_HOME = 'find(".viewer[data-ready=true]")'
_MODELS = 'words(".viewer .runs")'
_POSITION = 'words(".viewer .position")'
_ONE_PASS = tuple(method.title for method in METHODS.values() if method.cost == "pass")
_OWN = "Measured best"


def bench_app(
    _data: Path | None = None,
    runs: Sequence[str] = RUNS,
    *,
    n_films: int = N_FILMS,
    count: int = COUNT,
) -> list[Row]:
    """Times of what a visitor does, and the memory of the server.

    Args:
        runs: shipped models, the one of the best balanced accuracy first.
        n_films: synthetic films of the data set.
        count: page changes and redraws; a fifth of it for other steps that are repeated.

    Returns:
        Rows with `what`, its number `n`, `ms_p50`, `ms_p95` and, where there is a limit,
        `wanted_ms`; rows with `what` and `megabytes`, resident, of the server.

    Raises:
        XrayError: no Chromium or no Playwright is there, or the app does not start or answer.
    """
    with tempfile.TemporaryDirectory() as name, open_chromium() as browser:
        folder = Path(name)
        index = write_phantoms(folder / "cache" / DEMO_NAME, n_films)
        own = {f"XRAY_{kind.upper()}_DIR": str(folder / kind) for kind in ("models", "cache")}
        rows = [_starts(browser, folder, own, min(STARTS, count))]
        with serve(folder, own) as app:
            visit = _Visit(Window.of(browser), app, tuple(runs), n_films)
            rows += visit.explain(count)
        with serve(folder, own) as app:
            visit = _Visit(Window.of(browser), app, tuple(runs), n_films)
            rows += visit.stay(count)
            with train_beside(index, folder, own):
                rows += visit.train_beside(count)
        return rows


def row_of(what: str, times: Sequence[float], kind: str = "") -> Row:
    """Milliseconds as a row; `kind` is the key of its limit where that is not `what`."""
    p50, p95 = (round(float(np.percentile(times, share))) for share in (50, 95))
    row: Row = {"what": what, "n": len(times), "ms_p50": p50, "ms_p95": p95}
    wanted = WANTED_MS.get(kind or what)
    return row if wanted is None else row | {"wanted_ms": wanted}


def _starts(browser: "Browser", folder: Path, own: dict[str, str], count: int) -> Row:
    """From the start of the process to Home in a browser that has never seen it."""
    times = []
    for _ in range(count):
        with serve(folder, own) as app:
            window = Window.of(browser)
            window.page.goto(app.url, wait_until="commit")
            window.until(_HOME)
            times.append(1000 * (time.perf_counter() - app.began))
            window.close()
    return row_of("start to Home", times)


@dataclass(frozen=True)
class _Visit:
    """One visitor of one server."""

    window: Window
    app: App
    runs: tuple[str, ...]
    n_films: int

    def explain(self, count: int) -> list[Row]:
        """Films, methods and models on Explain; all maps are made for the first time."""
        few = max(1, count // 5)
        for run in self.runs:  # each network is loaded, and every film has a map by one method
            self._open([run], "Grad-CAM")
        self._open(self.runs[:1])
        rows = [row_of("next film", self._films(few, rests=True))]
        rows.append(row_of("next film at once", self._films(few, rests=False)))
        rows.append(row_of("redraw", list(redraws(self.window, count))))
        first, again = ([self._method(title) for title in _ONE_PASS[:count]] for _ in range(2))
        rows.append(row_of("method of one pass, first time", first))
        rows.append(row_of("method of one pass", again))
        self._open(self.runs[:1])
        added = [self._add(run) for run in self.runs[1:]]
        if added:
            rows.append(row_of("loaded model", added))
        self.window.until(self._all_films())
        self.window.close()
        return rows

    def stay(self, count: int) -> list[Row]:
        """Maps that were kept, then one page after the other, and the memory that it takes."""
        rows = [_megabytes("memory at the start", self.app)]
        self._open(self.runs, "Grad-CAM")
        rows.append(_megabytes(f"memory with {len(self.runs)} networks", self.app))
        rows.append(row_of("kept maps of all models", [self._method(_OWN)]))
        self._pages(len(PAGES))  # what is computed once
        rows.append(_megabytes("memory after every page", self.app))
        times = self._pages(count)
        rows.append(_megabytes(f"memory after {count} page changes", self.app))
        rows.append(row_of("page change", [ms for part in times.values() for ms in part]))
        rows += [
            row_of(f"page change to {name}", part, "page change") for name, part in times.items()
        ]
        return rows

    def train_beside(self, count: int) -> list[Row]:
        """Pages and films while a training has the processor as well."""
        few = max(1, count // 5)
        pages = [ms for part in self._pages(few).values() for ms in part]
        self._open(self.runs[:1])
        films = self._films(few, rests=True)
        return [
            row_of("page change in a training", pages),
            row_of("next film in a training", films),
        ]

    def _open(self, runs: Sequence[str], method: str = "") -> None:
        """Explain with all films explained."""
        asked = [("runs", run) for run in runs] + ([("explain_method", method)] if method else [])
        self.window.page.goto(f"{self.app.url}/explain?{urlencode(asked)}")
        self.window.until(self._all_films())
        self.window.rest()

    def _all_films(self) -> str:
        listed = f'{_POSITION}.endsWith("/ {self.n_films}")'
        return f'{listed} && !find("[data-testid=stProgress]") && {RESTS}'

    def _films(self, count: int, *, rests: bool) -> list[float]:
        """Times of steps to the next film, back and forth between the ends of the list."""
        page, times = self.window.page, []
        page.locator(".viewer[data-ready=true] .stage").last.focus()
        place = int(page.locator(".viewer .position").last.inner_text().split("/")[0])
        step = 1
        for _ in range(count):
            step = step if 1 <= place + step <= self.n_films else -step
            place += step
            key = "ArrowRight" if step > 0 else "ArrowLeft"
            there = f'{_POSITION} === "{place} / {self.n_films}"'
            times.append(self.window.timed(partial(page.keyboard.press, key), there))
            if rests:
                self.window.rest()
        self.window.rest()
        return times

    def _method(self, title: str) -> float:
        shown = f'{_MODELS}.includes("· {title}")'
        if title == _OWN:
            all_there = f'{_POSITION}.endsWith("/ {self.n_films}")'
            shown = f'!{_MODELS}.includes("· {_ONE_PASS[0]}") && {all_there}'
        ms = self.window.choose("Method", title, shown)
        self.window.rest()
        return ms

    def _add(self, run: str) -> float:
        title = get_network(run).title
        ms = self.window.choose("Models", title, f'{_MODELS}.includes("{title}")')
        self.window.page.keyboard.press("Escape")
        self.window.rest()
        return ms

    def _pages(self, count: int) -> dict[str, list[float]]:
        """Name of a page -> times until all of it was drawn."""
        page = self.window.page
        times: dict[str, list[float]] = {}
        for number in range(count):
            name, heading = list(PAGES.items())[number % len(PAGES)]
            link = page.get_by_test_id("stTopNavLink").filter(has_text=name).first
            shown = f'document.querySelector("h1")?.textContent === "{heading}"'
            ms = self.window.timed(link.click, f"{shown} && {RESTS}")
            times.setdefault(name, []).append(ms)
            self.window.rest()
        return times


def _megabytes(what: str, app: App) -> Row:
    return {"what": what, "megabytes": round(memory_of(app.pid) / 1e6)}
