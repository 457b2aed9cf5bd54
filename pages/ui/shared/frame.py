"""Every page runs inside `app.py`, whichever address a visitor opens."""

import runpy

import streamlit as st

from pages.ui.shared import visit
from xray_core.settings import PROJECT_DIR


def enter_app() -> None:
    """Called by `app.py` before anything else."""
    visit.INSIDE_APP.put(True)


def remember_page(address: str) -> None:
    """Keep the page that is open as the last one, for the way back from Home."""
    if address:  # Home has none
        visit.LAST_PAGE.put(address)


def require_app() -> None:
    """Called by every page before anything else: goes through `app.py` if that was bypassed.

    Streamlit learns that a `pages/` folder belongs to `st.navigation` at the first call of it.
    Until then, the address of a page runs the page's file alone, without title bar and theme.
    """
    if not visit.INSIDE_APP.get():
        runpy.run_path(str(PROJECT_DIR / "app.py"))
        st.stop()
