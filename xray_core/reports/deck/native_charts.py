"""Charts that PowerPoint draws and edits: bars with error bars, and curves."""

from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from xray_core.evaluation.intervals import has_interval
from xray_core.reports.deck.content import Bars, Curves, Score
from xray_core.reports.deck.themes import COLOURS

_DASHES = (MSO_LINE.SOLID, MSO_LINE.DASH, MSO_LINE.ROUND_DOT, MSO_LINE.DASH_DOT)
_MARKERS = (
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
    XL_MARKER_STYLE.DIAMOND,
    XL_MARKER_STYLE.TRIANGLE,
)
_DIAGONAL = "Diagonal"
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
Room = tuple[int, int, int, int]


def add_bars(drawn: Any, bars: Bars, room: Room, text: str) -> None:
    """Grouped columns with the values in them and intervals as error bars."""
    numbers = "+0.000;-0.000;0.000" if bars.signed else "0.00"
    data = CategoryChartData(number_format=numbers)
    data.categories = bars.groups
    for name, scores in bars.series.items():
        data.add_series(name, [score["value"] if score else None for score in scores])
    frame = drawn.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *room, data)
    chart = frame.chart
    _dress(chart, text)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 60, -8
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = numbers, False
    labels.position = XL_LABEL_POSITION.INSIDE_BASE
    labels.font.size, labels.font.bold = Pt(12), True
    labels.font.color.rgb = RGBColor(255, 255, 255)
    for place, (series, scores) in enumerate(zip(plot.series, bars.series.values(), strict=True)):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _colour(place)
        _error_bars(series, scores, text)
    _axis(chart.value_axis, bars.axis, text, bars.ticks)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.tick_labels.font.size = Pt(14)
    chart.category_axis.format.line.color.rgb = RGBColor.from_string(text)


def add_curves(drawn: Any, curves: Curves, room: Room, text: str) -> None:
    """Lines in the unit square, with its diagonal."""
    data = XyChartData(number_format="0.00")
    most = max(2, *map(len, curves.series.values()), 2)
    for name, points in ((_DIAGONAL, ((0.0, 0.0), (1.0, 1.0))), *curves.series.items()):
        series = data.add_series(name)
        # LibreOffice drops a curve that has fewer points than a later one: the end is repeated.
        for x, y in (*points, *points[-1:] * (most - len(points))):
            series.add_data_point(x, y)
    kind = XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS
    if curves.markers:
        kind = XL_CHART_TYPE.XY_SCATTER_LINES
    chart = drawn.shapes.add_chart(kind, *room, data).chart
    _dress(chart, text)
    for place, line in enumerate(chart.plots[0].series, -1):
        diagonal = place < 0
        line.smooth = False
        line.format.line.width = Pt(1 if diagonal else 2.5)
        colour = RGBColor.from_string(text) if diagonal else _colour(place)
        line.format.line.color.rgb = colour
        line.format.line.dash_style = MSO_LINE.SQUARE_DOT if diagonal else _DASHES[place % 4]
        if diagonal or not curves.markers:
            line.marker.style = XL_MARKER_STYLE.NONE
            continue
        line.marker.style, line.marker.size = _MARKERS[place % 4], 9
        line.marker.format.fill.solid()
        line.marker.format.fill.fore_color.rgb = colour
    _axis(chart.value_axis, curves.y_axis, text)
    _axis(chart.category_axis, curves.x_axis, text)


def _dress(chart: Any, text: str) -> None:
    chart.font.size, chart.font.name = Pt(13), "Arial"
    chart.font.color.rgb = RGBColor.from_string(text)
    chart.has_title = False
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False


def _axis(axis: Any, title: str, text: str, ticks: Sequence[float] = _TICKS) -> None:
    axis.minimum_scale, axis.maximum_scale = ticks[0], ticks[-1]
    axis.major_unit = ticks[1] - ticks[0]
    axis.has_major_gridlines = False
    numbers = "0.0" if ticks[0] == 0 else "0.00"
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = numbers, False
    axis.format.line.color.rgb = RGBColor.from_string(text)
    axis.has_title = True
    axis.axis_title.text_frame.text = title
    font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(13), False
    font.color.rgb = RGBColor.from_string(text)


def _error_bars(series: Any, scores: tuple[Score | None, ...], text: str) -> None:
    """Custom error bars, in the chart's own XML (ECMA-376, 21.2.2.55)."""
    ups, downs = [], []
    for score in scores:
        known = score is not None and score["value"] is not None and has_interval(score)
        ups.append(round(score["high"] - score["value"], 4) if known and score else 0.0)
        downs.append(round(score["value"] - score["low"], 4) if known and score else 0.0)
    xml = (
        f"<c:errBars {nsdecls('c', 'a')}>"
        '<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:plus>{_numbers(ups)}</c:plus><c:minus>{_numbers(downs)}</c:minus>"
        f'<c:spPr><a:ln w="19050"><a:solidFill><a:srgbClr val="{text}"/></a:solidFill></a:ln>'
        "</c:spPr></c:errBars>"
    )
    element = series._element
    element.find(qn("c:cat")).addprevious(parse_xml(xml))


def _numbers(values: list[float]) -> str:
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>' for place, value in enumerate(values)
    )
    return (
        "<c:numLit><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numLit>'
    )


def _colour(place: int) -> RGBColor:
    return RGBColor.from_string(COLOURS[place % len(COLOURS)])
