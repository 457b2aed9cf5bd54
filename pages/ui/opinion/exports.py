"""What leaves the page: reports of one film. They hold no tags of the patient."""

import json

import streamlit as st

from pages.ui.opinion.films import OpinionFilm
from pages.ui.shared import session
from xray_core.opinion.opinion import Opinion


def export_panel(item: OpinionFilm, opinion: Opinion) -> None:
    """A button for each report."""
    st.markdown("**Take it along**")
    with st.container(horizontal=True):
        st.download_button(
            "JSON",
            opinion_json(item, opinion),
            file_name=f"{item.stem}-opinion.json",
            mime="application/json",
            icon=":material/data_object:",
            key="opinion_json",
        )
    st.caption("Without the patient's tags.")


def opinion_json(item: OpinionFilm, opinion: Opinion) -> str:
    """The answer as `opinion --json` prints it, with the reader's word where there is one."""
    word = session.OPINION_WORDS.get().get(item.id)
    found = opinion.as_json() | {"reader": word.as_json() if word else None}
    return json.dumps(found, indent=2, ensure_ascii=False)
