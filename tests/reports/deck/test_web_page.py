"""The HTML deck: the stored figures to the digit, and nothing that is loaded from elsewhere."""

import html
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from xray_core.cli import main
from xray_core.explain.attribution import Attribution
from xray_core.reports.deck.content import Bars, Deck, FilmMaps, ModelMaps, Slide
from xray_core.reports.deck.names import short_hash
from xray_core.reports.deck.web_page import write_web_page
from xray_core.runs.store import open_run

pytestmark = pytest.mark.long

RUNS = ("small_cnn", "xception")
DATA = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("deck") / "deck.html"
    words = [word for name in RUNS for word in ("--run", name)]
    assert main(["present", *words, "--films", "1", "--theme", "dark", "--out", str(out)]) == 0
    assert out.stat().st_size < 8e6
    return out.read_text("utf-8")


def slide_of(page: str, title: str) -> str:
    (found,) = [part for part in page.split("<section ") if f">{title}" in part]
    return found


def data_of(part: str) -> list[Any]:
    return [json.loads(text) for text in DATA.findall(part)]


def test_bars_and_whiskers_are_the_stored_scores_to_the_digit(page: str) -> None:
    (figure,) = data_of(slide_of(page, "How good they are"))
    for trace, name in zip(figure["data"], RUNS, strict=True):
        scores = open_run(name).scores()
        keys = ("accuracy", "balanced_accuracy", "macro_f1", "auc_macro")
        assert trace["y"] == [scores[key]["value"] for key in keys]
        ends = trace["error_y"]
        highs = [value + up for value, up in zip(trace["y"], ends["array"], strict=True)]
        lows = [value - down for value, down in zip(trace["y"], ends["arrayminus"], strict=True)]
        assert highs == pytest.approx([scores[key]["high"] for key in keys], abs=1e-9)
        assert lows == pytest.approx([scores[key]["low"] for key in keys], abs=1e-9)


def test_the_confusion_holds_the_stored_counts(page: str) -> None:
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", slide_of(page, "What Xception calls"))
    counts = open_run("xception").scores()["confusion"]
    assert [cell for cell in cells if re.fullmatch("[0-9,]+", cell)] == [
        f"{n:,}" for row in counts for n in row
    ]


def test_a_film_has_the_maps_of_every_class_and_model(page: str) -> None:
    (film,) = data_of(slide_of(page, "COVID-19: the models"))
    assert {(item["run"], item["label"]) for item in film["maps"]} == {
        (name, label) for name in RUNS for label in open_run(name).classes
    }
    assert film["synthetic"] is True


def test_nothing_is_loaded_from_elsewhere_and_every_run_is_named(page: str) -> None:
    assert page.startswith('<!DOCTYPE html>\n<html lang="en" data-theme="dark">')
    own = page.partition("</head>")[2]
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:)""", own)
    for name in RUNS:
        assert f"{name} {short_hash(open_run(name))}" in html.unescape(own)


def test_texts_from_outside_never_become_markup(tmp_path: Path) -> None:
    bad = "</script><img src=x onerror=alert(1)>"
    score = {"value": 0.5, "low": None, "high": None, "n": 4}
    maps = ModelMaps(bad, bad, (Attribution(np.ones((2, 2), np.float32), "grad_cam", bad, 0.9),))
    film = FilmMaps(np.zeros((8, 8), np.uint8), bad, False, (maps,))
    slides = (Slide(bad, bad, (bad,), (Bars(bad, (bad,), {bad: (score,)}), film)),)
    write_web_page(Deck(slides, bad), tmp_path / "a.html")
    assert "<img src=x" not in (tmp_path / "a.html").read_text("utf-8").partition("</head>")[2]
