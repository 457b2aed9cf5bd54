"""One film and what models say of it: maps for the viewer, probabilities, overlays in a grid."""

from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from pages.ui.pickers import run_title
from pages.ui.theme import class_colour
from pages.ui.viewer import FilmMap
from xray_core.data.images import Film
from xray_core.data.labels import label_title
from xray_core.explain.attribution import Attribution
from xray_core.explain.methods import METHODS
from xray_core.explain.overlay import MIN_SHOWN_PROBABILITY, overlay, overlay_png
from xray_core.runs.store import Run

Attributions = Mapping[str, Sequence[Attribution]]
GRID_PX = 320


def attributions_of(
    run: Run,
    probabilities: NDArray[np.floating],
    maps: NDArray[np.floating],
    method: str = "grad_cam",
) -> tuple[Attribution, ...]:
    """The attributions of one film, from probabilities (classes,) and maps (classes, h, w)."""
    return tuple(
        Attribution(values.astype(np.float32), method, label, float(probability))
        for values, label, probability in zip(maps, run.classes, probabilities, strict=True)
    )


def same_class(
    item: Attribution, others: Sequence[Sequence[Attribution]]
) -> list[NDArray[np.float32]]:
    """The maps of other models for the class of a map, where they are shown.

    Args:
        item: the map.
        others: all attributions of each other model for the same film.
    """
    return [
        other.values
        for group in others
        for other in group
        if other.label == item.label and other.probability >= MIN_SHOWN_PROBABILITY
    ]


def short_titles(runs: Sequence[Run]) -> dict[str, str]:
    """A name for each run that is short and, where networks occur twice, still unique."""
    titles = {run.id: run.title for run in runs}
    names = list(titles.values())
    return {
        run.id: run_title(run) if names.count(titles[run.id]) > 1 else titles[run.id]
        for run in runs
    }


def viewer_maps(
    runs: Sequence[Run],
    attributions: Attributions,
    evidence: Mapping[str, NDArray[np.float32]] | None = None,
) -> list[FilmMap]:
    """All maps of a film, for the viewer.

    Args:
        runs: in the order in which they are offered.
        attributions: of each run, by its id.
        evidence: of each run the maps (classes, h, w) before their negative part was cut off;
            nothing where no classes are held against each other.
    """
    titles = short_titles(runs)
    return [
        FilmMap(
            item.values,
            titles[run.id],
            method.title,
            item.label,
            item.probability,
            method.unit,
            directed=method.linear or method.of_layer,
            evidence=evidence[run.id][number] if evidence else None,
        )
        for run in runs
        for number, item in enumerate(attributions[run.id])
        for method in (METHODS[item.method],)
    ]


def probability_table(runs: Sequence[Run], attributions: Attributions, label: str = "") -> None:
    """Probabilities of every class, a bar a class and model."""
    titles = short_titles(runs)
    values = {
        titles[run.id]: {item.label: item.probability for item in attributions[run.id]}
        for run in runs
    }
    st.plotly_chart(
        probability_figure(values, label),
        config={"displayModeBar": False},
        alt="; ".join(
            f"{model}: "
            + ", ".join(f"{label_title(name)} {value:.2f}" for name, value in answers.items())
            for model, answers in values.items()
        ),
    )


def probability_figure(values: Mapping[str, Mapping[str, float]], label: str = "") -> go.Figure:
    """Bars by class, one a model; the class of the label is marked."""
    figure = go.Figure()
    for number, (model, answers) in enumerate(reversed(list(values.items()))):
        labels = list(reversed(list(answers)))
        figure.add_bar(
            name=model,
            orientation="h",
            y=[label_title(name) + (" (label)" if name == label else "") for name in labels],
            x=[answers[name] for name in labels],
            text=[f"{answers[name]:.2f}" for name in labels],
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": [class_colour(name, set(labels)) for name in labels],
                "opacity": 1.0 - 0.25 * (len(values) - 1 - number),
                "pattern": {"shape": ("", "/", ".", "x")[(len(values) - 1 - number) % 4]},
            },
            hovertemplate="%{y}: %{x:.3f}<extra>" + model + "</extra>",
        )
    figure.update_layout(
        height=60 + 42 * max(map(len, values.values())) * (1 + 0.5 * (len(values) - 1)),
        margin={"l": 0, "r": 40, "t": 10, "b": 30},
        xaxis={"range": [0, 1], "title": "probability", "fixedrange": True},
        yaxis={"fixedrange": True},
        showlegend=len(values) > 1,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "reversed"},
        bargap=0.35,
    )
    return figure


def model_grid(
    film: Film, runs: Sequence[Run], attributions: Attributions, stem: str, key: str = "grid"
) -> None:
    """Models in rows, classes in columns: an overlay each, as PNG and as raw map to download."""
    titles = short_titles(runs)
    opacity = st.slider("Opacity of the overlays", 0.0, 1.0, 0.6, 0.05, key=f"{key}_opacity")
    step = max(1, max(film.pixels.shape) // GRID_PX)
    small = film.pixels[::step, ::step]
    for run in runs:
        st.markdown(f"**{titles[run.id]}**")
        with st.container(key=f"map_grid_{key}_{run.id}"):
            for item in attributions[run.id]:
                _small_overlay(overlay(small, item, opacity), item, titles[run.id])
        with st.popover("Download", icon=":material/download:"):
            likeliest = max(attributions[run.id], key=lambda item: item.probability)
            names = [item.label for item in attributions[run.id]]
            label = st.selectbox(
                "Class",
                names,
                index=names.index(likeliest.label),
                format_func=label_title,
                key=f"{key}_class_{run.id}",
            )
            item = attributions[run.id][names.index(label)]
            method = METHODS[item.method]
            title = f"{method.title} of {titles[run.id]}"
            st.download_button(
                "Overlay with legend (PNG)",
                partial(
                    overlay_png,
                    film.pixels,
                    item,
                    title=title,
                    unit=method.unit,
                    opacity=opacity,
                ),
                file_name=f"{stem}-{run.network}-{label}.png",
                mime="image/png",
                key=f"{key}_png_{run.id}",
            )
            st.download_button(
                "Raw map (NPY)",
                _npy(item),
                file_name=f"{stem}-{run.network}-{label}.npy",
                key=f"{key}_npy_{run.id}",
            )


def _small_overlay(picture: NDArray[np.uint8], item: Attribution, run: str) -> None:
    """One cell of the grid."""
    with st.container(gap="xsmall"):
        title = label_title(item.label)
        alt = f"{METHODS[item.method].title} of {run} for {title}"
        st.image(picture, width="stretch", alt=alt)
        hidden = item.probability < MIN_SHOWN_PROBABILITY
        note = ", too low to show where" if hidden else ""
        st.caption(f"{title} {item.probability:.2f}{note}")


def _npy(item: Attribution) -> bytes:
    buffer = BytesIO()
    np.save(buffer, item.values)
    return buffer.getvalue()
