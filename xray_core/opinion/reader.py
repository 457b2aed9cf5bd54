"""What the reader says: a word on an answer, and commitments made before the models are shown.

Nothing here is kept on disk. The page holds words and commitments in the session's memory; reports
take the word along.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from xray_core.data.labels import NORMAL

Decision = Literal["accepted", "rejected", "amended"]
Choice = Literal["no_pneumonia", "opacity", "not_sure"]

CHOICES: dict[Choice, str] = {
    "no_pneumonia": "No pneumonia seen",
    "opacity": "Opacity seen",
    "not_sure": "Not sure",
}
"""What a reader can commit to, and its words."""


@dataclass(frozen=True)
class ReaderWord:
    """What the reader makes of an answer.

    Attributes:
        decision: accepted as it is, rejected, or amended: then `sentence` differs from that of the
            models.
        sentence: as the reader leaves it.
        time: when, with its time zone.
        comment: free text; may be empty.
    """

    decision: Decision
    sentence: str
    time: datetime
    comment: str = ""

    def as_json(self) -> dict[str, str]:
        """Keys `decision`, `sentence`, `time` (ISO 8601 to the second) and `comment`."""
        return {
            "decision": self.decision,
            "sentence": self.sentence,
            "time": self.time.isoformat(timespec="seconds"),
            "comment": self.comment,
        }


@dataclass(frozen=True)
class Commitment:
    """What a reader says of a film before the models are shown, and after.

    Attributes:
        film_id: of the film.
        before: the choice before.
        place: (x, y) of a click before, as shares of the film's width and height; None without.
        after: the choice once the models were shown; None while there is none.
    """

    film_id: str
    before: Choice
    place: tuple[float, float] | None = None
    after: Choice | None = None

    @property
    def changed(self) -> bool:
        """Whether the reader changed their mind."""
        return self.after is not None and self.after != self.before


@dataclass(frozen=True)
class Agreement:
    """How often a model said what the reader had committed to.

    Attributes:
        n: films on which both the reader and the model were sure.
        agreed: of them, those on which they said the same.
        n_unsure: films on which one of the two was not sure.
    """

    n: int
    agreed: int
    n_unsure: int


@dataclass(frozen=True)
class ReaderCounts:
    """A reader and the models over several films.

    Attributes:
        n: films that the reader committed to.
        n_after: of them, those with a second assessment.
        changed: of these, those on which the reader changed their mind.
        towards: of the changed, those that then said what the models together said.
        models: title of a model -> agreement with what the reader said before.
    """

    n: int
    n_after: int
    changed: int
    towards: int
    models: Mapping[str, Agreement]


def choice_of(possible: Iterable[str]) -> Choice:
    """The choice that an answer of a model amounts to.

    Args:
        possible: classes of its conformal set.

    Returns:
        `no_pneumonia` for the healthy class alone, `opacity` where it is not among them,
        `not_sure` for anything else.
    """
    labels = set(possible)
    if labels == {NORMAL}:
        return "no_pneumonia"
    return "not_sure" if not labels or NORMAL in labels else "opacity"


def count_reader(
    commitments: Sequence[Commitment],
    answers: Mapping[str, Mapping[str, Choice]],
    together: Mapping[str, Choice],
) -> ReaderCounts:
    """Agreement with each model, and changes of mind.

    Args:
        commitments: of the reader, one per film.
        answers: title of a model -> film id -> what it said; films without an answer are left out.
        together: film id -> what the models together said.
    """
    after = [item for item in commitments if item.after is not None]
    changed = [item for item in after if item.changed]
    return ReaderCounts(
        n=len(commitments),
        n_after=len(after),
        changed=len(changed),
        towards=sum(item.after == together.get(item.film_id) for item in changed),
        models={title: _agreement(commitments, said) for title, said in answers.items()},
    )


def _agreement(commitments: Sequence[Commitment], said: Mapping[str, Choice]) -> Agreement:
    pairs = [(item.before, said[item.film_id]) for item in commitments if item.film_id in said]
    sure = [pair for pair in pairs if "not_sure" not in pair]
    return Agreement(len(sure), sum(one == other for one, other in sure), len(pairs) - len(sure))
