"""Two films beside each other: one component with one zoom and one window for both."""

from dataclasses import asdict, dataclass
from pathlib import Path

from pages.ui.shared.component import component_of


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


_component = component_of(
    "pair",
    Path(__file__).with_name("pair"),
    '<div class="pair"></div>',
)


def film_pair(left: PairFilm, right: PairFilm, *, key: str) -> None:
    """Show two films; what the reader does to one is done to both, and Python takes no part."""
    _component(key=key, data={"films": [asdict(left), asdict(right)]})
