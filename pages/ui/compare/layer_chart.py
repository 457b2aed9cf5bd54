"""Which layer, and how we know: how often maps of every layer point at what radiologists drew."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.shared.charts import dressed
from pages.ui.shared.figures import Shown, show_chart, show_table, shown_rows
from pages.ui.shared.folded import folded
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.theme import MUTED, RUN_COLOURS, RUN_MARKERS
from pages.ui.shared.words import chart_text, count, interval, plain
from xray_core.explain.methods import METHODS
from xray_core.networks.layers import AND, layer_words
from xray_core.networks.registry import NETWORKS
from xray_core.quality.layer_file import read_layers
from xray_core.quality.layer_words import COLUMNS
from xray_core.quality.pairs import Pair
from xray_core.reports.deck.content import Bars
from xray_core.runs.store import Run
from xray_core.wording import join

Row = dict[str, Any]
Score = Mapping[str, Any]


class Sweep(NamedTuple):
    """What a run's file says of the films that it is reported on.

    Attributes:
        films: `test`, or `val` where there is no test film with boxes.
        hits: pair -> share of films whose peak lies in a box.
        chosen: the pair that the measures chose; None where they chose none.
        before: the pair that is shown where nothing was measured.
    """

    films: str
    hits: Mapping[Pair, Score]
    chosen: Pair | None
    before: Pair


def layer_panel(runs: Sequence[Run], names: Mapping[str, str]) -> list[Run]:
    """A chart for each run whose layers were measured, and all of them as a table.

    Args:
        runs: to compare.
        names: run id -> display name.

    Returns:
        The runs whose layers were not measured.
    """
    found: list[tuple[Run, Row]] = []
    for run in runs:
        with errors_shown():
            if content := read_layers(run):
                found.append((run, content))
    measured = [(run, content, of) for run, content in found if (of := sweep_of(content)).hits]
    if measured:
        st.subheader("Which layer, and how we know", anchor=False)
        st.caption(
            "How often the strongest place of the map lies in a box that a radiologist drew, with "
            "95 % interval by patient. The map that is shown was chosen on validation films; the "
            "chart shows films that took no part in the choice, where there are any."
        )
        for run, content, sweep in measured:
            st.markdown(f"**{plain(names[run.id])}** · {plain(content['words'])}")
            layers = layers_of(run, sweep)
            shown = Shown(
                f"Which layer of {run.title} points best",
                [run],
                partial(layer_bars, sweep, layers),
                f"hit_rate in explanations/layers.json. {content['words']}",
                ("Share of films whose strongest place lies in a radiologist's box.",),
            )
            show_chart(
                layer_figure(sweep, layers),
                shown,
                key=f"compare_layers_{run.id}",
                alt=f"{names[run.id]}: {content['words']}",
            )
        with folded("As a table", "compare_layers_fold") as is_open:
            if is_open:
                frame = layer_frame([(names[run.id], content) for run, content, _ in measured])
                of_runs = [run for run, _, _ in measured]
                title = "Maps of the best layers on films with boxes"
                show_table(
                    frame,
                    shown_rows(title, of_runs, frame),
                    key="compare_layers",
                    alt=title,
                )
    done = {run.id for run, _, _ in measured}
    return [run for run in runs if run.id not in done]


def layer_hint(runs: Sequence[Run], names: Mapping[str, str]) -> None:
    """How to measure the layers of runs; nothing where there are none."""
    if not runs:
        return
    st.caption(
        f"Which layer of {plain(join([names[run.id] for run in runs]))} points best at what "
        "radiologists drew has not been measured. Run this command; DATA is a folder of films "
        "with boxes."
    )
    words = " ".join(f"--run {run.id}" for run in runs)
    command = f"python -m xray_core explain-report --layers {words} --data DATA"
    st.code(command, language=None, wrap_lines=True)


def sweep_of(content: Row) -> Sweep:
    """The share of peaks in boxes of every pair, from what `read_layers` gives."""
    films = "test" if any("test" in row for row in content["rows"]) else "val"
    hits = {
        Pair.of(row): row[films]["measures"]["hit_rate"]
        for row in content["rows"]
        if "hit_rate" in row.get(films, {}).get("measures", {})
    }
    chosen = Pair(**content["chosen"]) if content["chosen"] else None
    best = [Pair(**item) for item in content["best"]]
    shown = {pair: hit for pair, hit in hits.items() if AND not in pair.layer or pair in best}
    return Sweep(films, shown, chosen, Pair(**content["before"]))


def layers_of(run: Run, sweep: Sweep) -> tuple[str, ...]:
    """The layers of a sweep in the order of the network, then those of several together."""
    known = NETWORKS[run.network].layers if run.network in NETWORKS else ()
    found = dict.fromkeys(pair.layer for pair in sweep.hits)
    ordered = dict.fromkeys(layer for layer in known if layer in found)
    return tuple(ordered | dict.fromkeys(sorted(found, key=lambda layer: AND in layer)))


def layer_figure(sweep: Sweep, layers: Sequence[str]) -> go.Figure:
    """One place per layer, one mark with its interval per method; chance is a line.

    Args:
        sweep: with one pair or more.
        layers: from left to right.
    """
    figure = go.Figure()
    methods = [name for name in METHODS if any(pair.method == name for pair in sweep.hits)]
    step = min(0.2, 0.7 / len(methods))
    at = {
        pair: layers.index(pair.layer)
        + (methods.index(pair.method) - (len(methods) - 1) / 2) * step
        for pair in sweep.hits
    }
    for place, name in enumerate(methods):
        pairs = sorted((pair for pair in sweep.hits if pair.method == name), key=at.__getitem__)
        _add_method(figure, METHODS[name].title, place, [(at[p], p, sweep.hits[p]) for p in pairs])
    chance = float(np.mean([hit["chance"] for hit in sweep.hits.values()]))
    figure.add_scatter(
        x=[-0.6, len(layers) - 0.4],
        y=[chance, chance],
        mode="lines",
        name=f"Chance {chance:.2f}",
        line={"color": MUTED, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )
    marks = [("Shown by this model", sweep.chosen, "circle-open")]
    if sweep.before != sweep.chosen:
        marks.append(("Grad-CAM, last layer", sweep.before, "square-open"))
    for title, pair, symbol in marks:
        if pair in at:
            figure.add_scatter(
                x=[at[pair]],
                y=[sweep.hits[pair]["value"]],
                mode="markers",
                name=title,
                marker={"symbol": symbol, "size": 20, "color": MUTED, "line": {"width": 2.5}},
                hoverinfo="skip",
            )
    figure.update_xaxes(
        tickvals=list(range(len(layers))),
        ticktext=[chart_text(layer_words(layer)).replace(" and ", "<br>and ") for layer in layers],
        range=[-0.6, len(layers) - 0.4],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )
    n = max(hit["n"] for hit in sweep.hits.values())
    films = {"test": "test", "val": "validation"}[sweep.films]
    figure.update_yaxes(title=f"Peak in a box, {count(n)} {films} films", range=[0, 1.02])
    return dressed(figure, height=400)


def layer_bars(sweep: Sweep, layers: Sequence[str]) -> Bars:
    """The same for a slide: a group per layer, a bar per method."""
    methods = [name for name in METHODS if any(pair.method == name for pair in sweep.hits)]
    return Bars(
        "Peak in a box",
        tuple(map(layer_words, layers)),
        {
            METHODS[name].title: tuple(sweep.hits.get(Pair(name, layer)) for layer in layers)
            for name in methods
        },
    )


def _add_method(
    figure: go.Figure, title: str, place: int, points: Sequence[tuple[float, Pair, Score]]
) -> None:
    colour = RUN_COLOURS[place % len(RUN_COLOURS)]
    again = "-open" if place >= len(RUN_MARKERS) else ""  # so that no two methods look alike
    ends = [
        (hit["value"], hit["value"]) if hit["low"] is None else (hit["low"], hit["high"])
        for _, _, hit in points
    ]
    values = [hit["value"] for _, _, hit in points]
    figure.add_scatter(
        x=[x for x, _, _ in points],
        y=values,
        error_y={
            "array": [high - value for (_, high), value in zip(ends, values, strict=True)],
            "arrayminus": [value - low for (low, _), value in zip(ends, values, strict=True)],
            "symmetric": False,
            "thickness": 1.6,
            "width": 3,
            "color": colour,
        },
        text=[f"{chart_text(pair.title)}: {interval(hit)}" for _, pair, hit in points],
        name=chart_text(title),
        mode="markers",
        marker={
            "color": colour,
            "symbol": RUN_MARKERS[place % len(RUN_MARKERS)] + again,
            "size": 9,
        },
        hovertemplate="%{text}<extra></extra>",
    )


def layer_frame(contents: Sequence[tuple[str, Row]]) -> pd.DataFrame:
    """The best pairs of each model, the chosen one first, and the one at the last layer.

    Args:
        contents: pairs of a display name and what `read_layers` gives.
    """
    found = []
    for name, content in contents:
        films = sweep_of(content).films
        for item in content["best"]:
            pair = Pair(**item)
            row = next(row for row in content["rows"] if Pair.of(row) == pair)
            entry = row.get(films)
            if entry is None:
                continue
            cells = {
                title.capitalize(): _cell(entry["measures"].get(key))
                for key, title in COLUMNS.items()
            }
            kind = {"test": "test", "val": "validation"}[films]
            amount = f"{count(entry['films'])} {kind}"
            found.append({"Model": name, "Map": pair.title, "Films": amount, **cells})
    return pd.DataFrame(found)


def _cell(score: Score | None) -> str:
    """`0.61 (0.54–0.68), chance 0.16`."""
    if score is None:
        return "–"
    return interval(score) + (f", chance {score['chance']:.2f}" if "chance" in score else "")
