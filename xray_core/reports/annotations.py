"""What was drawn on a film by hand, on the pictures of the film: as the viewer draws it."""

from collections.abc import Sequence
from math import atan2, cos, pi, sin

from PIL import Image, ImageDraw

from xray_core.reports.lettering import fitting, letters
from xray_core.viewer.annotation import Annotation, Point

_LINE_SHARE = 0.0045
"""Width of a line, of the longer side of the picture; all else is in such widths."""

_RIM, _TICK, _HEAD, _LETTER = 2.2, 4, 7, 8
_HEAD_ANGLE = pi - 0.45
_LINE = "#FFFFFF"
_DARK = "#000000"

Line = tuple[Point, Point]


def draw_annotations(picture: Image.Image, drawn: Sequence[Annotation]) -> None:
    """Draw annotations on the picture of a whole film, white on a dark rim."""
    draw = ImageDraw.Draw(picture)
    unit = max(picture.size) * _LINE_SHARE
    for item in drawn:
        start, end = ((x * picture.width, y * picture.height) for x, y in (item.start, item.end))
        lines = [] if item.kind == "text" else _lines(item.kind, start, end, unit)
        for colour, width in ((_DARK, _RIM), (_LINE, 1)):
            for line in lines:
                draw.line(line, fill=colour, width=max(1, round(width * unit)))
        if item.words:
            _label(draw, picture, item.words, end if item.kind == "ruler" else start, unit)


def _lines(kind: str, start: Point, end: Point, unit: float) -> list[Line]:
    """A ruler with its ticks, or an arrow with its head."""
    angle = atan2(end[1] - start[1], end[0] - start[0])

    def reach(point: Point, turn: float, length: float) -> Point:
        x, y = point
        return x + cos(angle + turn) * length * unit, y + sin(angle + turn) * length * unit

    if kind == "ruler":
        ticks = [(reach(at, pi / 2, _TICK), reach(at, -pi / 2, _TICK)) for at in (start, end)]
        return [(start, end), *ticks]
    head = [(reach(end, turn, _HEAD), end) for turn in (_HEAD_ANGLE, -_HEAD_ANGLE)]
    return [(start, end), *head]


def _label(
    draw: ImageDraw.ImageDraw, picture: Image.Image, words: str, at: Point, unit: float
) -> None:
    """Words on a dark ground beside a point, inside the picture as far as they fit."""
    pad = 1.5 * unit
    font = letters(
        fitting(words, picture.width - 2 * pad, round(_LETTER * unit), bold=True), bold=True
    )
    left, top, right, bottom = draw.textbbox((0, 0), words, font=font, anchor="lm")
    x = max(min(at[0] + 5 * unit, picture.width - right - pad), pad - left)
    y = min(max(at[1] - 8 * unit, pad - top), picture.height - bottom - pad)
    draw.rectangle((x + left - pad, y + top - pad, x + right + pad, y + bottom + pad), fill=_DARK)
    draw.text((x, y), words, fill=_LINE, font=font, anchor="lm")
