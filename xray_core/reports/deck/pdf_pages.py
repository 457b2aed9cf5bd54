"""A deck as PDF, a page of 16:9 per slide: words can be selected, charts are lines and shapes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from xray_core import __version__
from xray_core.reports.deck.content import (
    Bars,
    Curves,
    Deck,
    Drawable,
    FilmMaps,
    Picture,
    Slide,
    Table,
)
from xray_core.reports.deck.pdf_charts import draw_bars, draw_curves
from xray_core.reports.deck.pdf_sheet import HEIGHT, LEFT, RIGHT, WIDTH, Room, SlideSheet
from xray_core.reports.deck.pictures import film_picture
from xray_core.reports.deck.themes import THEMES, shaded
from xray_core.reports.fonts import missing_in, system_fonts

_TITLE_Y, _BODY_Y, _BODY_END, _FOOT_Y = 10.0, 27.0, 176.0, 183.0
_GAP = 8.0
_MOST_ROW = 15.0


def write_pdf(deck: Deck, path: Path, theme: str = "light") -> None:
    """Write a deck as `.pdf`.

    Args:
        deck: what to draw.
        path: of the file, which is replaced.
        theme: key in `THEMES`.

    Raises:
        OSError: no room or no right to write.
    """
    fonts, _ = system_fonts(missing_in("".join(_words_in(deck))))
    sheet = SlideSheet(THEMES[theme], fonts)
    sheet.set_title(deck.slides[0].title)
    sheet.set_creator(f"ThoraxLens {__version__}")
    sheet.set_lang("en")
    for number, slide in enumerate(deck.slides, 1):
        sheet.add_page()
        sheet.box((0, 0, WIDTH, HEIGHT), sheet.theme.back)
        sheet.box((0, 0, 2.2, HEIGHT), sheet.theme.accent)
        _body(sheet, slide, theme)
        footer = slide.footer or deck.footer
        sheet.ink(sheet.fitting(footer, 9, RIGHT - LEFT - 16), sheet.theme.muted)
        sheet.put(footer, (LEFT, _FOOT_Y), "left", RIGHT - LEFT - 16)
        sheet.ink(10, sheet.theme.muted)
        sheet.put(f"{number}", (RIGHT, _FOOT_Y), "right")
    path.write_bytes(bytes(sheet.output() or b""))


def _words_in(deck: Deck) -> Iterator[str]:
    yield deck.footer
    for slide in deck.slides:
        yield slide.title + slide.footer
        yield from slide.lines
        for block in slide.blocks:
            if isinstance(block, Table):
                yield from block.header
                yield from (cell for row in block.rows for cell in row)
            elif isinstance(block, Bars):
                yield from (block.axis, *block.groups, *block.series)
            elif isinstance(block, Curves):
                yield from (block.x_axis, block.y_axis, *block.series)


def _body(sheet: SlideSheet, slide: Slide, theme: str) -> None:
    alone = not slide.blocks
    sheet.ink(sheet.fitting(slide.title, 34 if alone else 26, RIGHT - LEFT, bold=True), bold=True)
    sheet.put(slide.title, (LEFT, 40 if alone else _TITLE_Y + 6), "left", RIGHT - LEFT)
    size = 20 if alone else 12.5
    top = 62.0 if alone else _BODY_Y
    for line in slide.lines:
        sheet.ink(size, "" if alone else sheet.theme.muted)
        top = sheet.wrapped(line, top, size) + (5 if alone else 0.8)
    top += 3
    count = max(1, len(slide.blocks))
    width = (RIGHT - LEFT - _GAP * (count - 1)) / count
    for place, block in enumerate(slide.blocks):
        drawable = film_picture(block, theme) if isinstance(block, FilmMaps) else block
        _block(sheet, drawable, (LEFT + place * (width + _GAP), top, width, _BODY_END - top))


def _block(sheet: SlideSheet, block: Drawable, room: Room) -> None:
    if isinstance(block, Picture):
        _picture(sheet, block, room)
    elif isinstance(block, Table):
        _table(sheet, block, room)
    elif isinstance(block, Curves):
        draw_curves(sheet, block, room)
    else:
        draw_bars(sheet, block, room)


def _picture(sheet: SlideSheet, block: Picture, room: Room) -> None:
    x, y, width, height = room
    scale = min(width / block.width_px, height / block.height_px)
    wide, high = block.width_px * scale, block.height_px * scale
    corner = (x + (width - wide) / 2, y + (height - high) / 2)
    sheet.image(BytesIO(block.data), *corner, wide, high, alt_text=block.alt)


def _table(sheet: SlideSheet, block: Table, room: Room) -> None:
    x, y, width, height = room
    rows = (block.header, *block.rows)
    row_height, step = min(height / len(rows), _MOST_ROW), width / len(block.header)
    longest = max((cell for row in rows for cell in row), key=len)
    size = sheet.fitting(longest, 14, step - 6, bold=True)
    for row, cells in enumerate(rows):
        middle = y + (row + 0.5) * row_height
        for column, words in enumerate(cells):
            share = block.shades[row - 1][column] if row and block.shades else 0.0
            colour = shaded(sheet.theme, share) if row else sheet.theme.panel
            sheet.box((x + column * step, y + row * row_height, step, row_height), colour)
            sheet.ink(size, bold=row == 0)
            if column == 0:
                sheet.put(words, (x + 3, middle), "left", step - 6)
            else:
                sheet.put(words, (x + (column + 1) * step - 3, middle), "right", step - 6)
        sheet.pen(sheet.theme.panel, 0.3)
        sheet.line(x, y + (row + 1) * row_height, x + width, y + (row + 1) * row_height)
