"""The app in a browser: every step has a time, and what is not there is named."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from xray_core.benchmarks import app, app_window
from xray_core.benchmarks.app import PAGES, WANTED_MS, bench_app, row_of
from xray_core.benchmarks.registry import has_failed
from xray_core.errors import XrayError


def test_a_row_says_what_was_wanted() -> None:
    assert row_of("next film", [100.0] * 19 + [300.0]) == {
        "what": "next film",
        "n": 20,
        "ms_p50": 100,
        "ms_p95": 110,
        "wanted_ms": 150,
    }
    assert "wanted_ms" not in row_of("next film at once", [1.0])
    assert row_of("page change to Train", [1.0], "page change")["wanted_ms"] == 400


def test_a_machine_without_chromium_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(XrayError, match="no Chromium"):
        app_window.find_chromium()


def test_a_machine_without_playwright_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/chromium")
    monkeypatch.setattr(app_window, "find_spec", lambda _: None)
    with pytest.raises(XrayError, match="Playwright is not installed"):
        app_window.find_chromium()


@pytest.mark.long
@pytest.mark.browser
def test_a_visitor_has_a_time_for_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "STARTS", 1)
    with ThreadPoolExecutor(1) as apart:  # the other browser tests have a loop of their own here
        rows = apart.submit(bench_app, runs=("small_cnn",), n_films=24, count=len(PAGES)).result()
    by_name = {row["what"]: row for row in rows}
    alone = {"loaded model"}  # needs a second one
    assert WANTED_MS.keys() - alone <= by_name.keys()
    assert by_name["page change"]["n"] == len(PAGES)
    assert all(0 < row["ms_p50"] <= row["ms_p95"] for row in rows if "ms_p50" in row)
    assert all(row["megabytes"] > 0 for row in rows if "megabytes" in row)
    assert not has_failed(rows)
