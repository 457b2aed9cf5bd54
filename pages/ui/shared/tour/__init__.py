"""Help on every page: a tour of five steps, which blocks nothing, and the list of keys."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from pages.ui.shared.component import component_of
from pages.ui.shared.places import PLACE


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        page: title of the page that it is about.
        title: what is done there.
        words: how.
    """

    page: str
    title: str
    words: str


STEPS = (
    Step(
        "Explain",
        "See where a model looks",
        "Step through films with the arrow keys; the map shows where the answer comes from. In the "
        "film, ? lists all keys.",
    ),
    Step(
        "Second opinion",
        "Ask about your own film",
        "A gate looks at the film first, then each model answers. “Not sure” is an answer. Films "
        "stay in memory.",
    ),
    Step(
        "Compare",
        "Find the better model",
        "Scores with intervals, what chance may explain, and the films that divide the models.",
    ),
    Step(
        "Dataset",
        "Look at the films before you believe a score",
        "Classes, sources, copies and doubtful labels: what could mislead a model.",
    ),
    Step(
        "Present",
        "Take it to a meeting",
        "“Add to basket” stands at films, charts and tables. Present makes slides of them.",
    ),
)

KEYS = (
    ("?", "This list; with the focus on a film, all keys of the film"),
    ("Tab", "First of all Skip to film, where the page has one"),
    ("← →", "On a film or in a list of films: the previous, the next film"),
    ("↑ ↓", "On a film: the class; on the handle of a slide in Present: its place"),
    ("Page up, down", "In shown slides, as a clicker sends them: the last, the next slide"),
    ("F", "On a film and in shown slides: full screen"),
    ("Esc", "Closes what is open, lays down a tool"),
)
"""Key -> what it does, on all pages."""

_PLACE = Path(__file__).parent
_card = component_of(
    "tour", _PLACE / "tour", '<section class="tour" aria-label="Tour" hidden></section>'
)
_keys = component_of("keys", _PLACE / "keys", '<div class="keys"></div>')


def tour(address: str) -> None:
    """The step that the visitor is at; nothing for those who do not take the tour.

    Args:
        address: of the page that is open; "" for Home, which greets a first visitor with it.
    """
    steps = [asdict(step) | {"here": PLACE[step.page].address == address} for step in STEPS]
    with st.container(key="tour_room"):
        result: Mapping[str, object] = _card(
            key="tour", data={"steps": steps, "home": not address}, on_page_change=lambda: None
        )
    if (page := result.get("page")) in PLACE:
        st.switch_page(PLACE[str(page)].file)


def keys_line() -> None:
    """The way to the tour and to the list of keys, at the end of every page."""
    _keys(key="keys", data={"keys": KEYS})
