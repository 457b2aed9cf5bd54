"""Films that divide the models most, in their answers and in their maps."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.ui.compare.cache import disagreement_of, prediction_files
from pages.ui.compare.film_link import film_link
from pages.ui.shared.figures import show_table, shown_rows
from pages.ui.shared.notices import error_words
from pages.ui.shared.words import films, plain
from xray_core.data.labels import label_title
from xray_core.errors import DataError
from xray_core.evaluation.disagreement import Disagreement
from xray_core.evaluation.probability import probability_text
from xray_core.runs.store import Run

Names = Mapping[str, str]
_TITLE = "Films that divide the models most"


def disagreement_tab(runs: tuple[Run, ...], names: Names) -> None:
    """The films in order, and the way to look at one.

    Args:
        runs: two or more.
        names: run id -> display name.
    """
    try:
        apart = disagreement_of(prediction_files(runs))
    except DataError as error:
        st.info(error_words(error), icon=":material/info:")
        return
    st.markdown(f"The models name different classes on **{films(apart.n)}**.")
    if not apart.films:
        return
    frame = disagreement_frame(apart, names)
    event = show_table(
        frame,
        shown_rows(_TITLE, runs, frame),
        key="compare_disagreement",
        alt=_TITLE,
        on_select="rerun",
        selection_mode="single-row",
    )
    st.caption(plain(" ".join([_ORDER[apart.by_map], *_alike(apart, names)])))
    film_link(event, [film["id"] for film in apart.films])


_ORDER = {
    True: "Ordered by both: how far the probabilities lie apart (largest total variation distance "
    "of two models), and how unlike the maps of their answers are (lowest rank correlation of "
    "two models, 1 for the same order of places). Models may name one class for different reasons.",
    False: "Those first whose probabilities lie furthest apart. Two of the models or more keep no "
    "maps of their test films, so that only answers are compared.",
}


def _alike(apart: Disagreement, names: Names) -> list[str]:
    """How alike the maps of every two models are; no sentence where none are known."""
    pairs = [
        f"{letter_of(names[pair['first']])} and {letter_of(names[pair['second']])} "
        f"{pair['correlation']:.2f}"
        for pair in apart.map_pairs
    ]
    return [f"Correlation of the maps, median of all films: {', '.join(pairs)}."] if pairs else []


def letter_of(name: str) -> str:
    """`A` of `A · Xception, ImageNet`."""
    return name.split(" ", maxsplit=1)[0]


def disagreement_frame(apart: Disagreement, names: Names) -> pd.DataFrame:
    """One row per film, a column per model, for display."""
    return pd.DataFrame(
        [
            {
                "Film": film["id"],
                "Label": label_title(film["label"]),
                "Source": film["source"] or "not stated",
                "Apart": f"{film['apart']:.2f}",
                "Maps": "–" if film["maps"] is None else f"{film['maps']:.2f}",
                **{
                    names[name]: f"{label_title(answer['class'])} "
                    f"{probability_text(answer['probability'])}"
                    for name, answer in film["answers"].items()
                },
            }
            for film in apart.films
        ]
    )
