"""Overlays of one film in a grid: models in rows, and classes or methods in columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.film.by_method import AT_FIRST, maps_by
from pages.ui.film.map_notes import map_notes
from pages.ui.film.panel import Attributions, class_order, short_titles
from pages.ui.film.picked import BY_COST, passes_title, times_words, title_of
from pages.ui.shared.folded import folded
from pages.ui.shared.notices import errors_shown, unexpected_shown
from pages.ui.shared.words import plain
from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.decoding.images import Film
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.explain.attribution import Attribution
from xray_core.explain.overlay import MIN_SHOWN_PROBABILITY, overlay
from xray_core.explain.shown import last_layer
from xray_core.reports.deck.names import short_hash
from xray_core.reports.map_picture import MapPane, caption_of, map_picture, picture_bytes
from xray_core.runs.store import Run

GRID_PX = 320


def side_by_side(
    film: Film,
    runs: Sequence[Run],
    attributions: Attributions,
    stem: str,
    key: str,
    *,
    full_size: Callable[[], Film] | None = None,
    warning: str = "",
    is_folded: bool = False,
) -> None:
    """The grid, with every map as PNG and as raw values to download.

    Args:
        film: the one shown.
        runs: the models, one or more.
        attributions: of each run, by its id: all classes by one method at one layer.
        stem: what the names of downloads begin with.
        key: unique on the page.
        full_size: gives the film in the size of its file, for downloaded overlays; None where
            `film` already has it.
        warning: what was done to the film, above the grid and in every picture of it; "" for none.
        is_folded: whether it is folded away at first.
    """
    paint = partial(_map_png, full_size or (lambda: film), stem, warning=warning)

    def draw() -> None:
        if warning:
            st.warning(warning, icon=":material/edit:")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            across = st.segmented_control(
                "Columns",
                ("Classes", "Methods"),
                default="Classes",
                required=True,
                key=f"{key}_by",
                persist_state="session",
            )
            opacity = st.slider(
                "Opacity",
                0.0,
                1.0,
                0.6,
                0.05,
                key=f"{key}_opacity",
                persist_state="session",
                width=280,
            )
        if across == "Classes":
            _grid(film, paint, runs, attributions, stem, key, opacity, _class_title)
        else:
            by_method = _ask_methods(film, runs, attributions, key)
            _grid(film, paint, runs, by_method, stem, f"{key}_methods", opacity, title_of)

    @st.fragment
    @unexpected_shown()
    @errors_shown()
    def show() -> None:
        with folded("Side by side", f"{key}_fold", is_open=not is_folded) as is_open:
            if is_open:
                draw()

    show()


def _class_title(_run: Run, item: Attribution) -> str:
    return label_title(item.label)


def _ask_methods(
    film: Film, runs: Sequence[Run], attributions: Attributions, key: str
) -> Mapping[str, Sequence[Attribution]]:
    """The maps of one class by the methods that the visitor wants, of each run that knows it."""
    labels = list(class_order([run.classes for run in runs]))
    likeliest = max(attributions[runs[0].id], key=lambda item: item.probability).label
    left, right = st.columns([1, 3])
    label = left.selectbox(
        "Class",
        labels,
        index=labels.index(likeliest),
        format_func=label_title,
        key=f"{key}_method_class_{likeliest}",
        persist_state="session",
    )
    methods = right.multiselect(
        "Methods",
        BY_COST,
        default=AT_FIRST,
        format_func=passes_title,
        key=f"{key}_method_names",
        persist_state="session",
        help="docs/explaining.md explains each method. Methods with many passes take seconds to "
        "minutes on a large network." + times_words(runs),
        wrap=True,
    )
    found = {}
    for run in runs:
        item = next((part for part in attributions[run.id] if part.label == label), None)
        if item is None:
            continue
        found[run.id] = maps_by(run, film, item, methods)
    return found


def _grid(
    film: Film,
    paint: Callable[..., bytes],
    runs: Sequence[Run],
    attributions: Mapping[str, Sequence[Attribution]],
    stem: str,
    key: str,
    opacity: float,
    named: Callable[[Run, Attribution], str],
) -> None:
    titles = short_titles(runs)
    step = max(1, max(film.pixels.shape) // GRID_PX)
    small = film.pixels[::step, ::step]
    order = class_order([run.classes for run in runs])
    for run in runs:
        items = attributions.get(run.id, ())
        if not items:
            continue
        st.markdown(f"**{plain(titles[run.id])}**")
        map_notes(run, items)
        with st.container(key=f"map_grid_{key}_{run.id}"):
            cells: Sequence[Attribution | str] = items
            if named is _class_title:  # a class keeps its column even where a model lacks it
                own = {item.label: item for item in items}
                cells = [own.get(label, label) for label in order]
            for cell in cells:
                if isinstance(cell, str):
                    st.caption(f"{plain(label_title(cell))} – not one of its classes")
                    continue
                name = f"{title_of(run, cell)} of {titles[run.id]}"
                _small_overlay(overlay(small, cell, opacity), cell, name, named(run, cell))
        with st.popover("Download", icon=":material/download:"):
            _downloads(paint, run, titles[run.id], items, stem, key, opacity, named)


def _downloads(
    paint: Callable[..., bytes],
    run: Run,
    model: str,
    items: Sequence[Attribution],
    stem: str,
    key: str,
    opacity: float,
    named: Callable[[Run, Attribution], str],
) -> None:
    number = st.selectbox(
        "Map",
        range(len(items)),
        index=int(np.argmax([item.probability for item in items])),
        format_func=lambda number: named(run, items[number]),
        key=f"{key}_map_{run.id}_{len(items)}",
        persist_state="session",
    )
    item = items[number]
    at = "" if item.layer in ("", last_layer(run)) else f"-{re.sub('[^0-9a-z]+', '-', item.layer)}"
    name = f"{stem}-{run.network}-{item.method}{at}-{item.label}"
    st.download_button(
        "Film and map (PNG)",
        partial(paint, run, MapPane(item, model, title_of(run, item)), opacity=opacity),
        file_name=f"{name}.png",
        mime="image/png",
        key=f"{key}_png_{run.id}",
        on_click="ignore",
    )
    st.download_button(
        "Raw map (NPY)",
        partial(_npy, item.values),
        file_name=f"{name}.npy",
        key=f"{key}_npy_{run.id}",
        on_click="ignore",
    )


def _map_png(read: Callable[[], Film], stem: str, run: Run, pane: MapPane, **looks: Any) -> bytes:
    caption = caption_of(stem, f"{run.id} {short_hash(run)}")
    return picture_bytes(map_picture(read().pixels, [pane], caption, **looks))


def _small_overlay(picture: UInt8Array, item: Attribution, name: str, title: str) -> None:
    """One cell of the grid."""
    with st.container(gap="xsmall"):
        alt = f"{name} for {label_title(item.label)}"
        st.image(picture, width="stretch", alt=alt)
        hidden = item.probability < MIN_SHOWN_PROBABILITY
        note = ", too low to show where" if hidden else ""
        st.caption(f"{plain(title)} {probability_text(item.probability)}{note}")


def _npy(values: Float32Array) -> bytes:
    buffer = BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()
