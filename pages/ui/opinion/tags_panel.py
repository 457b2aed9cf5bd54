"""The tags of a DICOM file, shown only where the reader opens them, and never exported."""

import streamlit as st

from pages.ui.opinion.films import OpinionFilm
from pages.ui.shared.words import plain
from xray_core.data.decoding.tag_list import tags_of


def tags_panel(item: OpinionFilm) -> None:
    """A switch for files that have tags; they are read when it is on, and sent to nobody else."""
    tags = tags_of(item.file.data)
    if not tags:
        return
    shown = st.toggle(
        "Tags of the file",
        key=f"opinion_tags_{item.id}",
        persist_state="session",
        help="They may name the patient. They stay in this session and are in no export.",
    )
    if shown:
        rows = [f"| {plain(name)} | {plain(value)} |" for name, value in tags]
        with st.container(height=320):
            st.markdown("\n".join(["| Tag | Value |", "|---|---|", *rows]))
