"""What the answer is worth among patients like this one, at a prevalence that the reader sets."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.shared.cache import known_frequencies
from pages.ui.shared.words import plain
from xray_core.errors import RunError
from xray_core.opinion.opinion import Opinion
from xray_core.runs.store import Run

START_PERCENT = 10


def prevalence_panel(opinion: Opinion, runs: Sequence[Run]) -> str:
    """Folded natural frequencies, and their words; "" where age group or rates are not known."""
    if not opinion.age_group or not opinion.mean:
        return ""
    same = tuple(
        run
        for run, answer in zip(runs, opinion.models, strict=True)
        if set(opinion.mean) <= set(answer.possible)
    )
    try:
        known = known_frequencies(same, tuple(opinion.mean), opinion.age_group)
    except RunError:  # nothing was predicted that rates could be counted on
        known = None
    if known is None:
        return ""
    with st.expander("Of 100 patients like this one"):
        percent = st.slider(
            "Of 100, how many have a pneumonia?",
            1,
            99,
            START_PERCENT,
            key="opinion_prevalence",
            persist_state="session",
        )
        words = known.words(percent / 100, opinion.age_group)
        st.markdown(plain(words))
    return words
