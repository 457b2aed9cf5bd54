"""What a model says of doubtful films, with its map: a second look at a label, no proof."""

import numpy as np
import streamlit as st

from pages.ui.film.strip import StripItem
from pages.ui.shared.cache import explained_films, seen_films, small_film_of
from pages.ui.shared.pickers import answering_runs, run_titles
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest
from xray_core.evaluation.probability import probability_text
from xray_core.explain.overlay import overlay
from xray_core.runs.parameters import parameter_count
from xray_core.runs.store import Run
from xray_core.viewer.classes import class_colours
from xray_core.viewer.layers import thumbnail_url

NO_MAPS = ""


def pick_model(key: str) -> Run | None:
    """The model whose answers and maps stand beside the films; the smallest until one is chosen.

    Args:
        key: unique on the page.

    Returns:
        None where there is no model, or none is wanted.
    """
    runs = {run.id: run for run in answering_runs()}
    if not runs:
        return None
    titles = {NO_MAPS: "Films alone"} | run_titles(runs.values())
    chosen = st.selectbox(
        "Answers and maps of",
        list(titles),
        index=list(titles).index(min(runs, key=lambda name: _size(runs[name]))),
        format_func=titles.__getitem__,
        key=f"{key}-model",
        persist_state="session",
        help="A model that has seen a film repeats its label: then its answer proves nothing.",
    )
    return runs.get(str(chosen))


def maps_of(run: Run, films: Manifest) -> dict[str, StripItem]:
    """Record id -> the answer of a model with its map, as small pictures.

    Args:
        run: with weights.
        films: that can be read, a few.

    Raises:
        XrayError: as `Classifier.explain_films`.
    """
    explained = explained_films(run, films)
    met = seen_films(run).among(films.records)
    colours = class_colours(set(explained.classes))
    found = {}
    for row, record in enumerate(films.records):
        said = max(explained.attributions(row), key=lambda item: item.probability)
        film = small_film_of(films.path_of(record)).astype(np.float32) / np.float32(255)
        found[record.id] = StripItem(
            image=thumbnail_url(overlay(film, said)),
            title=f"{label_title(said.label)} {probability_text(said.probability)}",
            note=f"{run.title}{', trained on it' if record.id in met else ''}",
            colour=colours[said.label],
            mark="right" if said.label == record.label else "wrong",
        )
    return found


def _size(run: Run) -> float:
    return parameter_count(run) or float("inf")
