"""Charts of the Patterns page: where the evidence lies, and how far models agree."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.ui.shared.charts import dressed
from pages.ui.shared.theme import MUTED, RUN_COLOURS, RUN_MARKERS
from pages.ui.shared.words import chart_text
from xray_core.data.labels import label_title, order_labels
from xray_core.lungs.zones import ZONES
from xray_core.patterns.intervals import Mean
from xray_core.patterns.model import ModelPatterns, agreement
from xray_core.patterns.places import EDGES, PARTS, REGIONS, even_share, region_title
from xray_core.reports.deck.content import Bars, Score, Table

_EVEN = "even map"


def shown_regions(models: Sequence[ModelPatterns]) -> tuple[str, ...]:
    """Lung zones where lungs are known, else the six parts of the film; corners and border."""
    if any(model.stored.has_lungs.any() for model in models):
        return (*ZONES, "lungs", "below", *EDGES)
    return (*PARTS, *EDGES)


def zone_chart(
    profiles: Mapping[str, Mapping[str, Mean]],
    even: Mapping[str, float],
    regions: Sequence[str],
) -> go.Figure:
    """Shares of the evidence with 95 % intervals: one row per region, one dot per model in it.

    Args:
        profiles: model -> region -> share in [0, 1].
        even: region -> share of an even map, drawn as a line.
        regions: from top to bottom.
    """
    figure = _dots(
        {
            name: [(regions.index(region), shares[region]) for region in regions]
            for name, shares in profiles.items()
        },
        [region_title(region).capitalize() for region in regions],
        scale=100,
        unit=" %",
    )
    known = [(place, even[region]) for place, region in enumerate(regions)]
    figure.add_scatter(
        x=[100 * share for _, share in known],
        y=[place for place, _ in known],
        name=_EVEN,
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 18, "color": MUTED, "line": {"width": 2}},
        hovertemplate="even map: %{x:.0f} %<extra></extra>",
    )
    figure.update_xaxes(title="Share of the evidence, %", rangemode="tozero")
    return figure


def zone_bars(
    profiles: Mapping[str, Mapping[str, Mean]],
    even: Mapping[str, float],
    regions: Sequence[str],
) -> Bars:
    """The same for a slide: a group per region, a bar per model and one for an even map."""

    def score(mean: Mean) -> Score:
        ends = (float(part) if np.isfinite(part) else None for part in (mean.low, mean.high))
        low, high = ends
        return {"value": float(mean.value), "low": low, "high": high, "n": mean.n}

    series: dict[str, tuple[Score | None, ...]] = {
        name: tuple(score(shares[region]) if shares[region].n else None for region in regions)
        for name, shares in profiles.items()
    }
    series[_EVEN] = tuple(
        {"value": float(even[region]), "low": None, "high": None, "n": 0} for region in regions
    )
    return Bars("Share of the evidence", tuple(map(region_title, regions)), series)


def agreement_words(table: pd.DataFrame) -> Table:
    """Correlations for a slide: two models in a row, classes in columns.

    Args:
        table: as `agreement_table` returns, not empty.
    """
    labels = list(order_labels(set(table["class"])))
    rows: dict[str, dict[str, str]] = {}
    for first, second, label, value, low, high, _ in table.itertuples(index=False):
        span = f" ({low:.2f} to {high:.2f})" if np.isfinite(low) else ""
        rows.setdefault(f"{first} and {second}", {})[label] = f"{value:.2f}{span}"
    return Table(
        ("Models", *map(label_title, labels)),
        tuple((pair, *(said.get(label, "–") for label in labels)) for pair, said in rows.items()),
    )


def agreement_table(models: Sequence[ModelPatterns]) -> pd.DataFrame:
    """How far every two models agree on the films of every class.

    Returns:
        Columns `first`, `second`, `class`, `correlation`, `low`, `high`, `n`.
    """
    labels = order_labels({label for model in models for label in model.stored.classes})
    rows = [
        (first.name, second.name, label, alike.value, alike.low, alike.high, alike.n)
        for first, second in combinations(models, 2)
        for label in labels
        if label in first.stored.classes
        and label in second.stored.classes
        and (alike := agreement(first, second, label)).n
    ]
    columns = ["first", "second", "class", "correlation", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns)


def agreement_chart(table: pd.DataFrame) -> go.Figure:
    """Correlations of the maps of two models with 95 % intervals, one row per class.

    Args:
        table: as `agreement_table` returns, not empty.
    """
    labels = list(order_labels(set(table["class"])))
    points: dict[str, list[tuple[int, Mean]]] = {}
    for first, second, label, value, low, high, n in table.itertuples(index=False):
        found = points.setdefault(f"{first} and {second}", [])
        found.append((labels.index(label), Mean(value, low, high, n)))
    figure = _dots(points, [label_title(label) for label in labels], scale=1, unit="")
    lowest = float(np.nanmin([0.0, *table["correlation"], *table["low"]]))
    figure.update_xaxes(title="Correlation of the maps", range=[lowest - 0.05, 1.03])
    return figure


def profile_table(models: Sequence[ModelPatterns]) -> pd.DataFrame:
    """All shares as numbers: columns `model`, `class`, `region`, `share`, `low`, `high`, `n`,
    `even`; regions known for no film are left out.
    """
    rows = [
        (
            *(model.name, label, region, share.value, share.low, share.high, share.n),
            even_share(model.places, model.rows(label), region),
        )
        for model in models
        for label in model.stored.classes
        for region, share in model.profile(label).items()
        if share.n and region in REGIONS
    ]
    columns = ["model", "class", "region", "share", "low", "high", "n", "even"]
    return pd.DataFrame(rows, columns=columns)


def _dots(
    points: Mapping[str, Sequence[tuple[int, Mean]]],
    rows: Sequence[str],
    *,
    scale: float,
    unit: str,
) -> go.Figure:
    """Dots with intervals; those of one row are stacked."""
    figure = go.Figure()
    step = min(0.22, 0.7 / max(1, len(points)))
    for place, (name, found) in enumerate(points.items()):
        known = [(row, mean) for row, mean in found if mean.n]
        lift = (place - (len(points) - 1) / 2) * step
        colour = RUN_COLOURS[place % len(RUN_COLOURS)]
        figure.add_scatter(
            x=[scale * mean.value for _, mean in known],
            y=[row + lift for row, _ in known],
            error_x={
                "array": [_reach(scale * (mean.high - mean.value)) for _, mean in known],
                "arrayminus": [_reach(scale * (mean.value - mean.low)) for _, mean in known],
                "symmetric": False,
                "thickness": 1.6,
                "width": 3,
                "color": colour,
            },
            text=[_hover(mean, scale, unit) for _, mean in known],
            name=chart_text(name),
            mode="markers",
            marker={
                "color": colour,
                "symbol": RUN_MARKERS[place % len(RUN_MARKERS)],
                "size": 9,
            },
            hovertemplate="%{text}<extra>" + chart_text(name) + "</extra>",
        )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=list(map(chart_text, rows)),
        range=[len(rows) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        ticksuffix="  ",
        automargin=True,
    )
    return dressed(figure, height=110 + max(34, 14 + 14 * len(points)) * len(rows))


def _reach(value: float) -> float:
    return value if np.isfinite(value) else 0.0


def _hover(mean: Mean, scale: float, unit: str) -> str:
    digits = 0 if scale == 100 else 2
    value, low, high = (f"{scale * part:.{digits}f}" for part in (mean.value, mean.low, mean.high))
    span = f"{low} to {high}" if np.isfinite(mean.low) else "no interval"
    return f"{value}{unit} ({span}), n = {mean.n}"
