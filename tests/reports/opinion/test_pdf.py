"""The report, read back from its PDF and its HTML."""

import html
import re
from pathlib import Path

import pypdfium2
import pytest

from tests.reports.opinion.conftest import CLASSES, SIDE, TIME, MakeReport
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.opinion.reader import ReaderWord
from xray_core.reports import fonts
from xray_core.reports.opinion import pdf
from xray_core.reports.opinion.content import OpinionReport
from xray_core.reports.opinion.html import html_text
from xray_core.reports.opinion.pdf import pdf_bytes

ONLY = "Research only, not a diagnosis."
WORD = ReaderWord("rejected", "I see no opacity.", TIME, "Rotated film.")
POINTS_PER_MM = 72 / 25.4


def plain(text: str) -> str:
    """Without line ends, and with one kind of space."""
    return re.sub(r"\s+", " ", text.replace("\u00ad", ""))


def pages_of(report: OpinionReport) -> list[str]:
    document = pypdfium2.PdfDocument(pdf_bytes(report))
    return [plain(page.get_textpage().get_text_bounded()) for page in document]


def words_of_html(report: OpinionReport) -> str:
    body = html_text(report).split("</style>")[1]
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", body)))


def n_pictures(report: OpinionReport) -> int:
    document = pypdfium2.PdfDocument(pdf_bytes(report))
    kinds = [item.type for page in document for item in page.get_objects()]
    return kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE)


def test_pdf_and_html_hold_the_numbers_of_the_answer(make_report: MakeReport) -> None:
    report = make_report()
    (text,), web = pages_of(report), words_of_html(report)
    numbers = []
    for label in CLASSES:
        each = [probability_text(model.probabilities[label]) for model in report.opinion.models]
        numbers.append(" ".join([label_title(label), *each]))
    for label, value in report.opinion.mean.items():
        each = [probability_text(model.restricted[label]) for model in report.opinion.models]
        held = "yes" if label == "covid" else "no"
        numbers.append(" ".join([label_title(label), held, probability_text(value), *each]))
    for row in numbers:
        assert row in text
        assert row in web


def test_an_ordinary_report_is_one_page_that_says_all(make_report: MakeReport) -> None:
    report = make_report(word=WORD, comment="Ward round.", frequencies="Of 100 adults, 10.")
    (text,), web = pages_of(report), words_of_html(report)
    assert text.count(ONLY) == web.count(ONLY) == 2
    for words in (
        "film.png",
        "Adult",
        "2026-05-04 09:30",
        "Opacity like that of COVID-19 films (0.92)",
        "Nothing found against an upright frontal chest film",
        "cannot recognise bacterial pneumonia",
        "Grad-CAM",
        "Trust: poor.",
        "left lower zone (41 %)",
        "Of 100 adults, 10.",
        "Rejected on 2026-05-04 09:30: I see no opacity.",
        "Rotated film.",
        "Ward round.",
        "run-1, weights 1a2b3c4d5e6f",
        "ThoraxLens 0.1.0",
        "film 0123456789abcdef",
    ):
        assert words in text, words
        assert words in web, words
    assert n_pictures(report) == 1 + 3 + 1


def test_a_stopped_film_has_no_class_and_no_map(make_report: MakeReport) -> None:
    report = make_report(SIDE, frequencies="Of 100 adults, 10.")
    for text in (pages_of(report)[0], words_of_html(report)):
        assert "No answer for this film" in text
        assert "The film lies on its side. Turn it." in text
        assert not [label for label in CLASSES if label_title(label).lower() in text.lower()]
        assert "Of 100" not in text
        assert not re.search(r"\b[01]\.\d\d\b", text)
    assert n_pictures(report) == 1
    assert html_text(report).count("<img") == 1


def test_an_overridden_film_says_so_before_the_answer(make_report: MakeReport) -> None:
    report = make_report(SIDE.answer_anyway(), sure=False)
    for text in (pages_of(report)[0], words_of_html(report)):
        assert text.index("Not a frontal chest film by the gate") < text.index("Not sure: either")
        assert "The film lies on its side." in text


@pytest.mark.long
def test_an_answer_that_is_not_sure_has_reasons_and_no_map(make_report: MakeReport) -> None:
    report = make_report(sure=False)
    (text,) = pages_of(report)
    assert "At 90 % these cannot be told apart." in text
    assert "No map is shown" in text
    assert n_pictures(report) == 1


@pytest.mark.long
def test_long_words_go_on_and_none_is_cut(make_report: MakeReport) -> None:
    comment = " ".join(f"word{number}" for number in range(1500))
    report = make_report(name="n" * 250 + ".png", comment=comment)
    document = pypdfium2.PdfDocument(pdf_bytes(report))
    pages = pages_of(report)
    assert len(pages) == 3
    text = " ".join(pages)
    assert all(f"word{number}" in text for number in (0, 700, 1499))
    assert "".join(pages[0].split()).count("n" * 250) == 1
    for page in document:
        words = page.get_textpage()
        boxes = [words.get_charbox(place) for place in range(words.count_chars())]
        width, height = page.get_size()
        edge = 10 * POINTS_PER_MM
        assert min(box[0] for box in boxes if box[2] > box[0]) > edge
        assert max(box[2] for box in boxes) < width - edge
        assert max(box[3] for box in boxes) < height - 5 * POINTS_PER_MM


def test_greek_cyrillic_and_arabic_can_be_selected(make_report: MakeReport) -> None:
    name = "Θώραξ – Рентгенограмма №7.png"
    (text,) = pages_of(make_report(name=name))
    assert name in text
    (text,) = pages_of(make_report(comment="صدر"))
    assert "Not printed" not in text


def test_a_script_without_a_font_is_said_and_kept_in_the_html(
    make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "system_fonts", lambda missing: ((), frozenset(missing)))
    report = make_report(comment="胸部 clear")
    (text,) = pages_of(report)
    assert "2 characters of another script cannot be printed" in text
    assert "clear" in text
    assert "胸部" in words_of_html(report)


def test_a_font_of_the_machine_draws_what_ours_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".local/share/fonts"
    folder.mkdir(parents=True)
    (folder / "damaged.ttf").write_bytes(b"no font")
    (folder / "own.ttf").write_bytes(fonts.REGULAR.read_bytes())
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setenv("HOME", str(tmp_path))
    fonts._font_for.cache_clear()
    found, nowhere = fonts.system_fonts("\u0627\U000f0000")
    fonts._font_for.cache_clear()
    assert len(found) == 1
    assert nowhere == {"\U000f0000"}


def test_markup_and_turning_letters_of_a_name_are_shown_as_they_are(
    make_report: MakeReport,
) -> None:
    report = make_report(name="<b>x</b>\u202egpj.png")
    assert "<b>x</b>" not in html_text(report)
    assert "<b>x</b>\ufffdgpj.png" in pages_of(report)[0]
