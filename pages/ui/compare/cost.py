"""What accuracy costs: score against size or time, and the models that no other beats for less."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.compare.cache import compared, milliseconds_of
from pages.ui.compare.charts import run_style
from pages.ui.shared.charts import dressed
from pages.ui.shared.figures import Shown, show_chart, show_table, shown_rows, table_block
from pages.ui.shared.theme import MUTED
from pages.ui.shared.words import chart_text, interval, plain
from xray_core.errors import DataError
from xray_core.evaluation.compare import COMPARED
from xray_core.evaluation.cost import pareto_front, weights_megabytes
from xray_core.evaluation.intervals import has_interval
from xray_core.evaluation.same_films import MEAN
from xray_core.reports.comparison_words import MEAN_WORDS
from xray_core.runs.parameters import parameter_count
from xray_core.runs.store import Run
from xray_core.wording import capital, join

Names = Mapping[str, str]
_TICKS = [step * 10**power for power in range(-1, 5) for step in (1, 2, 5)]
SIZE, TIME = "Megabytes of weights", "Milliseconds per film, here"


@dataclass(frozen=True)
class Point:
    """A model in the picture.

    Attributes:
        cost: megabytes or milliseconds; None where it is not known.
        score: with its interval.
    """

    cost: float | None
    score: Mapping[str, Any]


def cost_tab(runs: tuple[Run, ...], names: Names, by: str) -> None:
    """The picture, what it says, and its figures.

    Args:
        runs: two or more.
        names: run id -> display name.
        by: score that is drawn, one of `COMPARED`.
    """
    asked = st.segmented_control(
        "Cost",
        [SIZE, TIME],
        default=SIZE,
        required=True,
        key="compare_cost",
        persist_state="session",
        label_visibility="collapsed",
    )
    costs = {
        run.id: milliseconds_of(run) if asked == TIME else weights_megabytes(run) for run in runs
    }
    points = points_of(runs, costs, by)
    titles = {**names, MEAN: MEAN_WORDS}
    known = {
        name: (point.cost, float(point.score["value"]))
        for name, point in points.items()
        if point.cost is not None and point.score["value"] is not None
    }
    if not known:
        st.caption("Neither size nor score of these models is known.")
        return
    front = pareto_front(known)
    frame = cost_frame(runs, points, front, titles, str(asked), by)
    title = capital(f"{COMPARED[by]} against {str(asked).lower()}")
    show_chart(
        pareto(points, front, titles, (str(asked), COMPARED[by])),
        Shown(title, runs, partial(table_block, frame)),
        key="compare_pareto",
        alt="; ".join(
            f"{titles[name]}: {cost:.1f}, {score:.3f}" for name, (cost, score) in known.items()
        ),
    )
    st.caption(plain(front_words(front, titles, len(known))))
    show_table(
        frame, shown_rows(f"{title}, in figures", runs, frame), key="compare_costs", alt=title
    )


def points_of(
    runs: tuple[Run, ...], costs: Mapping[str, float | None], by: str
) -> dict[str, Point]:
    """Models and, where there is one, their mean; all on the same films where that can be."""
    own = {run.id: Point(costs[run.id], run.scores()[by]) for run in runs}
    try:
        found = compared(runs)
    except DataError:
        return own
    each = [costs[run.id] for run in runs]
    whole = None if None in each else sum(cost or 0.0 for cost in each)
    return {
        name: Point(whole if name == MEAN else costs[name], scores[by])
        for name, scores in found.scores.items()
    }


def front_words(front: tuple[str, ...], titles: Names, n: int) -> str:
    """Which models no other beats for less."""
    named = join([titles[name] for name in front])
    if len(front) == n:
        return f"Each is the best for its cost: {named}. Intervals may overlap all the same."
    return (
        f"On the line: {named}. For every other model one of these is as good or better, and costs "
        "no more. Intervals may overlap all the same."
    )


def cost_frame(
    runs: tuple[Run, ...],
    points: Mapping[str, Point],
    front: tuple[str, ...],
    titles: Names,
    asked: str,
    by: str,
) -> pd.DataFrame:
    """One row per model, for display."""
    counts = {run.id: parameter_count(run) for run in runs}
    if MEAN in points and None not in counts.values():
        counts[MEAN] = sum(count or 0 for count in counts.values())
    return pd.DataFrame(
        [
            {
                "Model": titles[name],
                capital(COMPARED[by]): interval(point.score),
                asked: "–" if point.cost is None else f"{point.cost:.1f}",
                "Million parameters": _millions(counts.get(name)),
                "On the line": "yes" if name in front else "no",
            }
            for name, point in points.items()
        ]
    )


def pareto(
    points: Mapping[str, Point], front: tuple[str, ...], titles: Names, axes: tuple[str, str]
) -> go.Figure:
    """Scores with their intervals over cost, and the line of those that no other beats for less.

    Args:
        points: of each model.
        front: names on the line, the cheapest first.
        titles: name -> display name.
        axes: titles of x and y.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[points[name].cost for name in front],
        y=[points[name].score["value"] for name in front],
        mode="lines",
        line={"color": MUTED, "width": 1.5, "dash": "dot", "shape": "hv"},
        hoverinfo="skip",
        showlegend=False,
    )
    for place, (name, point) in enumerate(points.items()):
        value = point.score["value"]
        if point.cost is None or value is None:
            continue
        style = run_style(place)
        ends = (
            (point.score["low"], point.score["high"])
            if has_interval(point.score)
            else (value, value)
        )
        figure.add_scatter(
            x=[point.cost],
            y=[value],
            name=chart_text(titles[name]),
            mode="markers",
            marker={"color": style["colour"], "symbol": style["marker"], "size": 13},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [ends[1] - value],
                "arrayminus": [value - ends[0]],
                "color": style["colour"],
                "thickness": 1.6,
            },
            hovertemplate=f"{axes[0]} %{{x:.1f}}<br>{interval(point.score)}<extra></extra>",
            cliponaxis=False,
        )
    ticks = {"tickvals": _TICKS, "ticktext": [f"{tick:g}" for tick in _TICKS]}
    figure.update_xaxes(title=axes[0], type="log", showgrid=False, **ticks)
    figure.update_yaxes(title=capital(axes[1]))
    return dressed(figure, height=360 + 20 * len(points))


def _millions(count: int | None) -> str:
    return "–" if count is None else f"{count / 1e6:.1f}"
