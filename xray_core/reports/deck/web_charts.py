"""Charts of a deck as Plotly figures: plain data, drawn by the browser."""

import html
import textwrap
from typing import Any

from xray_core.evaluation.intervals import has_interval
from xray_core.reports.deck.content import Bars, Curves, Score
from xray_core.reports.deck.themes import COLOURS

_DASHES = ("solid", "dash", "dot", "dashdot")
_MARKERS = ("circle", "square", "diamond", "triangle-up")
_NAME_LETTERS = 14
_LAYOUT = {
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"size": 16},
    "margin": {"l": 70, "r": 20, "t": 20, "b": 60},
    "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    "autosize": True,
}
Figure = dict[str, Any]


def bars_figure(bars: Bars) -> Figure:
    """Grouped columns with their intervals."""
    data = [
        {
            "type": "bar",
            "name": html.escape(name),
            "x": list(map(_wrapped, bars.groups)),
            "y": [score["value"] if score else None for score in scores],
            "text": [_words(bars, score) for score in scores],
            "textposition": "inside",
            "insidetextanchor": "start",
            "textfont": {"color": "#FFFFFF"},
            "customdata": [_interval(score) for score in scores],
            "hovertemplate": "%{x}: %{y}%{customdata}<extra>%{fullData.name}</extra>",
            "marker": {"color": f"#{COLOURS[place % len(COLOURS)]}"},
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [_end(score, "high") for score in scores],
                "arrayminus": [_end(score, "low") for score in scores],
                "thickness": 1.6,
                "width": 5,
            },
        }
        for place, (name, scores) in enumerate(bars.series.items())
    ]
    low, high = bars.span
    axis = {
        "range": [low, high + 0.02 * (high - low)],
        "title": {"text": bars.axis},
        "tickformat": ".2f" if bars.signed else ".1f",
        "showline": True,
    }
    groups = {"automargin": True, "tickangle": 0}
    return {
        "data": data,
        "layout": {**_LAYOUT, "barmode": "group", "xaxis": groups, "yaxis": axis},
    }


def curves_figure(curves: Curves) -> Figure:
    """Lines in the unit square, with its diagonal."""
    diagonal = {
        "type": "scatter",
        "mode": "lines",
        "x": [0, 1],
        "y": [0, 1],
        "name": "Diagonal",
        "line": {"color": "#8B95A3", "dash": "dot", "width": 1},
        "hoverinfo": "skip",
    }
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers" if curves.markers else "lines",
            "name": html.escape(name),
            "x": [x for x, _ in points],
            "y": [y for _, y in points],
            "line": {
                "color": f"#{COLOURS[place % len(COLOURS)]}",
                "dash": _DASHES[place % 4],
                "width": 3,
            },
            "marker": {"symbol": _MARKERS[place % 4], "size": 10},
        }
        for place, (name, points) in enumerate(curves.series.items())
    ]
    axes = {
        f"{axis}axis": {
            "range": [0, 1.02],
            "title": {"text": title},
            "tickformat": ".1f",
            "showline": True,
            "showgrid": False,
            "zeroline": False,
        }
        for axis, title in (("x", curves.x_axis), ("y", curves.y_axis))
    }
    legend = {"orientation": "v", "x": 0.99, "xanchor": "right", "y": 0.03, "yanchor": "bottom"}
    return {"data": [diagonal, *lines], "layout": {**_LAYOUT, **axes, "legend": legend}}


def _wrapped(name: str) -> str:
    """The name of a group on lines that stand side by side."""
    return "<br>".join(map(html.escape, textwrap.wrap(name, _NAME_LETTERS)))


def _words(bars: Bars, score: Score | None) -> str:
    return bars.said(score["value"]) if score and score["value"] is not None else ""


def _interval(score: Score | None) -> str:
    known = score is not None and score["value"] is not None and has_interval(score)
    return f" ({score['low']} to {score['high']}), n = {score['n']}" if known and score else ""


def _end(score: Score | None, end: str) -> float:
    known = score is not None and score["value"] is not None and has_interval(score)
    return round(abs(score[end] - score["value"]), 4) if known and score else 0.0
