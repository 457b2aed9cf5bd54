"""The reader's assessment: the answer is accepted, rejected or amended, and kept with the time."""

from datetime import datetime
from typing import cast

import streamlit as st

from pages.ui.opinion.films import OpinionFilm
from pages.ui.shared import session
from pages.ui.shared.words import plain
from xray_core.opinion.opinion import Opinion
from xray_core.opinion.reader import Decision, ReaderWord

DECISIONS: dict[Decision, str] = {
    "accepted": "Accept",
    "rejected": "Reject",
    "amended": "Amend",
}
MOST_LETTERS = 1000


def word_panel(item: OpinionFilm, opinion: Opinion) -> None:
    """Ask for it, and show what was kept."""
    st.markdown("**Your assessment**")
    chosen = st.segmented_control(
        "Your assessment",
        list(DECISIONS),
        format_func=lambda name: DECISIONS[cast(Decision, name)],
        key=f"opinion_word_{item.id}",
        persist_state="session",
        label_visibility="collapsed",
    )
    sentence = opinion.sentence
    if chosen == "amended":
        sentence = st.text_area(
            "The sentence as it should be",
            opinion.sentence,
            max_chars=MOST_LETTERS,
            key=f"opinion_sentence_{item.id}",
        )
    comment = ""
    if chosen:
        comment = st.text_input("Comment", max_chars=MOST_LETTERS, key=f"opinion_comment_{item.id}")
        if st.button("Save my assessment", key="opinion_word_keep"):
            time = datetime.now().astimezone()
            word = ReaderWord(chosen, sentence, time, comment)
            session.OPINION_WORDS.hold()[item.id] = word
            st.rerun()
    kept = session.OPINION_WORDS.get().get(item.id)
    if kept:
        when = f"{kept.time:%Y-%m-%d %H:%M}"
        st.caption(
            f":material/check: {kept.decision.capitalize()} at {when}: {plain(kept.sentence)}"
        )
