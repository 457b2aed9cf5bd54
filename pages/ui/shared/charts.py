"""The look that all charts share. Fonts and grid come from Streamlit's theme."""

import plotly.graph_objects as go

from pages.ui.shared.words import THIN_SPACE

DARK, LIGHT = "#000000", "#FFFFFF"
DARK_FROM = 0.465
"""Fraction of Cividis above which black text has more contrast than white."""

_LEGEND = {
    "orientation": "h",
    "x": 0,
    "y": 1.0,
    "yanchor": "bottom",
    "traceorder": "normal",
    "title": {"text": ""},
}

_LEAST_PX = 32
"""What a legend of several rows leaves of the height of a chart; by default it covers a small one
instead of leaving less than 64 pixels."""


def dressed(figure: go.Figure, *, height: int) -> go.Figure:
    """The layout that all charts share; the legend above the chart makes room for itself."""
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
        separators=f".{THIN_SPACE}",
        legend=_LEGEND,
        minreducedheight=_LEAST_PX,
        hovermode="closest",
        dragmode=False,
    )
