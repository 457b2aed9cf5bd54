"""What the map of a registered model leaves out, shown beside the map."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.shared.cache import classifier_of
from pages.ui.shared.words import plain
from xray_core.explain.methods import METHODS, NEED_NO_LAYER
from xray_core.runs.store import Run


def map_notes(run: Run, methods: Sequence[str]) -> None:
    """Show the notes on a run's maps by any of these methods; nothing where maps are complete."""
    if not run.is_own:
        return
    model = classifier_of(run)
    noted = [name for name in methods if model.map_notes(name)]
    if noted:
        titles = "" if len(methods) == 1 else ", ".join(METHODS[name].title for name in noted)
        words = " ".join(map(plain, model.map_notes(noted[0])))
        start = f"**{titles}:** " if titles else ""
        st.warning(
            f"{start}{words} {NEED_NO_LAYER} They are under “Side by side”, columns “Methods”.",
            icon=":material/visibility:",
        )
