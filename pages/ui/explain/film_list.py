"""The strip of the Explain page: small films with the answers of the models."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.film.panel import short_titles
from pages.ui.film.strip import Dot, Marks, StripItem, film_strip
from pages.ui.shared import session
from pages.ui.shared.theme import MUTED
from xray_core.arrays import UInt8Array
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.explain.explained import ExplainedFilms
from xray_core.explain.overlay import overlay
from xray_core.runs.store import Run
from xray_core.viewer.classes import class_colour
from xray_core.viewer.layers import thumbnail_url

SmallFilm = Callable[[str], UInt8Array]
"""Takes the id of a record, gives its film in small."""

PAGE_SIZE = 24


def pick_film(
    rows: pd.DataFrame,
    small: SmallFilm,
    explained: ExplainedFilms,
    runs: Sequence[Run],
    place: int,
) -> int | None:
    """Show one page of the strip; returns the place that was just chosen, if any."""
    n_pages = -(-len(rows) // PAGE_SIZE)
    page = place // PAGE_SIZE
    shown = rows.iloc[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    of_runs = "-".join(run.id for run in runs)
    key = f"strip_{of_runs}_{page}_{hash(tuple(shown['id']))}"
    kept_key, kept_maps, items = session.EXPLAIN_STRIP.get()
    if kept_key != key or kept_maps is not explained:  # they do not change from film to film
        items = [film_item(row, small, explained, runs) for row in shown.itertuples()]
        session.EXPLAIN_STRIP.put((key, explained, items))
    marks = _marks(shown["code"].tolist())
    picked = film_strip(items, chosen=place % PAGE_SIZE, key=key, column=True, marks=marks)
    _selection_line()
    if n_pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Previous page", disabled=page == 0, width="stretch"):
                return (page - 1) * PAGE_SIZE
            if st.button("Next page", disabled=page + 1 >= n_pages, width="stretch"):
                return (page + 1) * PAGE_SIZE
            first = page * PAGE_SIZE
            st.caption(f"Films {first + 1} to {first + len(shown)} of {len(rows)}")
    return None if picked is None else page * PAGE_SIZE + picked


def _marks(codes: Sequence[str]) -> Marks:
    """The selected ones of the films that the strip shows."""
    selected = session.EXPLAIN_MARKED.get()
    by_click = st.toggle(
        "Select",
        key="explain_marking",
        persist_state="session",
        help="A click on a film selects it; without this, Ctrl or Cmd with a click does, and X. "
        "Key 5 in the viewer shows the selected films side by side.",
    )

    def mark(places: tuple[int, ...]) -> None:
        others = [code for code in selected if code not in codes]
        session.EXPLAIN_MARKED.put((*others, *(codes[place] for place in places)))

    return Marks([at for at, code in enumerate(codes) if code in selected], by_click, mark)


def _selection_line() -> None:
    """How many films are selected, and how to see them."""
    if n_selected := len(session.EXPLAIN_MARKED.get()):
        st.caption(f"{n_selected} selected: key 5 in the viewer")
        st.button("Select none", on_click=session.EXPLAIN_MARKED.put, args=((),), type="tertiary")


def film_item(
    row: Any, small: SmallFilm, explained: ExplainedFilms, runs: Sequence[Run]
) -> StripItem:
    index, label, answer = int(row.Index), str(row.label), str(row.answer)
    film = np.asarray(small(str(row.id)), np.float32) / 255
    picture = overlay(film.astype(np.float32), explained.attribution(index, answer))
    titles = short_titles(runs)
    return StripItem(
        image=thumbnail_url(picture),
        title=_short(label),
        note=f"{_short(answer)} {probability_text(float(row.probability))}",
        colour=class_colour(label) if label else MUTED,
        mark="right" if answer == label else "wrong" if label in runs[0].classes else "",
        dots=tuple(
            Dot(class_colour(str(one)), f"{titles[run.id]}: {_short(str(one))}", one == label)
            for run, one in zip(runs, row.answers, strict=True)
        )
        if len(runs) > 1
        else (),
    )


def _short(label: str) -> str:
    """The title without the word that two classes share."""
    return label_title(label).removesuffix(" pneumonia")
