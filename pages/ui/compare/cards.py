"""The cards of the chosen models to take away."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from pages.ui.shared.words import plain
from xray_core.reports.card_files import FORMATS, KINDS, card_text
from xray_core.reports.research import RESEARCH_ONLY
from xray_core.runs.store import Run

_TITLES = {"model-card": "Model card", "data-card": "Data card"}
_NAMES = {"md": "Markdown, for Hugging Face", "html": "Web page", "json": "JSON"}
_MIMES = {"md": "text/markdown", "html": "text/html", "json": "application/json"}


def cards_panel(runs: Sequence[Run], names: Mapping[str, str]) -> None:
    """A button that opens the choice of a model, a card and a format; nothing for custom models.

    Args:
        runs: to choose from.
        names: run id -> display name.
    """
    trained = {run.id: run for run in runs if not run.is_own}
    if not trained:
        return
    with st.popover("Cards", icon=":material/badge:"):
        st.caption(
            "What a model is for, what it cannot be asked, its scores, its films and their terms; "
            f"CLAIM 2024 and TRIPOD+AI filled from evidence. {RESEARCH_ONLY}"
        )
        chosen = st.radio("Model", list(trained), format_func=lambda key: plain(names[key]))
        ending = st.radio("As", FORMATS, format_func=_NAMES.__getitem__, horizontal=True)
        run = trained[chosen]
        for kind in KINDS:
            st.download_button(
                _TITLES[kind],
                partial(card_text, run, kind, ending),
                f"{run.id}-{kind}.{ending}",
                _MIMES[ending],
                icon=":material/download:",
                on_click="ignore",
                key=f"take_{kind}",
                width="stretch",
            )
