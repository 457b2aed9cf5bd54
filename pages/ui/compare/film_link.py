"""From a marked row of a table to its film on Explain."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.ui.explain.address import FILM


def film_link(event: Any, films: Sequence[str]) -> None:
    """The way to the film of the marked row, or how to mark one.

    Args:
        event: of a table whose rows can be marked, as `show_table` returns it.
        films: code of the film in each row.
    """
    if not event.selection.rows:
        st.caption("Mark a row to look at its film, where its data set is on this machine.")
        return
    film = films[event.selection.rows[0]]
    st.page_link(
        "pages/explain.py",
        label=f"See {film} with its maps on Explain",
        icon=":material/arrow_forward:",
        query_params={FILM: film},
    )
