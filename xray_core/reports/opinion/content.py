"""What a report of one film is made of, before anybody writes it.

film, opinion, the reader's assessment -> `OpinionReport` -> JSON, CSV, DICOM
                                          |
                                      `ReportPage` -> PDF, HTML
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from xray_core import __version__
from xray_core.data.decoding.images import Film
from xray_core.data.decoding.tag_list import patient_tags_of
from xray_core.opinion.opinion import Opinion
from xray_core.opinion.reader import ReaderWord
from xray_core.reports.deck.content import Table
from xray_core.reports.research import RESEARCH_ONLY

LONG_LETTERS = 600
"""Sections with more letters take the whole width, and may go over pages."""

_MOST_STEM = 80
_NOT_IN_NAMES = '<>:"/\\|?*'


@dataclass(frozen=True, eq=False)
class OpinionReport:
    """All that leaves the room with one film; it is never changed.

    Attributes:
        film: as it was answered, in the size in which it is drawn.
        opinion: the answer, or why there is none.
        time: when the report was made, with its time zone.
        stem: what the names of its files begin with.
        source: bytes of the file, for writers that keep patient and study; empty for none.
        word: of the reader; None without.
        comment: free text of the reader; may be empty.
        frequencies: natural frequencies at the prevalence that the reader set; "" without.
        tags: (name, value) of the tags that say who the patient is; empty unless asked for.
        turned: degrees clockwise by which the film was turned after it was read.
    """

    film: Film
    opinion: Opinion
    time: datetime
    stem: str = "film"
    source: bytes = b""
    word: ReaderWord | None = None
    comment: str = ""
    frequencies: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    turned: int = 0

    def as_json(self) -> dict[str, Any]:
        """The answer as `Opinion.as_json` gives it, and what the reader and the report add."""
        return self.opinion.as_json() | {
            "reader": self.word.as_json() if self.word else None,
            "comment": self.comment,
            "frequencies": self.frequencies,
            "patient": dict(self.tags) or None,
            "time": self.time.isoformat(timespec="seconds"),
            "version": __version__,
            "research_only": RESEARCH_ONLY,
        }


def opinion_report(
    film: Film,
    opinion: Opinion,
    *,
    source: bytes = b"",
    word: ReaderWord | None = None,
    comment: str = "",
    frequencies: str = "",
    with_tags: bool = False,
    time: datetime | None = None,
) -> OpinionReport:
    """Put together what a report of one film says.

    Args:
        film: that was answered, in the size in which it is drawn.
        opinion: the answer to it.
        source: bytes of its file.
        word: of the reader.
        comment: free text of the reader.
        frequencies: as `Frequencies.words` gives them at the prevalence that the reader set.
        with_tags: whether the tags of a DICOM file that name the patient are taken along.
        time: of the report, with its time zone; None for now.
    """
    return OpinionReport(
        film=film,
        opinion=opinion,
        time=time or datetime.now().astimezone(),
        stem=file_stem(opinion.name),
        source=source,
        word=word,
        comment=comment.strip(),
        frequencies=frequencies if opinion.mean else "",
        tags=patient_tags_of(source) if with_tags else (),
    )


def file_stem(name: str) -> str:
    """The name of a file without folders, ending, and what no file name may have on some system.

    >>> file_stem("ward/film: 1.dcm")
    'film 1'
    """
    stem = PurePath(name).stem
    kept = "".join(c for c in stem if c.isprintable() and c not in _NOT_IN_NAMES)
    while len(kept.encode()) > _MOST_STEM:
        kept = kept[:-1]
    return kept.strip(" .") or "film"


def unique_stem(stem: str, taken: Collection[str]) -> str:
    """The stem, or with the first number that makes it another than those taken."""
    number, found = 1, stem
    folded = {name.casefold() for name in taken}  # some file systems know no capitals
    while found.casefold() in folded:
        number += 1
        found = f"{stem}-{number}"
    return found


@dataclass(frozen=True)
class Pane:
    """A picture with the words below it.

    Attributes:
        data: JPEG.
        width_px, height_px: its size.
        alt: what it shows, for those who cannot see it.
        title: a few words.
        lines: further ones, below the title.
    """

    data: bytes
    width_px: int
    height_px: int
    alt: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    """A probability as a bar.

    Attributes:
        title: of the class.
        share: in [0, 1].
        number: as it is displayed.
        kept: whether the class is in the 90 % set.
    """

    title: str
    share: float
    number: str
    kept: bool


@dataclass(frozen=True)
class Section:
    """A heading with sentences, each a paragraph, or with a table."""

    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Legend:
    """The colours of maps.

    Attributes:
        ramp: JPEG of the colour bar.
        low, high: what its ends mean.
        key: what is drawn besides.
    """

    ramp: bytes
    low: str
    high: str
    key: str


@dataclass(frozen=True)
class ReportPage:
    """What the page says, in its order; PDF and HTML hold the same words.

    Attributes:
        name: of the film's file.
        about: patient, file and time, a line each.
        warning: what must be read before the answer; "" without.
        verdict: the answer in a few words.
        reasons: why it is not sure, or what a stopped film shows and what to do about it.
        bars: mean of the models among the classes that they met; empty without an answer.
        bars_note: what the bars and their set mean.
        beside: what stands below the answer, beside the film.
        film: the film alone.
        maps: of each model; empty where none may be shown.
        legend: None without maps.
        tables: probabilities of each model.
        sections: all else.
        footer: version and weights.
    """

    name: str
    about: tuple[str, ...]
    warning: str
    verdict: str
    reasons: tuple[str, ...]
    bars: tuple[Bar, ...]
    bars_note: str
    beside: tuple[Section, ...]
    film: Pane
    maps: tuple[Pane, ...]
    legend: Legend | None
    tables: tuple[Section, ...]
    sections: tuple[Section, ...]
    footer: str
