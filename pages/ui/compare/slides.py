"""The chosen models as slides to take away."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.ui.present.take import pick_theme, slides_panel
from xray_core.reports.deck.on_demand import slides_of
from xray_core.runs.store import Run


def story_panel(runs: Sequence[Run]) -> None:
    """A button that opens the choice of a format and a theme, and makes the file when asked."""
    with st.popover("Present", icon=":material/slideshow:"):
        theme = pick_theme("compare", "Light")
        slides_panel(tuple(run.id for run in runs), partial(slides_of, runs), "compare", theme)
        st.caption("With synthetic films. Films of a data set: `python -m xray_core present`.")
