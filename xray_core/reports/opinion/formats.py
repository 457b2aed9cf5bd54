"""The formats in which an opinion leaves the room: a line each.

What a format needs is imported when it is written, so that the command line starts at once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xray_core.files import replacing

if TYPE_CHECKING:
    from xray_core.reports.opinion.content import OpinionReport

Writer = Callable[["OpinionReport", Path], list[Path]]


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        words: what it is, for the command line.
        write: writes a report into a folder, each file in one step, and returns the files. A file
            of the same name is replaced.
    """

    words: str
    write: Writer


def json_text(report: "OpinionReport") -> str:
    """The answer with the reader's word, as JSON."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n"


def _json(report: "OpinionReport", folder: Path) -> list[Path]:
    return [_write(folder / f"{report.stem}.json", json_text(report).encode())]


def _pdf(report: "OpinionReport", folder: Path) -> list[Path]:
    from xray_core.reports.opinion.pdf import pdf_bytes

    return [_write(folder / f"{report.stem}.pdf", pdf_bytes(report))]


def _html(report: "OpinionReport", folder: Path) -> list[Path]:
    from xray_core.reports.opinion.html import html_text

    return [_write(folder / f"{report.stem}.html", html_text(report).encode())]


def _write(path: Path, data: bytes) -> Path:
    with replacing(path) as part:
        part.write_bytes(data)
    return path


FORMATS: Mapping[str, Format] = {
    "pdf": Format("a page to print, A4", _pdf),
    "html": Format("a page for the browser, complete by itself", _html),
    "json": Format("all figures", _json),
}
"""Option of the command line -> format."""
