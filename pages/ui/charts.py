"""Charts: data in, Plotly figure out. Fonts and grid come from Streamlit's theme."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from pages.ui.theme import ACCENT, MUTED, RUN_COLOURS, RUN_DASHES, RUN_MARKERS, class_colours
from pages.ui.words import THIN_SPACE, interval
from xray_core.data.labels import label_title

Scores = Mapping[str, Mapping[str, Mapping[str, Any] | None]]
Curve = tuple[NDArray[np.float64], NDArray[np.float64], str]

_LEGEND = {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "title": {"text": ""}}


def class_counts(table: pd.DataFrame) -> go.Figure:
    """Stacked bars, one a column of the table, a piece a class.

    Args:
        table: counts, one row a class in display order, as `count_table` returns.
    """
    figure = go.Figure()
    colours = class_colours(set(table.index))
    values = [str(value) for value in table.columns]
    for label, row in zip(map(str, table.index), table.to_numpy(), strict=True):
        figure.add_bar(
            x=row.tolist(),
            y=values,
            name=label_title(label),
            orientation="h",
            marker={"color": colours[label], "line": {"width": 0}},
            hovertemplate="%{y}: %{x:,} films<extra>" + label_title(label) + "</extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.35, xaxis_title="Films")
    figure.update_yaxes(autorange="reversed", ticksuffix="  ", automargin=True)
    return _dressed(figure, height=130 + 44 * len(values))


def brightness(shares: pd.DataFrame) -> go.Figure:
    """How often each brightness occurs, a line a class.

    Args:
        shares: one column a class, index brightness in [0, 1], as `ImageStats.brightness`.
    """
    figure = go.Figure()
    labels = [str(label) for label in shares.columns]
    for (label, colour), dash in zip(
        class_colours(set(labels)).items(), _cycle(RUN_DASHES, len(labels)), strict=True
    ):
        figure.add_scatter(
            x=shares.index,
            y=100 * shares[label],
            name=label_title(label),
            mode="lines",
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate="brightness %{x:.2f}: %{y:.1f} %<extra>"
            + label_title(label)
            + "</extra>",
        )
    figure.update_layout(xaxis_title="Brightness (0 black, 1 white)", yaxis_title="Pixels, %")
    return _dressed(figure, height=320)


def learning_curve(history: pd.DataFrame, metric: str, title: str) -> go.Figure:
    """One metric after each epoch, in training and validation; the best epoch is marked.

    Args:
        history: columns `epoch`, `<metric>`, `val_<metric>`, `val_loss`.
        metric: `loss` or `accuracy`.
        title: of the vertical axis.
    """
    figure = go.Figure()
    for column, name, colour, dash in (
        (metric, "Training", MUTED, "dot"),
        (f"val_{metric}", "Validation", ACCENT, "solid"),
    ):
        figure.add_scatter(
            x=history["epoch"],
            y=history[column],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": dash},
            marker={"size": 5},
            hovertemplate=f"epoch %{{x}}: %{{y:.3f}}<extra>{name}</extra>",
        )
    best = history.iloc[int(history["val_loss"].argmin())]
    figure.add_scatter(
        x=[best["epoch"]],
        y=[best[f"val_{metric}"]],
        name="Best epoch, kept",
        mode="markers",
        marker={"size": 13, "symbol": "circle-open", "color": ACCENT, "line": {"width": 2}},
        hovertemplate="epoch %{x}, kept: %{y:.3f}<extra></extra>",
    )
    figure.update_xaxes(title="Epoch", tickformat="d", dtick=max(1, len(history) // 8))
    figure.update_yaxes(title=title)
    return _dressed(figure, height=300)


def whiskers(scores: Scores, titles: Mapping[str, str], axis: str) -> go.Figure:
    """Scores as dots with their 95 % intervals; a row a group, in it a dot a run.

    Runs differ by colour, marker and line style; a score that could not be computed is left out.

    Args:
        scores: run id -> row name -> score as in `scores.json`.
        titles: run id -> what people read.
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
        style = _run_style(place)
        line = {"color": style["colour"], "width": 2, "dash": style["dash"]}
        lows += [score["low"] for _, score in known]
        figure.add_scatter(
            x=[x for _, score in known for x in (score["low"], score["high"], None)],
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
            text=[t for row, score in known for t in (f"{row}: {interval(score)}", "")],
            name=titles[run_id],
            mode="lines+markers",
            line=line,
            marker={"color": style["colour"], "symbol": style["marker"], "size": 10},
            hovertemplate="%{text}<extra></extra>",
            legendgroup=run_id,
        )
    figure.update_xaxes(title=axis, range=[max(0.0, np.floor(min(lows) * 10) / 10), 1.01])
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=rows,
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
        ticksuffix="  ",
        automargin=True,
    )
    height = 130 + max(40, 18 + 22 * len(scores)) * len(rows) + 20 * len(scores)
    return _dressed(figure, height=height, rows_of_legend=len(scores))


def confusion(counts: Sequence[Sequence[int]], labels: Sequence[str]) -> go.Figure:
    """Confusion matrix: share of each true class in colour, counts in the cells.

    Args:
        counts: true class by predicted class.
        labels: class names in the order of both.
    """
    matrix = np.asarray(counts, dtype=float)
    shares = 100 * matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    names = [label_title(label) for label in labels]
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
            texttemplate="%{text}",
            hovertemplate="%{customdata[0]}, called %{customdata[1]}: %{text}<extra></extra>",
            colorscale="Cividis",
            zmin=0,
            zmax=100,
            xgap=2,
            ygap=2,
            colorbar={"title": {"text": "% of row"}, "thickness": 10, "outlinewidth": 0},
        )
    )
    figure.update_xaxes(title="Predicted", showgrid=False)
    figure.update_yaxes(title="Label", autorange="reversed", showgrid=False, automargin=True)
    return _dressed(figure, height=400)


def roc(curves: Mapping[str, Curve]) -> go.Figure:
    """ROC curves of one class, a line a run, with the line of chance.

    Args:
        curves: run id -> (false positive rates, true positive rates, title with AUC).
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": MUTED, "width": 1, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    for place, (false_positive, true_positive, title) in enumerate(curves.values()):
        style = _run_style(place)
        figure.add_scatter(
            x=false_positive,
            y=true_positive,
            name=title,
            mode="lines",
            line={"color": style["colour"], "width": 2.2, "dash": style["dash"]},
            hovertemplate="1 - specificity %{x:.2f}<br>sensitivity %{y:.2f}<extra></extra>",
        )
    figure.update_xaxes(title="1 - specificity", range=[-0.01, 1.01])
    figure.update_yaxes(title="Sensitivity", range=[-0.01, 1.01])
    return _dressed(figure, height=330 + 20 * len(curves), rows_of_legend=len(curves))


def _run_style(place: int) -> dict[str, str]:
    """Colour, marker and dash of the run in that place."""
    return {
        "colour": RUN_COLOURS[place % len(RUN_COLOURS)],
        "marker": RUN_MARKERS[place % len(RUN_MARKERS)],
        "dash": RUN_DASHES[place % len(RUN_DASHES)],
    }


def _cycle(values: Sequence[str], n: int) -> list[str]:
    return [values[place % len(values)] for place in range(n)]


def _dressed(figure: go.Figure, *, height: int, rows_of_legend: int = 1) -> go.Figure:
    """The frame that all charts share."""
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 16 + 22 * rows_of_legend, "b": 8},
        separators=f".{THIN_SPACE}",
        legend=_LEGEND | {"entrywidthmode": "fraction", "entrywidth": 1.0}
        if rows_of_legend > 1
        else _LEGEND,
        hovermode="closest",
        dragmode=False,
    )
