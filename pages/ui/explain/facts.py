"""What the Explain page says of a film beside its maps."""

import streamlit as st

from pages.ui.shared.words import plain
from xray_core.data.labels import label_title
from xray_core.data.readings import denies_label
from xray_core.data.records import Record


def label_line(record: Record) -> None:
    """The label of a film, and what a radiologist's reading says of it."""
    title = f"{'Label: ' if record.label else ''}{label_title(record.label)}"
    st.subheader(plain(title), anchor=False)
    if not record.label:
        boxes = (
            "Radiologists drew boxes on it, but gave no label" if record.boxes else "It has none"
        )
        st.caption(f"{boxes}: the answer counts as neither right nor wrong.")
    elif denies_label(record):
        st.warning(
            f"A radiologist read this film as “{plain(record.reading)}”: it shows nothing of its "
            "label. A map can show why the model answers, but there is no finding to point at.",
            icon=":material/visibility_off:",
        )
