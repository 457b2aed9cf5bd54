"""What the map of a registered model leaves out, shown beside the map."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.shared.cache import classifier_of
from pages.ui.shared.words import plain
from xray_core.explain.attribution import Attribution
from xray_core.explain.methods import METHODS, NEED_NO_LAYER
from xray_core.runs.store import Run


def map_notes(run: Run, items: Sequence[Attribution]) -> None:
    """Show the notes on some maps of a run; nothing where maps are complete."""
    if not run.is_own:
        return
    model = classifier_of(run)
    kinds = list(dict.fromkeys((item.method, item.layer or None) for item in items))
    noted = [kind for kind in kinds if model.map_notes(*kind)]
    if noted:
        titles = "" if len(kinds) == 1 else ", ".join(METHODS[name].title for name, _ in noted)
        words = " ".join(map(plain, model.map_notes(*noted[0])))
        start = f"**{titles}:** " if titles else ""
        st.warning(
            f"{start}{words} {NEED_NO_LAYER} They are under “Side by side”, columns “Methods”.",
            icon=":material/visibility:",
        )
