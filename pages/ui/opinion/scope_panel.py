"""What these models can say of this patient: the age group, and what they never met."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.opinion.answers import AGE_GROUPS, age_group_of
from pages.ui.opinion.films import OpinionFilm
from pages.ui.shared import session
from pages.ui.shared.words import plain
from xray_core.opinion.opinion import Opinion


def ask_age_group(item: OpinionFilm) -> None:
    """Ask once for all files that do not state it; a file that does is asked for by itself."""
    stated = item.facts.age_group
    chosen = st.segmented_control(
        "Patient",
        list(AGE_GROUPS),
        default=age_group_of(item),
        required=True,
        format_func=AGE_GROUPS.__getitem__,
        key=f"opinion_age_{item.id if stated else 'all'}",
        persist_state="session",
    )
    chosen = str(chosen or "")
    if not stated:
        session.OPINION_AGE.put(chosen)
        st.caption("Asked once for all films that do not state it; never guessed from a film.")
        return
    session.OPINION_AGES.hold()[item.id] = chosen
    years = item.facts.age_years
    age = f", {years:.0f} years" if years is not None else ""
    words = f"By the tags of the file: {AGE_GROUPS[stated].lower()}{age}."
    st.caption(words if chosen == stated else f"{words} You chose otherwise.")


def scope_panel(opinion: Opinion) -> None:
    """What the models never met, in words; the same sentence of several models stands once."""
    words: dict[str, list[str]] = {}
    for answer in opinion.models:
        if answer.scope_words:
            words.setdefault(answer.scope_words, []).append(answer.title)
    several = len(opinion.models) > 1
    for sentence, titles in words.items():
        every = "Each model: " if several else ""
        who = every if len(titles) == len(opinion.models) else f"{', '.join(titles)}: "
        st.caption(f":material/block: {plain(who + sentence)}")


def left_out(opinion: Opinion, sentences: Sequence[str]) -> list[str]:
    """The notes of an answer that are not among sentences that are shown already."""
    said = set(sentences) | {answer.scope_words for answer in opinion.models}
    return [note for note in opinion.notes if not any(note.endswith(one) for one in said if one)]
