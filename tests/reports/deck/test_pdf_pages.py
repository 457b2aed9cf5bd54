"""The PDF of a deck: a page per slide, the stored figures in words, nothing beyond its edges."""

from pathlib import Path

import pypdfium2
import pytest

from xray_core.reports.deck.content import Bars, Deck, Slide, Table
from xray_core.reports.deck.measured import overall_bars
from xray_core.reports.deck.names import short_hash
from xray_core.reports.deck.pdf_pages import write_pdf
from xray_core.reports.deck.story import tell_story
from xray_core.runs.store import Run, open_run

pytestmark = pytest.mark.long

RUNS = ("small_cnn", "xception")


@pytest.fixture(scope="module")
def told() -> Deck:
    return tell_story([open_run(name) for name in RUNS])


@pytest.fixture(scope="module")
def texts(told: Deck, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("deck") / "deck.pdf"
    write_pdf(told, path, "dark")
    return words_of(path)


def words_of(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as document:
        width, height = document[0].get_size()
        assert width / height == pytest.approx(16 / 9, abs=1e-3)
        return [page.get_textpage().get_text_range() for page in document]


def test_every_slide_is_a_page_with_its_title_and_the_runs(told: Deck, texts: list[str]) -> None:
    assert len(texts) == len(told.slides)
    for slide, text in zip(told.slides, texts, strict=True):
        assert slide.title in text
        for name in RUNS:
            assert f"{name} {short_hash(open_run(name))}" in text


def test_bars_say_the_stored_scores(told: Deck, texts: list[str]) -> None:
    (place,) = [n for n, slide in enumerate(told.slides) if "How good" in slide.title]
    bars = overall_bars([open_run(name) for name in RUNS])
    said = texts[place].split()
    wanted = [f"{score['value']:.2f}" for row in bars.series.values() for score in row if score]
    for words in set(wanted):
        assert said.count(words) == wanted.count(words)


def test_the_confusion_says_the_stored_counts(told: Deck, texts: list[str]) -> None:
    (place,) = [n for n, slide in enumerate(told.slides) if "What Xception calls" in slide.title]
    words = texts[place].split()
    for row in open_run("xception").scores()["confusion"]:
        assert all(f"{count:,}" in words for count in row)


def test_long_names_shrink_and_stay_on_the_page(tmp_path: Path) -> None:
    long = "A model of a very long name that somebody gave it " * 3
    score = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9}
    bars = Bars("Score", (long, "b"), {long: (score, None), "Other": (score, score)})
    table = Table((long, "n"), ((long, "1"),))
    write_pdf(Deck((Slide(long, "", (long,), (bars, table)),), long * 2), tmp_path / "a.pdf")
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        page = document[0].get_textpage()
        width, height = document[0].get_size()
        for rect in range(page.count_rects()):
            left, bottom, right, top = page.get_rect(rect)
            assert left >= 0
            assert bottom >= 0
            assert right <= width
            assert top <= height


def test_one_small_run_without_kept_maps_is_a_pdf_too(tiny_run: Run, tmp_path: Path) -> None:
    told = tell_story([tiny_run])
    write_pdf(told, tmp_path / "a.pdf")
    assert len(words_of(tmp_path / "a.pdf")) == len(told.slides)
