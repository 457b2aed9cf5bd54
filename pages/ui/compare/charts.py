"""Charts of the Compare page: scores with intervals, confusion and calibration."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.ui.shared.charts import DARK, DARK_FROM, LIGHT, dressed
from pages.ui.shared.theme import MUTED, RUN_COLOURS, RUN_DASHES, RUN_MARKERS
from pages.ui.shared.words import THIN_SPACE, chart_text, count, interval
from xray_core.data.labels import label_title
from xray_core.evaluation.difference import Difference
from xray_core.evaluation.intervals import has_interval
from xray_core.reports.comparison_words import value_words
from xray_core.reports.deck.content import Bars
from xray_core.reports.deck.names import names_with_films
from xray_core.runs.store import Run

Scores = Mapping[str, Mapping[str, Mapping[str, Any] | None]]

FEW_FILMS = 10
_NAME_LETTERS = 22
_STEP = 0.02
"""The axis of differences ends at a multiple of it."""


def whiskers(scores: Scores, titles: Mapping[str, str], axis: str) -> go.Figure:
    """Scores as dots with their 95 % intervals: one row per group, one dot per run in it.

    Runs differ by colour, marker and line style; a score that could not be computed is left out.

    Args:
        scores: run id -> row name -> score as in `scores.json`.
        titles: run id -> display name.
        axis: title of the axis.
    """
    rows = list(dict.fromkeys(name for part in scores.values() for name in part))
    step = min(0.22, 0.7 / max(1, len(scores)))
    figure = go.Figure()
    lows = [1.0]
    for place, (run_id, part) in enumerate(scores.items()):
        known = [
            (row, score) for row, score in part.items() if score and score["value"] is not None
        ]
        heights = [rows.index(row) + (place - (len(scores) - 1) / 2) * step for row, _ in known]
        style = run_style(place)
        line = {"color": style["colour"], "width": 2, "dash": style["dash"]}
        spans = [_span(score) for _, score in known]
        lows += [low for low, _ in spans]
        figure.add_scatter(
            x=[x for span in spans for x in (*span, None)],
            y=[y for height in heights for y in (height, height, None)],
            mode="lines",
            line=line,
            hoverinfo="skip",
            showlegend=False,
            legendgroup=run_id,
        )
        figure.add_scatter(
            x=[x for _, score in known for x in (score["value"], None)],
            y=[y for height in heights for y in (height, None)],
            text=[t for row, score in known for t in (_hover(row, score), "")],
            name=chart_text(titles[run_id]),
            mode="lines+markers",
            line=line,
            marker={"color": style["colour"], "symbol": style["marker"], "size": 10},
            cliponaxis=False,
            hovertemplate="%{text}<extra></extra>",
            legendgroup=run_id,
        )
    figure.update_xaxes(title=axis, range=[max(0.0, np.floor(min(lows) * 10) / 10), 1.01])
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[on_lines(row) for row in rows],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        showticklabels=len(rows) > 1,
        ticksuffix="  ",
        automargin=True,
    )
    return dressed(figure, height=110 + max(48, 20 + 20 * len(scores)) * len(rows))


def on_lines(name: str) -> str:
    """The name of a row on lines that leave a phone room for the chart."""
    return "<br>".join(map(chart_text, textwrap.wrap(name, _NAME_LETTERS) or [""]))


def differences(rows: Sequence[tuple[str, Difference]], axis: str) -> go.Figure:
    """Differences of two models with their 95 % intervals, around a line at no difference.

    Args:
        rows: title and difference, from top to bottom; those that chance may explain are hollow.
        axis: title of the axis.
    """
    known = [(place, title, item) for place, (title, item) in enumerate(rows) if item.value]
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": MUTED, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=[end for _, _, item in known for end in (item.low, item.high, None)],
        y=[height for place, _, _ in known for height in (place, place, None)],
        mode="lines",
        line={"color": RUN_COLOURS[0], "width": 2},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=[item.value for _, _, item in known],
        y=[place for place, _, _ in known],
        mode="markers",
        marker={
            "color": RUN_COLOURS[0],
            "symbol": ["circle" if item.distinguishable else "circle-open" for *_, item in known],
            "size": 11,
            "line": {"width": 2, "color": RUN_COLOURS[0]},
        },
        text=[f"{chart_text(title)}: {value_words(item)}" for _, title, item in known],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
        cliponaxis=False,
    )
    figure.update_xaxes(title=axis)
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[chart_text(title) for title, _ in rows],
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        ticksuffix="  ",
        automargin=True,
    )
    return dressed(figure, height=100 + 44 * len(rows))


def difference_bars(rows: Sequence[tuple[str, Difference]], axis: str) -> Bars:
    """The same for a slide, around 0."""
    scores = tuple(
        {"value": item.value, "low": item.low, "high": item.high, "n": item.n} for _, item in rows
    )
    ends = [abs(end) for _, item in rows for end in (item.value, item.low, item.high) if end]
    most = round(_STEP * max(1, math.ceil(max(ends, default=0.0) / _STEP)), 4)
    return Bars(axis, tuple(title for title, _ in rows), {axis: scores}, (-most, most))


def bars_of(scores: Scores, runs: Sequence[Run], axis: str) -> Bars:
    """The scores of `whiskers` for a slide, under the names that models have there."""
    rows = tuple(dict.fromkeys(name for part in scores.values() for name in part))
    named = zip(names_with_films(runs), runs, strict=True)
    return Bars(
        axis, rows, {name: tuple(scores[run.id].get(row) for row in rows) for name, run in named}
    )


def confusion(counts: Sequence[Sequence[int]], labels: Sequence[str]) -> go.Figure:
    """Confusion matrix: share of each true class in colour, counts in the cells.

    Args:
        counts: true class by predicted class.
        labels: class names in the order of both.
    """
    matrix = np.asarray(counts, dtype=float)
    shares = 100 * matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    names = [chart_text(label_title(label)) for label in labels]
    short = [name.replace(" pneumonia", "<br>pneumonia") for name in names]
    words = [
        [
            f"{int(n):,}<br>{share:.0f} %".replace(",", THIN_SPACE)
            for n, share in zip(*row, strict=True)
        ]
        for row in zip(matrix, shares, strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=short,
            y=short,
            text=words,
            customdata=[[(true, guess) for guess in names] for true in names],
            hovertemplate="%{customdata[0]}, predicted as %{customdata[1]}: %{text}<extra></extra>",
            colorscale="Cividis",
            zmin=0,
            zmax=100,
            xgap=2,
            ygap=2,
            colorbar={"ticksuffix": " %", "thickness": 10, "outlinewidth": 0},
        )
    )
    for (row, column), share in np.ndenumerate(shares):
        figure.add_annotation(
            x=short[column],
            y=short[row],
            text=words[row][column],
            showarrow=False,
            font={"color": DARK if share > 100 * DARK_FROM else LIGHT, "size": 13},
        )
    figure.update_xaxes(title="Predicted", showgrid=False)
    figure.update_yaxes(title="Label", autorange="reversed", showgrid=False, automargin=True)
    return dressed(figure, height=400)


def calibration(tables: Mapping[str, pd.DataFrame], titles: Mapping[str, str]) -> go.Figure:
    """Share of correct answers by probability, one line per run, with the calibrated line.

    Args:
        tables: run id -> `probability`, `right` and `n` of each bin, as `reliability` returns; bins
            with fewer than `FEW_FILMS` films say little and are left out.
        titles: run id -> display name.
    """
    figure = go.Figure()
    add_line(figure, (0, 0), (100, 100))
    for place, (run_id, bins) in enumerate(tables.items()):
        table = bins[bins["n"] >= FEW_FILMS]
        style = run_style(place)
        figure.add_scatter(
            x=100 * table["probability"],
            y=100 * table["right"],
            customdata=table[["probability", "n"]],
            name=chart_text(titles[run_id]),
            mode="lines+markers",
            line={"color": style["colour"], "width": 2, "dash": style["dash"]},
            marker={
                "color": style["colour"],
                "symbol": style["marker"],
                "size": 6 + 12 * np.sqrt(table["n"] / table["n"].sum()),
            },
            cliponaxis=False,
            hovertemplate="mean probability %{customdata[0]:.2f}: correct in %{y:.0f} % of "
            "%{customdata[1]:,} films<extra></extra>",
        )
    figure.update_xaxes(title="Mean probability of the predicted class, %", range=[15, 101])
    figure.update_yaxes(title="Correct, %", range=[0, 104])
    figure.update_layout(legend={"entrywidthmode": "fraction", "entrywidth": 1.0})
    return dressed(figure, height=380 + 20 * len(tables))


def add_line(figure: go.Figure, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A dotted line to compare with: chance, or perfect calibration."""
    figure.add_scatter(
        x=[start[0], end[0]],
        y=[start[1], end[1]],
        mode="lines",
        line={"color": MUTED, "width": 1, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )


def _span(score: Mapping[str, Any]) -> tuple[float, float]:
    """The ends of an interval; the value itself twice where there is none."""
    if has_interval(score):
        return score["low"], score["high"]
    return score["value"], score["value"]


def _hover(row: str, score: Mapping[str, Any]) -> str:
    why = f"<br>no interval: {score['why']}" if "why" in score else ""
    return f"{chart_text(row)}: {interval(score)}<br>n = {count(score['n'])}{why}"


def run_style(place: int) -> dict[str, str]:
    """Colour, marker and dash of the run in that place."""
    return {
        "colour": RUN_COLOURS[place % len(RUN_COLOURS)],
        "marker": RUN_MARKERS[place % len(RUN_MARKERS)],
        "dash": RUN_DASHES[place % len(RUN_DASHES)],
    }
