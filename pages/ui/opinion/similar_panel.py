"""The films most like this one to a model, with what is known of each."""

import base64
import html
from collections.abc import Sequence

import streamlit as st

from pages.ui.shared.words import plain
from xray_core.data.labels import label_title
from xray_core.evaluation.probability import probability_text
from xray_core.opinion.opinion import Opinion
from xray_core.opinion.similar import Neighbour
from xray_core.runs.store import Run

COMMAND = "python -m xray_core similar-index --run {run} --data FOLDER"


def similar_panel(opinion: Opinion, runs: Sequence[Run]) -> None:
    """Small films in a row, the nearest first, and where they come from.

    Args:
        opinion: of a film that was answered.
        runs: the models, for the command that makes an index.
    """
    st.subheader("Similar films", anchor=False)
    found = opinion.similar
    if found is None:
        st.caption(
            "No index of films is there for these models. Make it once, on this machine, from the "
            "films that they were trained and tested on:"
        )
        st.code(COMMAND.format(run=runs[0].id), language="bash")
        return
    for line in found.words:
        st.markdown(f":material/info: {plain(line)}")
    st.html(cards(found.films))
    st.caption(
        f"The nearest of {found.n:,} films to {plain(found.model)}, by the features that its head "
        "sees (cosine distance, 0 is the same). Alike to the model is not the same disease."
    )
    if all(item.film.synthetic for item in found.films):
        st.caption("To compare with real films, index those that are on this machine:")
        st.code(COMMAND.format(run=runs[0].id), language="bash")


def cards(films: Sequence[Neighbour]) -> str:
    """One card per film, as an HTML grid."""
    inside = "".join(map(_card, films))
    return f'<div class="similar" role="list" aria-label="Similar films">{inside}</div>'


def _card(item: Neighbour) -> str:
    film = item.film
    label = label_title(film.label) if film.label else "No label"
    image = base64.b64encode(item.thumbnail).decode()
    lines = (
        ", ".join(part for part in (film.source or "source not stated", film.role) if part),
        f"model: {label_title(film.answer)} {probability_text(film.probability)}",
        "this very film" if item.same else f"distance {item.distance:.3f}",
    )
    stated = "".join(f"<span>{html.escape(line)}</span>" for line in lines)
    name = html.escape(label)
    return (
        f'<div role="listitem"><img src="data:image/jpeg;base64,{image}" alt="Labelled {name}">'
        f"<b>{name}</b>{stated}</div>"
    )
