"""Charts of a deck drawn into a PDF, as lines and shapes that can be enlarged."""

from collections.abc import Sequence

from xray_core.evaluation.intervals import has_interval
from xray_core.reports.deck.content import Bars, Curves, Score
from xray_core.reports.deck.pdf_sheet import Point, Room, SlideSheet
from xray_core.reports.deck.themes import COLOURS

_AXIS_MM, _NAMES_MM = 18.0, 10.0
_LEGEND_MM = 8.0
_DASHES = ((0.0, 0.0), (3.0, 1.5), (0.8, 1.2), (4.0, 1.2))
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def draw_bars(sheet: SlideSheet, bars: Bars, room: Room) -> None:
    """Grouped columns with the values in them and intervals as whiskers."""
    x, y, width, height = room
    plot = (x + _AXIS_MM, y + 3, width - _AXIS_MM, height - 3 - _NAMES_MM - _LEGEND_MM - 4)
    _upright(sheet, plot, bars.axis, bars.ticks, grid=True)
    step = plot[2] / len(bars.groups)
    wide = 0.8 * step / len(bars.series)
    for column, group in enumerate(bars.groups):
        middle = plot[0] + (column + 0.5) * step
        sheet.ink(sheet.fitting(group, 13, step - 2))
        sheet.put(group, (middle, plot[1] + plot[3] + 6), "middle", step - 2)
        for place, scores in enumerate(bars.series.values()):
            left = middle - 0.4 * step + place * wide
            _bar(sheet, bars, scores[column], (left, wide, plot), COLOURS[place % len(COLOURS)])
    _legend(sheet, list(bars.series), (x + _AXIS_MM, y + height - _LEGEND_MM / 2), plot[2])


def _bar(
    sheet: SlideSheet,
    bars: Bars,
    score: Score | None,
    room: tuple[float, float, Room],
    colour: str,
) -> None:
    if score is None or score["value"] is None:
        return
    left, wide, plot = room
    low, high = bars.span

    def height(value: float) -> float:
        return plot[1] + plot[3] * (high - value) / (high - low)

    value, foot = float(score["value"]), height(0)
    end = height(value)
    sheet.box((left + 0.3, min(foot, end), wide - 0.6, abs(foot - end)), colour)
    words, away = bars.said(value), -4 if value >= 0 else 4
    size = sheet.fitting(words, 12, wide - 1.5, bold=True)
    inside = abs(foot - end) > 8
    sheet.ink(size, "FFFFFF" if inside else "", bold=True)
    across = left + wide * (0.25 if bars.signed else 0.5)  # beside a whisker that reaches the foot
    sheet.put(words, (across, (foot if inside else end) + away), "middle")
    if not has_interval(score):
        return
    middle, ends = left + wide / 2, [height(score[end]) for end in ("low", "high")]
    sheet.pen(sheet.theme.text, 0.5)
    sheet.line(middle, ends[0], middle, ends[1])
    for end in ends:
        sheet.line(middle - 1.6, end, middle + 1.6, end)


def draw_curves(sheet: SlideSheet, curves: Curves, room: Room) -> None:
    """Lines in the unit square, with its diagonal."""
    x, y, width, height = room
    legend = _LEGEND_MM * len(curves.series)
    side = min(width - _AXIS_MM, height - legend - _NAMES_MM - 10)
    plot = (x + _AXIS_MM, y + 3, side, side)
    _upright(sheet, plot, curves.y_axis, grid=False)
    _level(sheet, plot, curves.x_axis)
    sheet.pen(sheet.theme.muted, 0.3, (1, 1))
    sheet.lines([_at(plot, (0, 0)), _at(plot, (1, 1))])
    for place, points in enumerate(curves.series.values()):
        drawn = [_at(plot, point) for point in points]
        colour = COLOURS[place % len(COLOURS)]
        sheet.pen(colour, 0.9, _DASHES[place % 4])
        sheet.lines(drawn)
        for point in drawn if curves.markers else ():
            sheet.series_mark(point, colour, place % 4)
    top = plot[1] + side + _NAMES_MM + 8
    for place, name in enumerate(curves.series):
        at = (plot[0], top + place * _LEGEND_MM)
        _key(sheet, name, at, width - _AXIS_MM, place, line=True)
    sheet.set_dash_pattern()


def _at(plot: Room, point: Point) -> Point:
    return plot[0] + point[0] * plot[2], plot[1] + (1 - point[1]) * plot[3]


def _upright(
    sheet: SlideSheet, plot: Room, title: str, ticks: Sequence[float] = _TICKS, *, grid: bool
) -> None:
    sheet.ink(12)
    low, high = ticks[0], ticks[-1]
    for tick in ticks:
        _, height = _at(plot, (0, (tick - low) / (high - low)))
        sheet.put(f"{tick:.1f}" if low == 0 else f"{tick:.2f}", (plot[0] - 2, height), "right")
        if grid and tick > low:
            sheet.pen(sheet.theme.panel, 0.3)
            sheet.line(plot[0], height, plot[0] + plot[2], height)
    sheet.pen(sheet.theme.text, 0.3)
    sheet.line(plot[0], plot[1], plot[0], plot[1] + plot[3])
    sheet.line(plot[0], plot[1] + plot[3], plot[0] + plot[2], plot[1] + plot[3])
    sheet.ink(sheet.fitting(title, 12, plot[3]))
    sheet.put_up(title, (plot[0] - 14, plot[1] + plot[3] / 2), plot[3])


def _level(sheet: SlideSheet, plot: Room, title: str) -> None:
    sheet.ink(12)
    bottom = plot[1] + plot[3]
    for tick in _TICKS:
        sheet.put(f"{tick:.1f}", (_at(plot, (tick, 0))[0], bottom + 4), "middle")
    sheet.ink(sheet.fitting(title, 12, plot[2]))
    sheet.put(title, (plot[0] + plot[2] / 2, bottom + 10), "middle", plot[2])


def _legend(sheet: SlideSheet, names: Sequence[str], at: Point, width: float) -> None:
    step = width / len(names)
    for place, name in enumerate(names):
        _key(sheet, name, (at[0] + place * step, at[1]), step, place, line=False)


def _key(sheet: SlideSheet, name: str, at: Point, room: float, place: int, *, line: bool) -> None:
    x, y = at
    colour = COLOURS[place % len(COLOURS)]
    if line:
        sheet.pen(colour, 0.9, _DASHES[place % 4])
        sheet.line(x, y, x + 12, y)
    else:
        sheet.box((x + 8, y - 2, 4, 4), colour)
    sheet.ink(sheet.fitting(name, 12, room - 16))
    sheet.put(name, (x + 14, y), "left", room - 16)
