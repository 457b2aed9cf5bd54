"""What a run has learnt: the classes it confuses, its worst films, its attention by epoch."""

import pandas as pd
import streamlit as st

from pages.ui.compare.confusion import READ_IT, show_confusion
from pages.ui.film.strip import StripItem, film_strip
from pages.ui.shared.cache import films_tested
from pages.ui.shared.film_dialog import film_dialog, picture_of
from pages.ui.shared.notices import errors_shown
from pages.ui.shared.words import count, films
from pages.ui.train.epoch_strip import epoch_strip, films_here
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record
from xray_core.evaluation.mistakes import shared_mistakes
from xray_core.evaluation.probability import probability_text
from xray_core.runs.store import Run
from xray_core.viewer.classes import class_colour

N_WORST = 6


def result_panel(run: Run) -> None:
    """The confusion matrix, the worst films, and how the attention formed, over the whole width.

    Args:
        run: that has ended.
    """
    if run.finished:
        left, right = st.columns(2, gap="large")
        with left, errors_shown():
            st.markdown("**What it calls the test films of each class**")
            st.caption(READ_IT)
            show_confusion(run, "train_confusion")
        with right, errors_shown():
            st.markdown("**Its worst films**")
            _worst_films(run)
    epoch_strip(run)


def _worst_films(run: Run) -> None:
    """The wrong answers with the highest probability, of the films that are on this machine."""
    found = shared_mistakes([films_tested(run)])
    if found.films.empty:
        st.caption(f"None: it answers all {films(found.n)} as they are labelled.")
        return
    here = films_here(run, found.films["id"].tolist())
    worst = found.films[found.films["id"].isin(list(here))].head(N_WORST)
    said = f"It is wrong on {count(len(found.films))} of {films(found.n)}"
    if worst.empty:
        st.caption(f"{said}. They are not on this machine.")
        return
    st.caption(
        f"{said}; here are those with the highest probability. The model may be wrong, or the "
        "label. Click a film to enlarge it."
    )
    chosen = film_strip(
        [_item(row, *here[str(row["id"])]) for _, row in worst.iterrows()],
        chosen=-1,
        key=f"worst_{run.id}",
        grid=True,
    )
    if chosen is not None:
        film_dialog(*here[str(worst["id"].iloc[chosen])])


def _item(row: "pd.Series[str]", manifest: Manifest, record: Record) -> StripItem:
    """A film, its answer with the probability, and its label."""
    answer = label_title(row["answer"]).removesuffix(" pneumonia")
    return StripItem(
        image=picture_of(manifest, record),
        title=f"{answer} {probability_text(float(row['probability']))}",
        note=f"Label: {label_title(row['label'])}",
        colour=class_colour(row["answer"]),
        mark="wrong",
    )
