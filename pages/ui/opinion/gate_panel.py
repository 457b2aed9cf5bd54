"""The gate: whether the film may be answered, and what to do where it may not."""

import streamlit as st

from pages.ui.opinion.films import INVERT, OpinionFilm, step, undo_steps
from pages.ui.shared import session
from pages.ui.shared.words import plain
from xray_core.opinion.gate.result import PASSED, GateResult


def gate_panel(item: OpinionFilm, gate: GateResult) -> None:
    """What the gate found, with the buttons that put the film right."""
    if gate.overridden:
        st.error(f"**{plain(gate.overridden_words)}**", icon=":material/front_hand:")
        st.button("Withdraw the answer", key="opinion_gate_back", on_click=_answer, args=(item,))
    elif gate.passed:
        st.markdown(f":green[:material/check_circle:] **{PASSED}**")
    else:
        st.subheader("No answer for this film", anchor=False)
        for finding in gate.stopping:
            st.warning(
                f"**{plain(finding.words)}** {plain(finding.advice)}",
                icon=":material/front_hand:",
            )
        _offers(item, gate)
    for finding in gate.notes:
        st.caption(f":material/info: {plain(finding.words)} {plain(finding.advice)}")
    if item.steps:
        st.caption(":material/edit: The film was put right as you wished.")
        st.button("Show it as uploaded", key="opinion_gate_undo", on_click=undo_steps, args=(item,))


def _offers(item: OpinionFilm, gate: GateResult) -> None:
    with st.container(horizontal=True):
        for finding in gate.stopping:
            if finding.kind == "turned" and isinstance(finding.value, int | float):
                degrees = int(finding.value)
                _put_right(item, degrees, f"Turn it by {degrees}°", "rotate_right", "Clockwise. ")
            if finding.kind == "inverted":
                _put_right(item, INVERT, "Invert it", "invert_colors")
        st.button(
            "Answer anyway",
            key="opinion_gate_anyway",
            on_click=_answer,
            args=(item,),
            help="The models answer whatever they are given. Every view and export will say that "
            "this is not a frontal chest film by the gate.",
        )


def _put_right(item: OpinionFilm, change: int, words: str, icon: str, more: str = "") -> None:
    """A button that turns the film by so many degrees, or inverts it (`INVERT`)."""
    st.button(
        words,
        type="primary",
        icon=f":material/{icon}:",
        key="opinion_gate_invert" if change == INVERT else "opinion_gate_turn",
        on_click=step,
        args=(item, change),
        help=f"{more}The file stays as it is.",
    )


def _answer(item: OpinionFilm) -> None:
    """Answer the film anyway, or no more."""
    session.OPINION_ANYWAY.hold().symmetric_difference_update({item.id})
