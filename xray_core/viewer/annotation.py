"""What somebody drew on a film by hand: rulers, arrows and words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

KINDS = {"ruler": "ruler", "arrow": "arrow", "text": "note"}
"""Kind -> what it is called."""

Point = tuple[float, float]
"""(x, y) as shares of a film's width and height."""


@dataclass(frozen=True)
class Annotation:
    """One of them.

    Attributes:
        kind: of `KINDS`.
        start, end: of the line; equal for words, which stand there.
        words: beside it; of a ruler its length, such as `34.1 mm`.
    """

    kind: str
    start: Point
    end: Point
    words: str = ""


def annotations_data(drawn: Sequence[Annotation]) -> list[dict[str, object]]:
    """Annotations for the viewer, ready for JSON."""
    named = (asdict(item) for item in drawn)
    return [
        {"kind": item["kind"], "from": item["start"], "to": item["end"], "words": item["words"]}
        for item in named
    ]


def annotation_words(drawn: Sequence[Annotation]) -> str:
    """What was drawn, in words; "" for nothing.

    >>> annotation_words([Annotation("ruler", (0, 0), (0.5, 0), "34.1 mm")])
    'Drawn by hand: ruler 34.1 mm'
    """
    words = ", ".join(f"{KINDS[item.kind]} {item.words}".strip() for item in drawn)
    return f"Drawn by hand: {words}" if words else ""
