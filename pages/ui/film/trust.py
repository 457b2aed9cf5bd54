"""How far one map can be trusted: a sentence, and one line per measure with word and number."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.ui.shared.words import plain
from xray_core.quality.thresholds import MEASURES
from xray_core.quality.trust import Reading, verdict

MARKS = {
    "good": ":green[:material/check_circle: good]",
    "doubtful": ":orange[:material/help: doubtful]",
    "poor": ":red[:material/cancel: poor]",
}
"""Icon and word; the colour only repeats them."""

OF_SET = ":material/groups: all models"
"""For a fact about the chosen models together, which does not judge the map."""


def trust_strip(
    quick: Sequence[Reading], measure: Callable[[], Sequence[Reading]], key: str
) -> None:
    """The strip of one map; nothing for a map that is not shown.

    Args:
        quick: measures from the map alone.
        measure: computes the measures that need more passes; called once a visitor asks for them.
        key: unique on the page; the toggle keeps its state while other films are viewed.
    """
    if not quick:
        return
    top = st.container()
    thorough = st.toggle(
        "Measure deletion, repeatability and agreement",
        key=f"{key}_measure",
        persist_state="session",
        help="The film goes through the model about 200 times: hidden step by step in the order of "
        "the map, with noise, shifted, compressed as JPEG, and with one place after another "
        "hidden.",
    )
    readings = [*quick, *(measure() if thorough else ())]
    word, sentence = verdict(readings)
    with top:
        if word == "good":
            st.caption(f":material/check_circle: {plain(sentence)}")
        else:
            st.warning(f"**{plain(sentence)}**", icon=":material/warning:")
    with st.container(gap="xsmall"):
        for item in readings:
            mark = MARKS[item.word] if item.judges else OF_SET
            st.markdown(
                f"{mark} · {item.title}: {item.number}",
                help=f"{item.sentence} {MEASURES[item.name].source}",
            )
