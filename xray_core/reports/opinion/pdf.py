"""A report as PDF: one light A4 page, and more where words need them; text can be selected."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace

from xray_core import __version__
from xray_core.reports.fonts import missing_in, system_fonts
from xray_core.reports.opinion.blocks import (
    draw_maps,
    draw_section,
    draw_sections,
    draw_tables,
    section_height,
)
from xray_core.reports.opinion.content import Bar, OpinionReport, ReportPage, Section
from xray_core.reports.opinion.page import page_of
from xray_core.reports.opinion.sheet import (
    ACCENT,
    AMBER,
    AMBER_BACK,
    GAP,
    HALF,
    LEFT,
    MUTED,
    NOTE,
    PALE,
    RULE,
    TEXT,
    TRACK,
    WIDTH,
    Sheet,
    Style,
)

LAST_PLAIN = "\u052f"
"""Letters up to here (Latin, Greek, Cyrillic) stand one beside the other."""

_FILM_MM = 64.0
_NAME_SIZES = (15, 13, 11, 9)
_VERDICT = Style(13, bold=True, leading=1.25)


def pdf_bytes(report: OpinionReport) -> bytes:
    """The whole file."""
    page = page_of(report)
    text = "".join(_words_in(page))
    fonts, unprintable = system_fonts(missing_in(text))
    if unprintable:
        page = replace(page, sections=(*page.sections, _not_printed(len(unprintable))))
    sheet = Sheet(fonts, unprintable, shaped=any(c.isalpha() and c > LAST_PLAIN for c in text))
    sheet.set_title(f"Second opinion: {page.name}")
    sheet.set_creator(f"ThoraxLens {__version__}")
    sheet.set_lang("en")
    sheet.set_creation_date(report.time)
    sheet.add_page()
    _head(sheet, page)
    later = _hero(sheet, page)
    draw_maps(sheet, page.maps, page.legend)
    draw_tables(sheet, page.tables)
    draw_sections(sheet, (*later, *page.sections))
    _foot(sheet, page.footer)
    return bytes(sheet.output() or b"")


def _words_in(part: object) -> Iterator[str]:
    """Every word of the page."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _words_in(item)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _words_in(getattr(part, field.name))


def _not_printed(number: int) -> Section:
    letters = "1 character" if number == 1 else f"{number} characters"
    return Section(
        "Not printed",
        (
            f"{letters} of another script cannot be printed: no font on this machine has them. "
            "The HTML report shows them.",
        ),
    )


def _head(sheet: Sheet, page: ReportPage) -> None:
    styles = [Style(size, bold=True, leading=1.2) for size in _NAME_SIZES]
    fits = (style for style in styles if sheet.height_of(page.name, style) <= 1.1 * style.line)
    sheet.words(page.name, next(fits, styles[-1]))
    sheet.set_y(sheet.get_y() + 0.5)
    for line in page.about:
        sheet.words(line, NOTE)
    sheet.set_y(sheet.get_y() + 3)
    if page.warning:
        inner = WIDTH - 8
        height = sheet.height_of(page.warning, TEXT, inner) + 4
        top = sheet.get_y()
        sheet.box(LEFT, top, WIDTH, height, AMBER_BACK)
        sheet.box(LEFT, top, 1, height, AMBER)
        sheet.set_y(top + 2)
        sheet.words(page.warning, x=LEFT + 4, width=inner)
        sheet.set_y(top + height + 4)


def _hero(sheet: Sheet, page: ReportPage) -> tuple[Section, ...]:
    """Film at the left, answer at the right; sections for which there is no room come back."""
    top, right = sheet.get_y(), LEFT + HALF + GAP
    sheet.framed(page.film, LEFT, top, HALF, _FILM_MM)
    sheet.set_y(top + _FILM_MM + 1)
    caption = ", ".join((page.film.title, *page.film.lines))
    sheet.words(caption, NOTE, width=HALF)
    bottom = sheet.get_y()
    sheet.set_y(top - 1)
    sheet.words(page.verdict, _VERDICT, x=right, width=HALF)
    sheet.set_y(sheet.get_y() + 1.5)
    for reason in page.reasons:
        sheet.words(reason, x=right, width=HALF)
        sheet.set_y(sheet.get_y() + 1)
    _bars(sheet, page.bars, right)
    if page.bars_note:
        sheet.words(page.bars_note, NOTE, x=right, width=HALF)
    later = []
    for section in page.beside:
        height = section_height(sheet, section, HALF)
        if sheet.get_y() + 3 + height > bottom + 8:
            later.append(section)
            continue
        sheet.set_y(sheet.get_y() + 3)
        draw_section(sheet, section, right, HALF)
    sheet.set_y(max(bottom, sheet.get_y()) + 4)
    return tuple(later)


def _bars(sheet: Sheet, bars: Sequence[Bar], x: float) -> None:
    if not bars:
        return
    sheet.set_y(sheet.get_y() + 1)
    sheet.take(Style(8, bold=True))
    room = max(sheet.get_string_width(bar.title) for bar in bars)
    title, number = min(room + 3, HALF / 2), 11.0
    track = HALF - title - number
    for bar in bars:
        style = Style(8, bold=bar.kept)
        top = sheet.get_y()
        sheet.words(bar.title, style, x=x, width=title)
        bottom = sheet.get_y()
        middle = top + style.line / 2 - 1.2
        sheet.box(x + title, middle, track, 2.4, TRACK)
        if bar.share > 0:
            colour = ACCENT if bar.kept else PALE
            sheet.box(x + title, middle, track * bar.share, 2.4, colour)
        sheet.set_y(top)
        sheet.words(bar.number, style, x=x + HALF - number, width=number, align="R")
        sheet.set_y(bottom + 1)
    sheet.set_y(sheet.get_y() + 0.5)


def _foot(sheet: Sheet, words: str) -> None:
    """Version and weights, below a line."""
    style = Style(6.5, colour=MUTED)
    sheet.need(sheet.height_of(words, style) + 3)
    top = sheet.get_y() + 1
    sheet.box(LEFT, top, WIDTH, 0.2, RULE)
    sheet.set_y(top + 1.5)
    sheet.words(words, style)
