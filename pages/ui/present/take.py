"""Slides as a file to take away: format, theme, and the file once it was asked for."""

from collections.abc import Callable

import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.progress import progress_bar

Progress = Callable[[int, int], None]
FORMATS = {".pptx": "PowerPoint", ".pdf": "PDF", ".html": "Web page"}
_WHAT = {
    ".pptx": "Charts and tables can be edited; the notes say where each figure comes from.",
    ".pdf": "Pages of 16:9, sharp at any size.",
    ".html": "One file that opens without a network: films in the viewer, charts to point at.",
}


def slides_panel(
    made_of: object, make: Callable[[str, str, Progress], bytes], key: str, theme: str
) -> None:
    """The choice of a format, and the file when it was made of the same.

    Args:
        made_of: equal as long as the slides would be the same.
        make: gives the file, from its ending, `light` or `dark`, and a function that takes the
            steps done and the steps in all.
        key: unique in the app.
        theme: `light` or `dark`.
    """
    ending = st.radio(
        "Slides as",
        list(FORMATS),
        format_func=FORMATS.__getitem__,
        horizontal=True,
        key=f"{key}_format",
    )
    st.caption(_WHAT[ending])
    wanted = (made_of, ending, theme)
    kept = session.slides_of(key)
    if st.button("Make slides", key=f"{key}_make"):
        with progress_bar(step_words, "Films") as progress:
            kept.put((wanted, make(ending, theme, progress)))
    made, data = kept.get()
    if made == wanted:
        st.download_button(
            f"Download ({len(data) / 1e6:.1f} MB)",
            data,
            f"thoraxlens-slides{ending}",
            icon=":material/download:",
            on_click="ignore",
            type="primary",
            key=f"{key}_take",
        )


def pick_theme(key: str, first: str) -> str:
    """`light` or `dark`; the first until the visitor chooses."""
    themes = sorted(("Dark", "Light"), key=lambda name: name != first)
    return st.radio("Theme", themes, horizontal=True, key=f"{key}_theme").lower()


def step_words(done: int, total: int) -> str:
    """What stands at the progress bar while slides are made."""
    return f"Step {done} of {total}"
