"""The slides on the page, by the same HTML deck that can be taken away."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.present.take import step_words
from pages.ui.shared import session
from pages.ui.shared.progress import progress_bar
from xray_core.reports.deck.basket import Basket
from xray_core.reports.deck.on_demand import basket_slides
from xray_core.runs.store import Run

_HEIGHT_PX = 720
KEYS = "Arrows or page up and down turn the slides, F fills the screen."


def show_button(basket: Basket, runs: Sequence[Run], theme: str) -> None:
    """A button that makes the slides and shows them at the top of the page."""
    made_of = _made_of(basket, runs, theme)
    shown, _ = session.DECK_SHOWN.get()
    if st.button("Show slides", key="present_show", type="primary", icon=":material/slideshow:"):
        with progress_bar(step_words, "Slides") as progress:
            data = basket_slides(basket, runs, ".html", theme, progress)
        session.DECK_SHOWN.put((made_of, data.decode("utf-8")))
        st.rerun()
    if shown is not None and shown != made_of:
        st.caption("The slides above are older than the basket: show them again.")


def deck_shown() -> None:
    """The slides that were made last, until they are closed; nothing before."""
    shown, page = session.DECK_SHOWN.get()
    if shown is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(KEYS, width="stretch")
        st.button(
            "Close",
            key="present_close",
            icon=":material/close:",
            type="tertiary",
            on_click=session.DECK_SHOWN.forget,
        )
    st.iframe(page, height=_HEIGHT_PX, alt="Slides")


def _made_of(basket: Basket, runs: Sequence[Run], theme: str) -> tuple[object, ...]:
    return basket, tuple(run.id for run in runs), theme
