"""The film strip: small films in a row, one of them chosen by click or arrow key."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from pages.ui.shared.kept import answered, requested_of
from xray_core.viewer.scripts import joined


@dataclass(frozen=True)
class Dot:
    """What one model answers.

    Attributes:
        colour: of the class.
        words: model and class.
        ringed: whether it is the label.
    """

    colour: str
    words: str
    ringed: bool = False


@dataclass(frozen=True)
class StripItem:
    """One small film.

    Attributes:
        image: data URL, from `thumbnail_url`.
        title: first line under it.
        note: second line.
        colour: of the dot before the title.
        mark: `right`, `wrong` or "" for the sign in the corner.
        dots: what several models answer, under the note.
    """

    image: str
    title: str
    note: str = ""
    colour: str = "#8B95A3"
    mark: str = ""
    dots: tuple[Dot, ...] = ()


_FOLDER = Path(__file__).parent
_component = st.components.v2.component(
    "thoraxlens_film_strip",
    html='<div class="strip" role="listbox" aria-label="Films"></div>',
    css=(_FOLDER / "strip.css").read_text(encoding="utf-8"),
    js=joined(_FOLDER / "strip.js"),
)


def film_strip(
    items: Sequence[StripItem], *, chosen: int, key: str, grid: bool = False, column: bool = False
) -> int | None:
    """Show the strip.

    Args:
        items: in order.
        chosen: index of the film that is marked; -1 marks none.
        key: unique on the page.
        column: one under the other on wide screens.
        grid: rows of whole films instead of one row that scrolls.

    Returns:
        The index that the visitor has just chosen; None when nothing was chosen in this run.
    """
    result: Mapping[str, object] = _component(
        key=key,
        data={
            "items": [asdict(item) for item in items],
            "chosen": chosen,
            "grid": grid,
            "column": column,
            "answered": answered(key),
        },
        on_chosen_change=lambda: None,
    )
    return requested_of(key, result.get("chosen"), len(items))
