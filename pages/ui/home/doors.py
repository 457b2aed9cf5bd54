"""The ways from Home into the other pages."""

import streamlit as st

from pages.ui.opinion.uploads import keep_files
from pages.ui.shared import session
from pages.ui.shared.arrivals import named
from pages.ui.shared.places import PLACE, PLACES

_FORWARD = ":material/arrow_forward:"


def doors() -> None:
    """The three that most visitors want; the second takes their film along."""
    with st.container(border=True):
        _door("Explain", "Browse heatmaps", "Films, predictions and maps, model by model.")
    with st.container(border=True):
        _door("Second opinion", "Second opinion", "Your own film; it is never stored.")
        uploads = st.file_uploader(
            "Chest films for a second opinion",
            type=None,  # the content decides: DICOM files often have no suffix
            accept_multiple_files=True,
            key=session.opinion_uploader("home"),
            label_visibility="collapsed",
        )
    if uploads:
        keep_files(named(uploads))
        st.switch_page(PLACE["Second opinion"].file)
    with st.container(border=True):
        _door("Compare", "Compare models", "Scores with intervals, ROC, confusion.")


def questions() -> None:
    """What each page answers."""
    st.subheader("What the pages answer", anchor=False)
    with st.container(key="questions"):
        for place in PLACES:
            with st.container(gap=None):
                st.page_link(place.file, label=f"**{place.title}**")
                st.caption(place.answers)


def _door(page: str, title: str, promise: str) -> None:
    st.page_link(PLACE[page].file, label=f"**{title}**", icon=_FORWARD)
    st.caption(promise)
