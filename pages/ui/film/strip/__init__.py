"""The film strip: small films in a row, one of them chosen by click or arrow key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pages.ui.shared.component import component_of
from pages.ui.shared.kept import answer, answered, requested_of


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


@dataclass(frozen=True)
class Marks:
    """Films of a strip that are selected.

    Attributes:
        places: their indices.
        by_click: whether a click selects; else Ctrl or Cmd with a click does, and X.
        changed: called with the indices when the visitor has changed them.
    """

    places: Sequence[int]
    by_click: bool
    changed: Callable[[tuple[int, ...]], None]


_component = component_of(
    "film_strip",
    Path(__file__).with_name("strip"),
    '<div class="strip" role="listbox" aria-label="Films"></div>',
)


def film_strip(
    items: Sequence[StripItem],
    *,
    chosen: int,
    key: str,
    grid: bool = False,
    column: bool = False,
    marks: Marks | None = None,
) -> int | None:
    """Show the strip.

    Args:
        items: in order.
        chosen: index of the film that is marked; -1 marks none.
        key: unique on the page.
        column: one under the other on wide screens.
        grid: rows of whole films instead of one row that scrolls.
        marks: what is selected; None where nothing can be.

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
            "marks": marks
            and {
                "places": list(marks.places),
                "id": answered(_marks_of(key)),
                "by_click": marks.by_click,
            },
        },
        on_chosen_change=lambda: None,
        on_marked_change=lambda: None,
    )
    if marks and (places := _read_marks(key, result.get("marked"), len(items))) is not None:
        marks.changed(places)
    return requested_of(key, result.get("chosen"), len(items))


def _marks_of(key: str) -> str:
    """Under which the numbers of its marks are counted."""
    return f"{key}_marks"


def _read_marks(key: str, sent: object, n_items: int) -> tuple[int, ...] | None:
    """The marks that the browser has just sent, which count as answered; None without any."""
    if not isinstance(sent, Mapping):
        return None
    places, number = sent.get("places"), sent.get("id")
    if not isinstance(places, Sequence) or not isinstance(number, int | float):
        return None
    answer(_marks_of(key), int(number))
    found = {int(place) for place in places if isinstance(place, int | float)}
    return tuple(sorted(place for place in found if 0 <= place < n_items))
