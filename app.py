"""ThoraxLens: the entry of the app. Navigation and the frame around every page; no logic.

The server imports this file once, for `app`; every visit of a page runs it as a script.
"""

import streamlit as st

from pages.ui.shared.basket import present_title
from pages.ui.shared.frame import enter_app
from pages.ui.shared.notices import errors_shown, research_line, unexpected_shown
from pages.ui.shared.theme import ICON, LOGO, apply_theme


def show_page() -> None:
    """Run the page that the visitor has open, once."""
    enter_app()
    st.set_page_config(page_title="ThoraxLens", page_icon=ICON, layout="wide")
    st.logo(LOGO, size="large")
    apply_theme()
    page = st.navigation(
        [
            st.Page("pages/home.py", title="Home", default=True),
            st.Page("pages/explain.py", title="Explain"),
            st.Page("pages/second_opinion.py", title="Second opinion"),
            st.Page("pages/compare.py", title="Compare"),
            st.Page("pages/patterns.py", title="Patterns"),
            st.Page("pages/dataset.py", title="Dataset"),
            st.Page("pages/train.py", title="Train"),
            st.Page("pages/present.py", title=present_title()),
        ],
        position="top",
    )
    body = st.container()
    research_line()  # before the page runs: a page that stops early ends with the line as well
    with body, unexpected_shown(), errors_shown():
        page.run()


if __name__ == "app":
    from starlette.middleware import Middleware

    from pages.ui.shared.front_door import FrontDoor, keep_uploads_in_memory

    keep_uploads_in_memory()
    app = st.App(__file__, middleware=[Middleware(FrontDoor)])
else:
    show_page()
