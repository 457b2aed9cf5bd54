"""What the Explain page says of a film beside its maps."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.film.panel import Attributions, short_titles
from pages.ui.shared.words import plain
from xray_core.data.labels import label_title
from xray_core.data.readings import denies_label
from xray_core.data.records import Record
from xray_core.evaluation.probability import probability_text
from xray_core.runs.store import Run


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


def answer_line(runs: Sequence[Run], attributions: Attributions, label: str) -> None:
    """The likeliest class of each model, and whether it is the label."""
    titles = short_titles(runs)
    lines = []
    for run in runs:
        item = max(attributions[run.id], key=lambda part: part.probability)
        right = "correct" if item.label == label else "wrong"
        word = f" · {right}" if label in run.classes else ""
        answer = f"{label_title(item.label)} {probability_text(item.probability)}"
        lines.append(f"{plain(titles[run.id])}: **{plain(answer)}**{word}")
    st.markdown("  \n".join(lines))
