"""What stands below the answer on a sheet: maps, tables and sections."""

from collections.abc import Sequence
from io import BytesIO

from xray_core.reports.deck.content import Table
from xray_core.reports.opinion.content import LONG_LETTERS, Legend, Pane, Section
from xray_core.reports.opinion.sheet import (
    GAP,
    HALF,
    HEAD,
    LEFT,
    MUTED,
    NOTE,
    RULE,
    TEXT,
    WIDTH,
    Sheet,
    Style,
)

_MAP_MM, _MAPS_A_ROW = 42.0, 3
_THIRD = (WIDTH - 2 * GAP) / 3
_CELL, _CELL_HEAD = Style(7.2), Style(7.2, colour=MUTED)
_CELL_PAD, _COLUMN_GAP = 0.7, 1.5
_SECTION_GAP, _PARAGRAPH_GAP = 3.0, 0.6
_MOST_COLUMNS, _MOST_ROWS = 6, 12
"""Tables with more take the whole width."""


def draw_maps(sheet: Sheet, maps: Sequence[Pane], legend: Legend | None) -> None:
    """Three a row, each with its words, and the colours below them."""
    title, line = Style(8, bold=True), NOTE
    for start in range(0, len(maps), _MAPS_A_ROW):
        row = maps[start : start + _MAPS_A_ROW]
        below = max(
            sheet.height_of(pane.title, title, _THIRD)
            + sum(sheet.height_of(words, line, _THIRD) for words in pane.lines)
            for pane in row
        )
        sheet.need(_MAP_MM + below + 10)
        top = sheet.get_y()
        for place, pane in enumerate(row):
            x = LEFT + place * (_THIRD + GAP)
            sheet.framed(pane, x, top, _THIRD, _MAP_MM)
            sheet.set_y(top + _MAP_MM + 1)
            sheet.words(pane.title, title, x=x, width=_THIRD)
            for words in pane.lines:
                sheet.words(words, line, x=x, width=_THIRD)
        sheet.set_y(top + _MAP_MM + 1 + below + 2)
    if legend is not None:
        _legend(sheet, legend)


def _legend(sheet: Sheet, legend: Legend) -> None:
    sheet.take(NOTE)
    y, x, gap = sheet.get_y(), LEFT, 2.0
    low = sheet.get_string_width(legend.low)
    sheet.words(legend.low, NOTE, x=x, width=low + 1)
    sheet.image(BytesIO(legend.ramp), x + low + gap, y + 0.9, 36, 2, alt_text="Colour bar")
    sheet.set_y(y)
    x += low + 36 + 2 * gap
    sheet.words(f"{legend.high}. {legend.key}", NOTE, x=x, width=LEFT + WIDTH - x)
    sheet.set_y(sheet.get_y() + 4)


def draw_tables(sheet: Sheet, sections: Sequence[Section]) -> None:
    """Tables side by side where two have room, else one below the other."""
    if not sections:
        return
    tables = [section.table for section in sections if section.table]
    short = all(len(table.header) <= _MOST_COLUMNS for table in tables)
    short = short and all(len(table.rows) <= _MOST_ROWS for table in tables)
    width = HALF if short else WIDTH
    sheet.need(max(_table_height(sheet, item, width) for item in sections) if short else 20)
    top, bottom = sheet.get_y(), 0.0
    for place, section in enumerate(sections):
        if short:
            sheet.set_y(top)
        _table(sheet, section, LEFT + place * (HALF + GAP) if short else LEFT, width)
        bottom = max(bottom, sheet.get_y()) if short else sheet.get_y() + 3
        sheet.set_y(bottom)
    sheet.set_y(sheet.get_y() + 4)


def _table(sheet: Sheet, section: Section, x: float, width: float) -> None:
    assert section.table is not None
    sheet.words(section.title, HEAD, x=x, width=width)
    sheet.set_y(sheet.get_y() + 0.5)
    widths = _columns(sheet, section.table, width)
    _row(sheet, section.table.header, widths, x, _CELL_HEAD)
    for row in section.table.rows:
        _row(sheet, row, widths, x, _CELL)


def _row(sheet: Sheet, row: Sequence[str], widths: Sequence[float], x: float, style: Style) -> None:
    """One row; words wrap in their cell and stand at its foot."""
    high = [sheet.height_of(cell, style, wide) for cell, wide in zip(row, widths, strict=True)]
    sheet.need(max(high) + 2 * _CELL_PAD)
    top = sheet.get_y()
    bottom = top + max(high) + 2 * _CELL_PAD
    left = x
    for place, (cell, wide, height) in enumerate(zip(row, widths, high, strict=True)):
        sheet.set_y(bottom - _CELL_PAD - height)
        sheet.words(cell, style, x=left, width=wide, align="L" if place == 0 else "R")
        left += wide + _COLUMN_GAP
    sheet.box(x, bottom, left - _COLUMN_GAP - x, 0.15, RULE)
    sheet.set_y(bottom + 0.15)


def _columns(sheet: Sheet, table: Table, width: float) -> list[float]:
    """Widths of the cells: as their words need where there is room, else in that proportion."""
    sheet.take(_CELL)
    wanted = [
        max(sheet.get_string_width(cell) for cell in column) + 0.5
        for column in zip(table.header, *table.rows, strict=True)
    ]
    room = width - _COLUMN_GAP * (len(wanted) - 1)
    spare = (room - sum(wanted)) / len(wanted)
    if spare >= 0:
        return [wide + spare for wide in wanted]
    return [wide * room / sum(wanted) for wide in wanted]


def _table_height(sheet: Sheet, section: Section, width: float) -> float:
    assert section.table is not None
    widths = _columns(sheet, section.table, width)
    rows = (section.table.header, *section.table.rows)
    cells = sum(
        max(sheet.height_of(cell, _CELL, wide) for cell, wide in zip(row, widths, strict=True))
        for row in rows
    )
    return cells + len(rows) * (2 * _CELL_PAD + 0.15) + HEAD.line + 1


def draw_sections(sheet: Sheet, sections: Sequence[Section]) -> None:
    """Two columns, each section below the shorter one; long sections take the whole width."""
    top = sheet.get_y()
    bottoms = [top, top]
    for section in sections:
        if sum(map(len, section.lines)) > LONG_LETTERS:
            sheet.set_y(max(bottoms))
            sheet.need(HEAD.line + 3 * TEXT.line)
            draw_section(sheet, section, LEFT, WIDTH)
            bottoms = [sheet.get_y() + _SECTION_GAP] * 2
            continue
        height = section_height(sheet, section, HALF)
        column = bottoms.index(min(bottoms))
        sheet.set_y(bottoms[column])
        if height > sheet.room:
            sheet.add_page()
            bottoms, column = [sheet.get_y()] * 2, 0
        draw_section(sheet, section, LEFT + column * (HALF + GAP), HALF)
        bottoms[column] = sheet.get_y() + _SECTION_GAP
    sheet.set_y(max(bottoms))


def draw_section(sheet: Sheet, section: Section, x: float, width: float) -> None:
    """A heading, and a paragraph per line."""
    sheet.words(section.title, HEAD, x=x, width=width)
    for line in section.lines:
        sheet.words(line, x=x, width=width)
        sheet.set_y(sheet.get_y() + _PARAGRAPH_GAP)


def section_height(sheet: Sheet, section: Section, width: float) -> float:
    """What `draw_section` takes, in mm."""
    lines = sum(sheet.height_of(line, TEXT, width) + _PARAGRAPH_GAP for line in section.lines)
    return sheet.height_of(section.title, HEAD, width) + lines
