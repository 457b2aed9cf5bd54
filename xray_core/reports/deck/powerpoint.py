"""A deck as a PowerPoint file (OOXML): charts and tables stay editable, pictures are pictures."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from xray_core.reports.deck.content import (
    Curves,
    Deck,
    Drawable,
    FilmMaps,
    Picture,
    Slide,
    Table,
)
from xray_core.reports.deck.master import FONT, LEFT, RIGHT, make_master
from xray_core.reports.deck.native_charts import add_bars, add_curves
from xray_core.reports.deck.pictures import film_picture
from xray_core.reports.deck.themes import THEMES, Theme, shaded

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_BODY_TOP, _BODY_BOTTOM = Inches(1.3), Inches(6.85)
_GAP = Inches(0.3)
_LINE = 0.42
_PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's "No Style, No Grid"


def write_powerpoint(deck: Deck, path: Path, theme: str = "light") -> None:
    """Write a deck as `.pptx`.

    Args:
        deck: what to draw.
        path: of the file, which is replaced.
        theme: key in `THEMES`.

    Raises:
        OSError: no room or no right to write.
    """
    colours = THEMES[theme]
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = _WIDTH, _HEIGHT
    layout = make_master(presentation, colours)
    for number, slide in enumerate(deck.slides, 1):
        drawn = presentation.slides.add_slide(layout)
        drawn.shapes.title.text_frame.text = slide.title
        _body(drawn, slide, theme)
        _text(drawn, f"{number}", (RIGHT - Inches(0.6), Inches(7.0)), 0.6, 11, colours.muted)
        _text(drawn, slide.footer or deck.footer, (LEFT, Inches(7.0)), 11.4, 9, colours.muted)
        drawn.notes_slide.notes_text_frame.text = slide.notes
    presentation.save(str(path))


def _body(drawn: Any, slide: Slide, theme: str) -> None:
    colours = THEMES[theme]
    top = _BODY_TOP
    large = not slide.blocks
    size = 24 if large else 16
    if slide.lines:
        rows = sum(1 + len(line) // (75 if large else 118) for line in slide.lines)
        height = Inches(rows * (0.62 if large else _LINE))
        box = drawn.shapes.add_textbox(LEFT, top, RIGHT - LEFT, height)
        frame = box.text_frame
        frame.word_wrap = True
        for place, line in enumerate(slide.lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            _words(paragraph, line, size, colours.text)
            paragraph.space_after = Pt(14 if large else 3)
        top = top + height + Inches(0.1)
    count = max(1, len(slide.blocks))
    width = (RIGHT - LEFT - _GAP * (count - 1)) // count
    for place, block in enumerate(slide.blocks):
        left = LEFT + place * (width + _GAP)
        drawable = film_picture(block, theme) if isinstance(block, FilmMaps) else block
        _block(drawn, drawable, (left, top, width, _BODY_BOTTOM - top), colours)


def _block(drawn: Any, block: Drawable, room: tuple[int, int, int, int], colours: Theme) -> None:
    if isinstance(block, Picture):
        left, top, width, height = room
        scale = min(width / block.width_px, height / block.height_px)
        size = Emu(round(block.width_px * scale)), Emu(round(block.height_px * scale))
        where = Emu(left + (width - size[0]) // 2), Emu(top)
        picture = drawn.shapes.add_picture(BytesIO(block.data), *where, *size)
        picture._element.nvPicPr.cNvPr.set("descr", block.alt)
    elif isinstance(block, Table):
        _table(drawn, block, room, colours)
    elif isinstance(block, Curves):
        add_curves(drawn, block, room, colours.text)
    else:
        add_bars(drawn, block, room, colours.text)


def _table(drawn: Any, block: Table, room: tuple[int, int, int, int], colours: Theme) -> None:
    left, top, width, height = room
    n_rows, n_columns = len(block.rows) + 1, len(block.header)
    row_height = min(height // n_rows, Inches(0.62))
    shape = drawn.shapes.add_table(n_rows, n_columns, left, top, width, row_height * n_rows)
    shape._element.find(".//{*}tableStyleId").text = _PLAIN_TABLE
    table = shape.table
    for row, cells in enumerate((block.header, *block.rows)):
        table.rows[row].height = row_height
        for column, words in enumerate(cells):
            cell = table.cell(row, column)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = _shade(block, row, column, colours)
            paragraph = cell.text_frame.paragraphs[0]
            _words(paragraph, words, 15, colours.text)
            paragraph.runs[0].font.bold = row == 0
            paragraph.alignment = PP_ALIGN.LEFT if column == 0 else PP_ALIGN.RIGHT


def _shade(block: Table, row: int, column: int, colours: Theme) -> RGBColor:
    if row == 0:
        return rgb(colours.panel)
    return rgb(shaded(colours, block.shades[row - 1][column] if block.shades else 0.0))


def _text(
    drawn: Any, words: str, place: Sequence[int], inches: float, size: int, colour: str
) -> None:
    box = drawn.shapes.add_textbox(*place, Inches(inches), Inches(0.35))
    box.text_frame.word_wrap = True
    _words(box.text_frame.paragraphs[0], words, size, colour)


def _words(paragraph: Any, words: str, size: int, colour: str) -> None:
    run = paragraph.add_run()
    run.text = words or "-"
    run.font.size, run.font.name = Pt(size), FONT
    run.font.color.rgb = rgb(colour)


def rgb(colour: str) -> RGBColor:
    """A colour of six hexadecimal digits."""
    return RGBColor.from_string(colour)
