"""A tour of five steps, for the first visit: a card on Home that blocks nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from pages.ui.shared import visit
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

_component = component_of(
    "tour",
    Path(__file__).with_name("tour"),
    '<section class="tour" aria-label="Tour" hidden></section>',
)


def tour() -> None:
    """The step that the visitor is at; nothing once the tour was skipped or is done."""
    result: Mapping[str, object] = _component(
        key="tour",
        data={"steps": [asdict(step) for step in STEPS], "begun": visit.TOURS.get()},
        on_page_change=lambda: None,
    )
    if (page := result.get("page")) in PLACE:
        st.switch_page(PLACE[str(page)].file)


def tour_button() -> None:
    """Begins the tour again."""
    st.button(
        "Take the tour",
        icon=":material/explore:",
        type="tertiary",
        on_click=lambda: visit.TOURS.put(visit.TOURS.get() + 1),
    )
