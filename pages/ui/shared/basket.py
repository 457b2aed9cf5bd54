"""The basket: films, charts and tables that a visitor collects for a meeting."""

from collections.abc import Callable

import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.places import PLACE, Place
from xray_core.reports.deck.basket import MOST_SLIDES, added
from xray_core.reports.deck.content import Slide

MOST_LETTERS = 2000


def title_of(place: Place) -> str:
    """The name of a page in the navigation; that of Present has the number of slides in it."""
    n_slides = len(session.BASKET.get()) if place == PLACE["Present"] else 0
    return f"{place.title} ({n_slides})" if n_slides else place.title


def basket_button(make: Callable[[], Slide], key: str) -> None:
    """A small button that asks for a note, and puts a slide into the basket.

    Args:
        make: gives the slide, with a footer of its own; called only when it is wanted.
        key: unique on the page.
    """
    with (
        st.popover("Add to basket", icon=":material/add:", type="tertiary"),
        st.form(f"{key}_basket", clear_on_submit=True, border=False),
    ):
        note = st.text_input(
            "Note for the speaker", max_chars=MOST_LETTERS, key=f"{key}_basket_note"
        )
        wanted = st.form_submit_button("Add", type="primary")
    if not wanted:
        return
    basket = session.BASKET.get()
    if len(basket) >= MOST_SLIDES:
        st.warning(f"The basket is full: it holds {MOST_SLIDES} slides.", icon=":material/warning:")
        return
    session.BASKET.put(added(basket, make(), note))
    st.toast(f"In the basket: {len(basket) + 1}", icon=":material/add:")
    st.rerun()  # the navigation counts
