"""Two films beside each other: one component with one zoom and one window for both."""

from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st

from xray_core.viewer.scripts import joined


@dataclass(frozen=True)
class PairFilm:
    """One of the two films.

    Attributes:
        image: data URL of the film.
        title: above it.
        note: under the title; may be empty.
    """

    image: str
    title: str
    note: str = ""


_FOLDER = Path(__file__).parent
_component = st.components.v2.component(
    "thoraxlens_pair",
    html='<div class="pair"></div>',
    css=(_FOLDER / "pair.css").read_text(encoding="utf-8"),
    js=joined(_FOLDER / "pair.js"),
)


def film_pair(left: PairFilm, right: PairFilm, *, key: str) -> None:
    """Show two films; what the reader does to one is done to both, and Python is not told."""
    _component(key=key, data={"films": [asdict(left), asdict(right)]})
