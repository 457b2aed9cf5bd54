"""The formats in which an opinion leaves the room: a line each.

What a format needs is imported when it is written, so that the command line starts at once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from xray_core.files import replacing

if TYPE_CHECKING:
    from xray_core.reports.dicom.objects import DicomStudy
    from xray_core.reports.opinion.content import OpinionReport

Writer = Callable[["OpinionReport", Path], list[Path]]

_pdfs: "WeakKeyDictionary[OpinionReport, bytes]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        words: what it is, for the command line.
        write: writes a report into a folder, each file in one step, and returns the files. A file
            of the same name is replaced.
        remarks: notes on the files of a report, a sentence each.
    """

    words: str
    write: Writer
    remarks: Callable[["OpinionReport"], tuple[str, ...]] = lambda _: ()


def json_text(report: "OpinionReport") -> str:
    """The answer with the reader's assessment, as JSON."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n"


def _json(report: "OpinionReport", folder: Path) -> list[Path]:
    return [_write(folder / f"{report.stem}.json", json_text(report).encode())]


def _pdf(report: "OpinionReport", folder: Path) -> list[Path]:
    return [_write(folder / f"{report.stem}.pdf", _drawn(report))]


def _drawn(report: "OpinionReport") -> bytes:
    """The report as PDF, which two formats need; drawn once."""
    from xray_core.reports.opinion.pdf import pdf_bytes

    if report not in _pdfs:
        _pdfs[report] = pdf_bytes(report)
    return _pdfs[report]


def _html(report: "OpinionReport", folder: Path) -> list[Path]:
    from xray_core.reports.opinion.html import html_text

    return [_write(folder / f"{report.stem}.html", html_text(report).encode())]


def dicom_zip(report: "OpinionReport") -> bytes:
    """The DICOM objects of a report, as files in a ZIP archive."""
    from xray_core.reports.dicom.objects import as_zip

    return as_zip(_study(report).objects)


def _study(report: "OpinionReport") -> "DicomStudy":
    from xray_core.reports.dicom.objects import dicom_study

    return dicom_study(
        report.opinion,
        report.film,
        report.source,
        turned=report.turned,
        word=report.word,
        comment=report.comment,
        pdf=_drawn(report),
    )


def _dicom(report: "OpinionReport", folder: Path) -> list[Path]:
    return [
        _write(folder / f"{report.stem}-{item.name}.dcm", item.encode())
        for item in _study(report).objects
    ]


def _dicom_remarks(report: "OpinionReport") -> tuple[str, ...]:
    from xray_core.reports.dicom.objects import remarks

    return remarks(report.opinion, report.source)


def _write(path: Path, data: bytes) -> Path:
    with replacing(path) as part:
        part.write_bytes(data)
    return path


FORMATS: Mapping[str, Format] = {
    "pdf": Format("a page to print, A4", _pdf),
    "html": Format("a page for the browser, complete by itself", _html),
    "json": Format("all figures", _json),
    "dicom": Format("DICOM objects for the study of the film", _dicom, _dicom_remarks),
}
"""Option of the command line -> format."""
