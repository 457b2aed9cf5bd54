"""An A4 sheet: words in columns, pictures on black, and what stands on each page."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from xray_core.reports.fonts import FAMILY, FontFile, add_fonts
from xray_core.reports.opinion.content import Pane
from xray_core.reports.research import RESEARCH_ONLY

LEFT, TOP, BOTTOM = 15.0, 18.0, 16.0
WIDTH, GAP = 180.0, 6.0
HALF = (WIDTH - GAP) / 2
"""Millimetres; the grid has six columns, so halves and thirds share their edges."""

INK, MUTED, ACCENT, AMBER = "#1A2230", "#5A6472", "#14877D", "#8A5A00"
RULE, TRACK, PALE, AMBER_BACK = "#D9DFE7", "#EEF1F5", "#B8C2CF", "#FFF6E0"

_MM_PER_POINT = 25.4 / 72
_REPLACED = "\ufffd"


@dataclass(frozen=True)
class Style:
    """How words look: size in points, weight and colour."""

    size: float
    bold: bool = False
    colour: str = INK
    leading: float = 1.4

    @property
    def line(self) -> float:
        """Height of a line in mm."""
        return self.size * _MM_PER_POINT * self.leading


TEXT, NOTE, HEAD = Style(8), Style(7.5, colour=MUTED), Style(8, bold=True, colour=ACCENT)


class Sheet(FPDF):
    """Pages with the same margins, fonts, head and foot.

    Args:
        fallbacks: fonts for what DejaVu Sans lacks.
        unprintable: characters that none of them has; they are drawn as replaced.
        shaped: whether letters join or stand in another order, as in Arabic; it takes longer.
    """

    def __init__(
        self,
        fallbacks: Iterable[FontFile] = (),
        unprintable: Iterable[str] = (),
        *,
        shaped: bool = False,
    ) -> None:
        super().__init__("portrait", "mm", "A4")
        self.set_margins(LEFT, TOP, LEFT)
        self.set_auto_page_break(True, BOTTOM)
        self.c_margin = 0
        add_fonts(self, fallbacks)
        self.set_text_shaping(shaped)
        self._replaced = str.maketrans(dict.fromkeys(unprintable, _REPLACED))

    def header(self) -> None:
        """What stands on top of every page."""
        self._at_edge(10, "Second opinion")

    def footer(self) -> None:
        """What stands at the foot of every page."""
        self._at_edge(-12, f"{self.page_no()} / {{nb}}")

    def _at_edge(self, y: float, words: str) -> None:
        """The one sentence at the left, other words at the right; {nb} stands for all pages."""
        self.set_y(y)
        self.take(Style(7.5, colour=AMBER))
        self.cell(0, 4, RESEARCH_ONLY)
        self.take(NOTE)
        self.set_x(LEFT + WIDTH - self.get_string_width(words.replace("{nb}", "0")))
        self.cell(0, 4, words)
        self.set_y(TOP)

    def take(self, style: Style) -> None:
        """Write in this style from here on."""
        self.set_font(FAMILY, "B" if style.bold else "", style.size)
        self.set_text_color(style.colour)

    def words(
        self,
        text: str,
        style: Style = TEXT,
        *,
        x: float = LEFT,
        width: float = WIDTH,
        align: str = "L",
    ) -> None:
        """Words below what stands there, wrapped; they run on to the next page where they must."""
        self.take(style)
        self.set_x(x)
        self.multi_cell(
            width,
            style.line,
            self._kept_together(text),
            align=align,
            new_x=XPos.LEFT,
            new_y=YPos.NEXT,
        )

    def height_of(self, text: str, style: Style = TEXT, width: float = WIDTH) -> float:
        """What `words` takes, in mm."""
        self.take(style)
        height = self.multi_cell(
            width,
            style.line,
            self._kept_together(text),
            align="L",
            dry_run=True,
            output=MethodReturnValue.HEIGHT,
        )
        assert isinstance(height, int | float)
        return float(height)

    def _kept_together(self, text: str) -> str:
        """A number stays on the line of its per cent sign."""
        return text.translate(self._replaced).replace(" %", "\u00a0%")

    @property
    def room(self) -> float:
        """Millimetres that are left on this page."""
        return float(self.page_break_trigger - self.get_y())

    def need(self, height: float) -> None:
        """Go to a new page where that many millimetres are not left."""
        if height > self.room:
            self.add_page()

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self.set_fill_color(colour)
        self.rect(x, y, width, height, style="F")

    def framed(self, pane: Pane, x: float, y: float, width: float, height: float) -> None:
        """A picture, whole, in the middle of a black frame."""
        self.box(x, y, width, height, "#000000")
        scale = min(width / pane.width_px, height / pane.height_px)
        wide, high = pane.width_px * scale, pane.height_px * scale
        corner = (x + (width - wide) / 2, y + (height - high) / 2)
        self.image(BytesIO(pane.data), *corner, wide, high, alt_text=pane.alt)
