"""Mean maps of classes: one row per model, over the mean film of the class."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image

from pages.ui.film.panel import class_order
from pages.ui.patterns.cache import mean_film_of, once
from pages.ui.shared.basket import basket_button
from pages.ui.shared.cache import thumbnails
from pages.ui.shared.figures import Shown
from pages.ui.shared.words import films, plain
from xray_core.arrays import Float32Array, IndexArray, UInt8Array
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record
from xray_core.explain.shown import kept_title
from xray_core.patterns.means import MeanMap, boxes_of, mean_map
from xray_core.patterns.model import ModelPatterns
from xray_core.patterns.picture import (
    PICTURE_PX,
    UNIT,
    difference_picture,
    mean_lungs,
    mean_picture,
    top_of,
)
from xray_core.reports.deck.content import Picture
from xray_core.reports.deck.pictures import mean_maps
from xray_core.runs.store import Run

AtHand = Mapping[str, tuple[Manifest, Record]]

MOST_IN_MEAN_FILM = 200
_SMALL_PX = 96


@dataclass(frozen=True)
class Choice:
    """Which films the means are of.

    Attributes:
        outcome: `all`, `right` or `wrong`.
        source: of the films; None takes all.
        aligned: in the common frame of the lungs.
    """

    outcome: str = "all"
    source: str | None = None
    aligned: bool = True


@dataclass(frozen=True)
class Cell:
    """One mean map.

    Attributes:
        label: class of films and evidence.
        mean: None where no film has evidence.
        back: film over which it is drawn.
    """

    label: str
    mean: MeanMap | None
    back: Float32Array


def choose_films(models: Sequence[ModelPatterns]) -> Choice:
    """The controls above the maps."""
    sources = sorted({source for model in models for source in model.stored.sources})
    lungs = any(model.stored.has_lungs.any() for model in models)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome = st.segmented_control(
            "Films",
            ["all", "right", "wrong"],
            format_func={"all": "All", "right": "Correct", "wrong": "Wrong"}.__getitem__,
            default="all",
            required=True,
            key="patterns_outcome",
            persist_state="session",
            help="Correct: the model's most probable class is the label.",
            width="content",
        )
        source = None
        if len(sources) > 1:
            source = st.selectbox(
                "Source",
                [None, *sources],
                format_func=lambda name: "All" if name is None else name or "not stated",
                key=f"patterns_source_{'_'.join(sources)}",
                persist_state="session",
                width=280,
            )
        aligned = lungs and st.toggle(
            "Align the lungs",
            value=True,
            key="patterns_aligned",
            persist_state="session",
            help="Films whose lungs are known are shifted and scaled so that the bounding boxes of "
            "the lungs coincide.",
        )
    return Choice(str(outcome), source, bool(aligned))


def cells_of(model: ModelPatterns, choice: Choice, at_hand: AtHand) -> list[Cell]:
    """The mean maps of all classes of a model, computed once for the same choice."""

    def cell(label: str) -> Cell:
        rows = model.rows(label, choice.outcome, choice.source)
        mean = mean_map(model.stored, rows, label, aligned=choice.aligned)
        return Cell(label, mean, _back(model, rows, choice, at_hand))

    return once(model, (choice, _codes(at_hand)), lambda: list(map(cell, model.stored.classes)))


def _codes(at_hand: AtHand) -> str:
    """Which films are here, for `once`."""
    return " ".join(sorted(at_hand))


def show_mean_maps(
    models: Sequence[ModelPatterns], choice: Choice, at_hand: AtHand, runs: Sequence[Run]
) -> None:
    """All mean maps with their colour bar, as a picture to take along and for the basket."""
    grid = {model.name: cells_of(model, choice, at_hand) for model in models}
    top = top_of([cell.mean for cells in grid.values() for cell in cells])
    order = class_order([model.stored.classes for model in models])
    for place, (model, cells) in enumerate(zip(models, grid.values(), strict=True)):
        st.markdown(f"**{plain(model.name)}** · {plain(_map_title(model))}")
        own = {cell.label: cell for cell in cells}
        with st.container(key=f"map_grid_patterns_{place}"):
            for label in order:  # a class keeps its column, whether a model has it or not
                if label not in own:
                    st.caption(f"{plain(label_title(label))} – not one of its classes")
                    continue
                cell = own[label]
                n = cell.mean.n if cell.mean else 0
                with st.container(gap="xsmall"):
                    picture = mean_picture(cell.back, cell.mean, top)
                    st.image(picture, width="stretch", alt=_alt(model, label, n))
                    st.caption(f"{plain(label_title(label))} · {films(n)}")
    colour_bar(f"{top:.1f} {UNIT}")
    st.caption(
        "Mean map of each class over the films with that label. Every film has the same weight; "
        "all maps share one scale" + ("." if at_hand else "; the films are not on this machine.")
    )
    draw = partial(_sheet, models, grid, "mean film" if at_hand else "mean lungs")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Download",
            lambda: draw().data,
            "thoraxlens-mean-maps.jpg",
            "image/jpeg",
            key="patterns_means_file",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
        )
        shown = Shown(
            "Where they look, on average",
            runs,
            draw,
            f"{_title(choice)}. Every film counts the same; one scale for all.",
            (f"{_title(choice)}.",),
        )
        basket_button(shown.slide, "patterns_means")


def _sheet(
    models: Sequence[ModelPatterns], grid: Mapping[str, Sequence[Cell]], back: str
) -> Picture:
    """All mean maps as one picture."""
    drawn = mean_maps(
        {
            _with_title(model): {cell.label: (cell.mean, cell.back) for cell in grid[model.name]}
            for model in models
        },
        back,
    )
    assert drawn is not None
    return drawn


def difference_of(
    first: ModelPatterns, second: ModelPatterns, label: str, choice: Choice, at_hand: AtHand
) -> tuple[UInt8Array, float] | None:
    """The mean map of one model less that of another as a picture, and its greatest value.

    Returns:
        None where one of them has no evidence for the class, or does not know it.
    """
    if any(label not in model.stored.classes for model in (first, second)):
        return None
    other = (second.name, second.stored.hash)
    draw = partial(_difference, first, second, label, choice, at_hand)
    return once(first, ("difference", other, label, choice, _codes(at_hand)), draw)


def _difference(
    first: ModelPatterns, second: ModelPatterns, label: str, choice: Choice, at_hand: AtHand
) -> tuple[UInt8Array, float] | None:
    rows = first.rows(label, choice.outcome, choice.source)
    other = second.rows(label, choice.outcome, choice.source)
    means = (
        mean_map(first.stored, rows, label, aligned=choice.aligned),
        mean_map(second.stored, other, label, aligned=choice.aligned),
    )
    if means[0] is None or means[1] is None:
        return None
    back = _back(first, rows, choice, at_hand)
    return difference_picture(back, means[0].values - means[1].values)


def colour_bar(end: str, start: str = "0", *, signed: bool = False) -> None:
    """A colour bar with its unit."""
    ramp = (
        "linear-gradient(90deg, #56B4FF, #16181D, #FF8C1A)"
        if signed
        else "linear-gradient(90deg, #000004, #420A68, #932667, #DD513A, #FCA50A, #FCFFA4)"
    )
    start, end = html.escape(start), html.escape(end)
    st.html(
        f'<div role="img" aria-label="Colours from {start} to {end}" style="max-width: 420px">'
        f'<div style="height: 10px; border-radius: 5px; background: {ramp}"></div>'
        f'<div style="display: flex; justify-content: space-between; font-size: 0.85rem">'
        f"<span>{start}</span><span>{end}</span></div></div>"
    )


def small_films(at_hand: AtHand, ids: Sequence[str]) -> dict[str, UInt8Array]:
    """Film code -> small film uint8 (96, 96), for those available here."""
    known = [at_hand[film_id] for film_id in ids if film_id in at_hand]
    if not known:
        return {}
    roots = {name: root for manifest, _ in known for name, root in manifest.roots.items()}
    together = Manifest(tuple(record for _, record in known), roots)
    pixels = thumbnails(together, _SMALL_PX)
    codes = [film_id for film_id in ids if film_id in at_hand]
    return dict(zip(codes, pixels, strict=True))


def picture_bytes(picture: UInt8Array) -> bytes:
    """A picture as PNG."""
    buffer = BytesIO()
    Image.fromarray(picture).resize((2 * PICTURE_PX, 2 * PICTURE_PX)).save(buffer, "PNG")
    return buffer.getvalue()


def _back(model: ModelPatterns, rows: IndexArray, choice: Choice, at_hand: AtHand) -> Float32Array:
    """The mean film; the mean lungs where films are not available, and black without either."""
    ids = model.stored.film_ids
    chosen = [row for row in rows if ids[row] in at_hand][:MOST_IN_MEAN_FILM]
    if not chosen:
        known = np.array([row for row in rows if model.stored.lungs[row].any()], np.intp)
        boxes = boxes_of(model.stored, known, aligned=choice.aligned)
        return mean_lungs(model.stored.lungs[known], boxes)
    boxes = boxes_of(model.stored, np.array(chosen), aligned=choice.aligned)
    pixels = small_films(at_hand, ids)
    names = tuple(ids[row] for row in chosen)
    films_ = np.stack([pixels[name] for name in names])
    return mean_film_of(films_, boxes, names)


def _title(choice: Choice) -> str:
    parts = [{"all": "all films", "right": "correct films", "wrong": "wrong films"}[choice.outcome]]
    if choice.source is not None:
        parts.append(f"source {choice.source or 'not stated'}")
    if choice.aligned:
        parts.append("lungs aligned")
    return f"Mean maps: {', '.join(parts)}"


def _map_title(model: ModelPatterns) -> str:
    return kept_title(model.stored.method, model.stored.layer)


def _with_title(model: ModelPatterns) -> str:
    return f"{model.name} · {_map_title(model)}"


def _alt(model: ModelPatterns, label: str, n: int) -> str:
    if not n:
        return f"{model.name}: no film with evidence for {label_title(label)}"
    return f"Mean {_map_title(model)} of {model.name} for {label_title(label)} over {films(n)}"
