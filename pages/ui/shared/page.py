"""Navigation and the frame around every page."""

import streamlit as st

from pages.ui.shared.basket import title_of
from pages.ui.shared.frame import enter_app, remember_page
from pages.ui.shared.garbage import shorten_garbage_search
from pages.ui.shared.notices import errors_shown, research_line, unexpected_shown
from pages.ui.shared.places import PLACES
from pages.ui.shared.theme import ICON, LOGO, apply_theme
from pages.ui.shared.tour import keys_line, tour
from pages.ui.shared.training_notice import training_notice


def show_page() -> None:
    """Run the page that the visitor has open, once."""
    enter_app()
    st.set_page_config(page_title="ThoraxLens", page_icon=ICON, layout="wide")
    st.logo(LOGO, size="large")
    apply_theme()
    home = st.Page("pages/home.py", title="Home", default=True)
    others = [st.Page(place.file, title=title_of(place)) for place in PLACES]
    page = st.navigation([home, *others], position="top")
    remember_page(page.url_path)
    with errors_shown():
        training_notice()
    tour(page.url_path)
    body = st.container()
    research_line()  # before the page runs: a page that stops early ends with these as well
    keys_line()
    try:
        with body, unexpected_shown(), errors_shown():
            page.run()
    finally:
        shorten_garbage_search()
