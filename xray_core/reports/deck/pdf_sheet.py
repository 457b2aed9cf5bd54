"""A slide of 16:9 as a page of PDF: words that fit, shapes, and the frame of every page."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

from fpdf import FPDF

from xray_core.reports.deck.themes import Theme
from xray_core.reports.fonts import FAMILY, FontFile, add_fonts

WIDTH, HEIGHT = 338.667, 190.5
"""Millimetres: 13.333 x 7.5 inches, as PowerPoint's wide slides."""

LEFT, RIGHT = 14.0, WIDTH - 14.0
_MM_PER_POINT = 25.4 / 72
_LEAST_POINTS = 6
Align = Literal["left", "middle", "right"]
Point = tuple[float, float]
Room = tuple[float, float, float, float]
"""x, y, width and height in mm."""


class SlideSheet(FPDF):
    """Pages of a deck.

    Args:
        theme: its colours.
        fallbacks: fonts for letters that DejaVu Sans lacks.
    """

    def __init__(self, theme: Theme, fallbacks: Iterable[FontFile] = ()) -> None:
        super().__init__("landscape", "mm", (HEIGHT, WIDTH))
        self.theme = theme
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        add_fonts(self, fallbacks)

    def ink(self, points: float, colour: str = "", *, bold: bool = False) -> None:
        """Write in this size and colour from here on; the colour of words where none is named."""
        self.set_font(FAMILY, "B" if bold else "", points)
        self.set_text_color(f"#{colour or self.theme.text}")

    def fitting(self, words: str, points: float, room: float, *, bold: bool = False) -> float:
        """The largest size, up to `points`, in which words take `room` mm."""
        self.ink(points, bold=bold)
        wide = float(self.get_string_width(words))
        return points if wide <= room else max(_LEAST_POINTS, points * room / wide)

    def put(self, words: str, at: Point, align: Align = "left", room: float = WIDTH) -> None:
        """Words on one line whose middle is at a height, in the ink that was taken.

        What does not fit into `room` mm is cut, with an ellipsis.
        """
        words = self._cut(words, room)
        wide = float(self.get_string_width(words))
        x = at[0] - {"left": 0.0, "middle": wide / 2, "right": wide}[align]
        self.text(x, at[1] + 0.35 * self.font_size_pt * _MM_PER_POINT, words)

    def put_up(self, words: str, at: Point, room: float) -> None:
        """Words that run upwards, their middle at a point."""
        with self.rotation(90, *at):
            self.put(words, at, "middle", room)

    def _cut(self, words: str, room: float) -> str:
        if self.get_string_width(words) <= room:
            return words
        fits = (
            f"{words[:count]}…"
            for count in range(len(words) - 1, 0, -1)
            if self.get_string_width(f"{words[:count]}…") <= room
        )
        return next(fits, "…")

    def wrapped(self, words: str, y: float, points: float, leading: float = 1.35) -> float:
        """Words over the whole width, wrapped; the height below them."""
        self.set_xy(LEFT, y)
        self.multi_cell(RIGHT - LEFT, points * _MM_PER_POINT * leading, words, align="L")
        return float(self.get_y())

    def box(self, room: Room, colour: str) -> None:
        """A filled rectangle."""
        self.set_fill_color(f"#{colour}")
        self.rect(*room, style="F")

    def pen(self, colour: str, width: float, dash: tuple[float, float] = (0, 0)) -> None:
        """Draw lines like this from here on; `dash` is its length and that of the gap."""
        self.set_draw_color(f"#{colour}")
        self.set_line_width(width)
        self.set_dash_pattern(*dash)

    def lines(self, points: Iterable[Point]) -> None:
        """Straight lines from point to point."""
        for (x0, y0), (x1, y1) in pairwise(points):
            self.line(x0, y0, x1, y1)

    def series_mark(self, at: Point, colour: str, kind: int, size: float = 1.6) -> None:
        """The marker of a series: circle, square, diamond or triangle."""
        x, y = at
        self.set_fill_color(f"#{colour}")
        if kind == 0:
            self.ellipse(x - size, y - size, 2 * size, 2 * size, style="F")
        elif kind == 1:
            self.rect(x - size, y - size, 2 * size, 2 * size, style="F")
        elif kind == 2:
            self.polygon([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], style="F")
        else:
            self.polygon([(x, y - size), (x + size, y + size), (x - size, y + size)], style="F")
