"""The film that is shown stands in the address of the page, so that a link opens it.

Films are named by codes of their content; an uploaded film is never in an address.
"""

import streamlit as st

from pages.ui.shared import session

FILM = "film"


def film_from_address() -> None:
    """Take the film of a link, or of a step back in the browser; a choice made here goes first."""
    named = st.query_params.get(FILM, "")
    if named and named != session.FILM_IN_ADDRESS.get():
        session.EXPLAIN_FILM.put(named)


def choose_film(code: str) -> None:
    """Show a film from the next run of the page on.

    The browser may not have heard of the last film yet: the address that came with this request is
    no wish of the visitor.
    """
    session.EXPLAIN_FILM.put(code)
    session.FILM_IN_ADDRESS.put(st.query_params.get(FILM, ""))


def film_to_address() -> None:
    """Name the film that is shown."""
    code = session.EXPLAIN_FILM.get()
    session.FILM_IN_ADDRESS.put(code)
    if st.query_params.get(FILM) != code:
        st.query_params[FILM] = code
