"""Which window or look-up table of a DICOM file the film is shown and answered by."""

import streamlit as st

from pages.ui.opinion.films import OpinionFilm, opinion_film, thumbnail
from pages.ui.shared import session
from pages.ui.shared.words import plain

FIRST_THAT_FITS = "The first that fits"


def ask_window(item: OpinionFilm) -> OpinionFilm:
    """The film by the window that the reader chooses, where its file offers several.

    The choice changes the film, what the gate finds and the answer.
    """
    names = {window.key: window.name for window in item.facts.windows}
    if len(names) < 2:
        return item
    chosen = st.selectbox(
        "Window of the file",
        ["", *names],
        format_func=lambda key: plain(names[key]) if key else FIRST_THAT_FITS,
        key=f"opinion_window_{item.id}",
        persist_state="session",
        help="The file offers several ways to show it. Gate and models see what you see.",
    )
    if (chosen or "") == item.window:
        return item
    session.OPINION_WINDOWS.hold()[item.id] = chosen or ""
    thumbnail(item.file)
    return opinion_film(item.file)
