"""What leaves the page: reports of one film. They hold tags of the patient only if asked to.

Nothing is made before its button is clicked. Streamlit then calls from outside the session, so
all that a report needs is taken along.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from pages.ui.opinion.films import OpinionFilm
from pages.ui.shared import session
from xray_core.data.decoding.tag_list import patient_tags_of
from xray_core.opinion.opinion import Opinion
from xray_core.reports.opinion.content import OpinionReport, opinion_report
from xray_core.reports.opinion.formats import dicom_zip, json_text
from xray_core.reports.opinion.html import html_text
from xray_core.reports.opinion.pdf import pdf_bytes

MOST_LETTERS = 4000


def export_panel(
    item: OpinionFilm, opinion: Opinion, frequencies: str, *, draws_on: bool = False
) -> None:
    """A button for each report, and what the reader adds to it.

    Args:
        item: the film.
        opinion: the answer to it.
        frequencies: natural frequencies, as the page shows them; "" for none.
        draws_on: the page is about to be drawn again, which would lose a click on a button.
    """
    st.markdown("**Download**")
    comment = st.text_area(
        "Comment for the report",
        max_chars=MOST_LETTERS,
        height=80,
        key=comment_key(item.id),
        persist_state="session",
    )
    has_tags = bool(patient_tags_of(item.file.data))
    with_tags = has_tags and st.toggle(
        "With the patient's tags",
        key=f"opinion_with_tags_{item.id}",
        persist_state="session",
        help="Name, number, dates and institution, as the file has them.",
    )
    make = partial(
        opinion_report,
        opinion=opinion,
        source=item.file.data,
        word=session.OPINION_WORDS.get().get(item.id),
        comment=comment,
        frequencies=frequencies,
        with_tags=with_tags,
    )
    with st.container(horizontal=True):
        for label, ending, kind, icon, write in _BUTTONS:
            st.download_button(
                label,
                partial(_written, item, make, write),
                file_name=f"{item.stem}-opinion.{ending}",
                mime=kind,
                icon=f":material/{icon}:",
                key=f"opinion_{ending}",
                on_click="ignore",
                disabled=draws_on,
            )
    left_out = "With" if with_tags else "Without"
    st.caption(
        f"{left_out} the patient's tags. The name of the file is part of every report. DICOM joins "
        "patient and study of the file; a picture gets a new study."
    )


def comment_key(file_id: str) -> str:
    """Key of the field for the comment on a file."""
    return f"opinion_report_comment_{file_id}"


def _written(
    item: OpinionFilm,
    make: Callable[..., OpinionReport],
    write: Callable[[OpinionReport], str | bytes],
) -> str | bytes:
    """A report with the film in the size of its file."""
    return write(replace(make(item.full_size()), turned=item.turned))


_BUTTONS: tuple[tuple[str, str, str, str, Callable[[OpinionReport], str | bytes]], ...] = (
    ("PDF", "pdf", "application/pdf", "picture_as_pdf", pdf_bytes),
    ("HTML", "html", "text/html", "html", html_text),
    ("JSON", "json", "application/json", "data_object", json_text),
    ("DICOM (ZIP)", "zip", "application/zip", "folder_zip", dicom_zip),
)
"""Label, ending, type, icon and writer of each format."""
