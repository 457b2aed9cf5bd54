"""The tags of a file, shown only where the reader opens them, and never exported."""

from collections.abc import Iterable

import streamlit as st

from pages.ui.opinion.films import OpinionFilm
from pages.ui.shared.words import plain
from xray_core.data.decoding.dicom import looks_like_dicom
from xray_core.data.decoding.tag_list import tags_of


def tags_panel(item: OpinionFilm) -> None:
    """A switch for files that have tags; they are read when it is on, and sent to nobody else."""
    used = item.facts.lines()
    if not used and not looks_like_dicom(item.file.data):
        return
    shown = st.toggle(
        "Tags of the file",
        key=f"opinion_tags_{item.id}",
        persist_state="session",
        help="They may name the patient. They stay in this session and are in no export.",
    )
    if not shown:
        return
    with st.container(height=320):
        if used:
            _table("What is used of them", used)
        _table("All tags", tags_of(item.file.data))


def _table(title: str, rows: Iterable[tuple[str, str]]) -> None:
    lines = [f"| {plain(name)} | {plain(value)} |" for name, value in rows]
    if lines:
        st.markdown("\n".join([f"| {title} | |", "|---|---|", *lines]))
