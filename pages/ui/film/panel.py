"""One film and what models make of it: maps for the viewer, probabilities."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from pages.ui.film.viewer import Doubt, FilmMap
from pages.ui.shared.figures import Shown, show_chart
from pages.ui.shared.pickers import run_titles
from pages.ui.shared.theme import OUTLINE
from pages.ui.shared.words import chart_text
from xray_core.data.labels import label_title, order_labels
from xray_core.evaluation.probability import probability_text
from xray_core.explain.attribution import Attribution
from xray_core.explain.shown import last_layer
from xray_core.runs.store import Run
from xray_core.viewer.classes import class_colour
from xray_core.viewer.sent import film_map

Attributions = Mapping[str, Sequence[Attribution]]


def short_titles(runs: Sequence[Run]) -> dict[str, str]:
    """A short name for each run, unique even where a network occurs twice."""
    names, full = [run.title for run in runs], run_titles(runs)
    return {run.id: full[run.id] if names.count(run.title) > 1 else run.title for run in runs}


def viewer_maps(
    runs: Sequence[Run],
    attributions: Attributions,
    doubts: Mapping[tuple[str, str], Doubt | None] | None = None,
) -> list[FilmMap]:
    """All maps of a film, for the viewer.

    Args:
        runs: in the order in which they are offered.
        attributions: of each run, by its id.
        doubts: what speaks against relying on the map of a run and class.
    """
    titles = short_titles(runs)
    return [
        film_map(
            item,
            run.id,
            titles[run.id],
            last=last_layer(run),
            doubt=(doubts or {}).get((run.id, item.label)),
        )
        for run in runs
        for item in attributions[run.id]
    ]


def probability_table(
    runs: Sequence[Run], probabilities: Mapping[str, Mapping[str, float]], label: str = ""
) -> None:
    """Probabilities of every class, one bar per class and model.

    Args:
        runs: the models, one or more.
        probabilities: id of a run -> class -> probability.
        label: of the film; "" where it is not known.
    """
    titles = short_titles(runs)
    values = {titles[run.id]: probabilities[run.id] for run in runs}
    order = class_order([run.classes for run in runs])
    show_chart(
        probability_figure(values, label),
        Shown("Probabilities of every class", runs),
        key="probabilities",
        alt="; ".join(
            f"{model}: "
            + ", ".join(
                f"{label_title(name)} {probability_text(answers[name])}"
                if name in answers
                else f"{label_title(name)} is not one of its classes"
                for name in order
            )
            for model, answers in values.items()
        ),
    )


def class_order(classes: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The classes of several models, each once; in their own order where all models agree.

    >>> class_order([("normal", "covid"), ("covid", "normal", "asthma")])
    ('normal', 'covid', 'asthma')
    """
    if len(set(map(tuple, classes))) == 1:
        return tuple(classes[0])
    return order_labels({label for labels in classes for label in labels})


def probability_figure(values: Mapping[str, Mapping[str, float]], label: str = "") -> go.Figure:
    """Bars by class, one per model; the class of the label is marked.

    Every class has the same place for all models; a class that a model lacks has a dash.
    """
    figure = go.Figure()
    order = class_order([tuple(answers) for answers in values.values()])
    labels = list(reversed(order))
    names = [
        chart_text(label_title(name)) + (" (label)" if name == label else "") for name in labels
    ]
    for number, (model, answers) in enumerate(reversed(list(values.items()))):
        figure.add_bar(
            name=chart_text(model),
            orientation="h",
            y=names,
            x=[answers.get(name, 0) for name in labels],
            text=[probability_text(answers[name]) if name in answers else "–" for name in labels],
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": [class_colour(name, set(labels)) for name in labels],
                "opacity": 1.0 - 0.25 * (len(values) - 1 - number),
                "pattern": {"shape": ("", "/", ".", "x")[(len(values) - 1 - number) % 4]},
                "line": {"width": 1, "color": OUTLINE},
            },
            customdata=[
                f"{answers[name]:.3f}" if name in answers else "not one of its classes"
                for name in labels
            ],
            hovertemplate="%{y}: %{customdata}<extra>" + chart_text(model) + "</extra>",
        )
    figure.update_layout(
        height=60 + 42 * len(order) * (1 + 0.5 * (len(values) - 1)),
        margin={"l": 0, "r": 40, "t": 10, "b": 30},
        xaxis={"range": [0, 1], "title": "probability", "fixedrange": True},
        yaxis={"fixedrange": True, "categoryorder": "array", "categoryarray": names},
        showlegend=len(values) > 1,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "reversed"},
        bargap=0.35,
    )
    return figure
