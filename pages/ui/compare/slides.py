"""The chosen models as slides to take away."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.progress import progress_bar
from xray_core.reports.deck.on_demand import slides_of
from xray_core.runs.store import Run

FORMATS = {".pptx": "PowerPoint", ".pdf": "PDF", ".html": "Web page"}
_WHAT = {
    ".pptx": "Charts and tables can be edited; the notes say where each figure comes from.",
    ".pdf": "Pages of 16:9, sharp at any size.",
    ".html": "One file that opens without a network: films in the viewer, charts to point at.",
}


def slides_panel(runs: Sequence[Run]) -> None:
    """A button that opens the choice of a format and a theme, and makes the file when asked."""
    with st.popover("Present", icon=":material/slideshow:"):
        ending = st.radio(
            "Slides as", list(FORMATS), format_func=FORMATS.__getitem__, horizontal=True
        )
        st.caption(_WHAT[ending])
        theme = st.radio("Theme", ("Light", "Dark"), horizontal=True).lower()
        wanted = (*(run.id for run in runs), ending, theme)
        if st.button("Make slides", key="make_slides"):
            with progress_bar(lambda done, total: f"Step {done} of {total}", "Films") as progress:
                session.SLIDES.put((wanted, slides_of(runs, ending, theme, progress)))
        made, data = session.SLIDES.get()
        if made == wanted:
            st.download_button(
                f"Download ({len(data) / 1e6:.1f} MB)",
                data,
                f"thoraxlens-slides{ending}",
                icon=":material/download:",
                on_click="ignore",
                type="primary",
                key="take_slides",
            )
        st.caption("With synthetic films. Films of a data set: `python -m xray_core present`.")
