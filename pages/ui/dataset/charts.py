"""Charts of the Dataset page: films by class, and how bright they are."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from pages.ui.shared.charts import dressed
from pages.ui.shared.theme import OUTLINE, RUN_DASHES
from pages.ui.shared.words import chart_text
from xray_core.data.labels import label_title
from xray_core.viewer.classes import class_colours


def class_counts(table: pd.DataFrame) -> go.Figure:
    """Stacked bars: one bar per column of the table, one segment per class.

    Args:
        table: counts, one row per class in display order, as `count_table` returns.
    """
    figure = go.Figure()
    colours = class_colours(set(table.index))
    values = [chart_text(str(value)) for value in table.columns]
    for label, row in zip(map(str, table.index), table.to_numpy(), strict=True):
        figure.add_bar(
            x=row.tolist(),
            y=values,
            name=chart_text(label_title(label)),
            orientation="h",
            marker={"color": colours[label], "line": {"width": 1, "color": OUTLINE}},
            hovertemplate="%{y}: %{x:,} films<extra>" + chart_text(label_title(label)) + "</extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_xaxes(title="Films", tickformat=",d")
    figure.update_yaxes(autorange="reversed", ticksuffix="  ", automargin=True)
    return dressed(figure, height=130 + 44 * len(values))


def brightness(shares: pd.DataFrame) -> go.Figure:
    """How often each brightness occurs, one line per class.

    Args:
        shares: one column per class, index brightness in [0, 1], as `ImageStats.brightness`.
    """
    figure = go.Figure()
    labels = [str(label) for label in shares.columns]
    for (label, colour), dash in zip(
        class_colours(set(labels)).items(), _cycle(RUN_DASHES, len(labels)), strict=True
    ):
        figure.add_scatter(
            x=shares.index,
            y=100 * shares[label],
            name=chart_text(label_title(label)),
            mode="lines",
            line={"color": colour, "width": 2, "dash": dash},
            hovertemplate="brightness %{x:.2f}: %{y:.1f} %<extra>"
            + chart_text(label_title(label))
            + "</extra>",
        )
    figure.update_layout(xaxis_title="Brightness (0 black, 1 white)", yaxis_title="Pixels, %")
    return dressed(figure, height=320)


def _cycle(values: Sequence[str], n: int) -> list[str]:
    return [values[place % len(values)] for place in range(n)]
