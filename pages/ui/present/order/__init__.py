"""The order of slides by hand: a row is dragged by its handle, or moved by arrow keys on it."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from xray_core.viewer.scripts import joined

LIST = "basket_list"
"""Key of the container of all rows, each of which is a container `basket_item_NUMBER`."""

_component = st.components.v2.component(
    "thoraxlens_order", html="", js=joined(Path(__file__).parent / "order.js")
)


def handle_html(title: str) -> str:
    """What the slide of that title is dragged by, for its row."""
    words = html.escape(f"Move “{title}”: drag, or arrow keys", quote=True)
    return (
        f'<button type="button" class="basket-handle" aria-label="{words}" title="Drag to move">'
        "⠿</button>"
    )


def ordered_by_hand(numbers: Sequence[int]) -> tuple[int, int] | None:
    """Let the rows that were drawn be dragged.

    Args:
        numbers: of the slides, in order.

    Returns:
        The number of the slide that the visitor has just moved, and its new place, from 0; None
        when none was moved in this run.
    """
    result: Mapping[str, object] = _component(
        key="basket_order", data={"numbers": list(numbers)}, on_moved_change=lambda: None
    )
    moved = result.get("moved")
    if not isinstance(moved, Mapping):
        return None
    number, place = moved.get("number"), moved.get("place")
    if not isinstance(number, int | float) or not isinstance(place, int | float):
        return None
    return int(number), int(place)
