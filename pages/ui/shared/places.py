"""The pages of the app in the order of the navigation, and what each answers."""

from typing import NamedTuple


class Place(NamedTuple):
    """A page.

    Attributes:
        title: in the navigation and as the heading.
        answers: the line below the heading.
        address: in the browser; the name of its file, too.
    """

    title: str
    answers: str
    address: str

    @property
    def file(self) -> str:
        """Its script, as Streamlit names it."""
        return f"pages/{self.address}.py"


PLACES = (
    Place("Explain", "Where on each film does each model find its evidence?", "explain"),
    Place(
        "Second opinion",
        "What do the models make of your film, and what can they not know?",
        "second_opinion",
    ),
    Place("Compare", "Which model is better, by how much, and on which films?", "compare"),
    Place("Patterns", "What have the models learnt across a whole test set?", "patterns"),
    Place("Dataset", "What do the films contain, and what could mislead a model?", "dataset"),
    Place(
        "Train", "Train a network to tell the classes apart, and watch how well it learns.", "train"
    ),
    Place("Present", "What you collected, as slides for a meeting.", "present"),
)
"""All pages but Home."""

PLACE = {place.title: place for place in PLACES}
"""Title -> page."""
