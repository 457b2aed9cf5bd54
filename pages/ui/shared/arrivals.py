"""Files as they arrive in an uploader, and what of them was not kept."""

from collections.abc import Iterable

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.ui.shared.kept_films import Arrival
from pages.ui.shared.notices import show_error
from pages.ui.shared.words import count, plain
from xray_core.settings import get_settings

MOST_ERRORS = 3
"""That are shown of the files that came last; the others are counted."""

NamedFile = tuple[str, bytes]


def named(uploads: Iterable[UploadedFile]) -> list[NamedFile]:
    """Name and content of what an uploader gives."""
    return [(upload.name, upload.getvalue()) for upload in uploads]


def arrival_notes(arrival: Arrival) -> None:
    """What was not kept of the files that came last, and why."""
    if number := arrival.n_refused:
        limit = get_settings().session_bytes / 2**20
        st.warning(
            f"No room for {count(number)} more file{'s' * (number != 1)}: a session "
            f"holds at most {limit:,.0f} MB. Remove some, or raise XRAY_SESSION_MEGABYTES.",
            icon=":material/memory:",
        )
    for error in arrival.errors[:MOST_ERRORS]:
        show_error(error)
    if (more := len(arrival.errors) - MOST_ERRORS) > 0:
        st.error(f"{count(more)} more file{'s' * (more != 1)} of ZIP archives could not be read.")
    for words in arrival.left_out:
        st.caption(f":material/folder_zip: {plain(words)}.")
