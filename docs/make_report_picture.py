"""Draw `docs/report.jpg`, the report of a synthetic film: `python -m docs.make_report_picture`."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2

from xray_core.data.decoding.images import load_image
from xray_core.data.phantom import write_phantoms
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.consulted import Consulted
from xray_core.opinion.known import rates_of
from xray_core.opinion.reader import ReaderWord
from xray_core.reports.opinion.content import opinion_report
from xray_core.reports.opinion.pdf import pdf_bytes

PICTURE = Path(__file__).resolve().parent / "report.jpg"
MODELS = ("small_cnn", "resnet50", "xception")
NAME = "synthetic-covid-00004.png"
PREVALENCE = 0.1
TIME = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def main() -> None:
    """Ask the shipped models, write the report, and draw its first page."""
    models = [Consulted.of(name) for name in MODELS]
    with tempfile.TemporaryDirectory() as folder:
        write_phantoms(Path(folder), 4, 1)
        film = load_image(next(Path(folder).rglob(NAME)))
    opinion = give_opinion(film, models, name=NAME, age_group="adult")
    rates = rates_of(models, "adult")
    report = opinion_report(
        film,
        opinion,
        word=ReaderWord("accepted", opinion.verdict, TIME),
        comment="A film drawn by this program: there is no patient.",
        frequencies=rates.words(PREVALENCE, "adult") if rates else "",
        time=TIME,
    )
    document = pypdfium2.PdfDocument(pdf_bytes(report))
    picture = document[0].render(scale=1000 / document[0].get_width()).to_pil()
    picture.convert("RGB").save(PICTURE, quality=72, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
