"""Slides that somebody collected for a meeting: put in order, renamed, grouped as cases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from xray_core import __version__
from xray_core.reports.deck.content import Deck, Slide
from xray_core.reports.research import RESEARCH_ONLY

MOST_SLIDES = 60
"""Slides of a basket: a film takes 1 MB of memory."""


@dataclass(frozen=True)
class Item:
    """A slide in a basket.

    Attributes:
        number: tells it from the others, and stays.
        slide: as it was added, or as it was edited since.
        case: name of the case that it belongs to; "" for none. Slides of a case stand together.
    """

    number: int
    slide: Slide
    case: str = ""


Basket = tuple[Item, ...]


def added(basket: Basket, slide: Slide, note: str = "") -> Basket:
    """A basket with one more slide at its end.

    Args:
        basket: of fewer than `MOST_SLIDES`.
        slide: to add.
        note: for the speaker, before the notes of the slide; "" for none.
    """
    number = max((item.number for item in basket), default=0) + 1
    notes = f"{note}\n{slide.notes}" if note else slide.notes
    return (*basket, Item(number, replace(slide, notes=notes)))


def without(basket: Basket, number: int) -> Basket:
    """A basket less the slide of that number."""
    return tuple(item for item in basket if item.number != number)


def edited(basket: Basket, number: int, *, title: str, notes: str, case: str) -> Basket:
    """A basket in which one slide is called otherwise; an empty title leaves the old one."""

    def change(item: Item) -> Item:
        slide = replace(item.slide, title=title.strip() or item.slide.title, notes=notes)
        return Item(number, slide, case.strip())

    return _together(change(item) if item.number == number else item for item in basket)


def moved(basket: Basket, number: int, step: int) -> Basket:
    """A basket in which one slide goes a place up (`step` -1) or down (1).

    A slide moves within its case; at the end of its case, the whole case moves past its neighbour.
    """
    cases = _cases(basket)
    place = next(row for row, case in enumerate(cases) if any(i.number == number for i in case))
    own = cases[place]
    at = next(row for row, item in enumerate(own) if item.number == number)
    if 0 <= at + step < len(own):
        own[at], own[at + step] = own[at + step], own[at]
    elif 0 <= place + step < len(cases):
        cases[place], cases[place + step] = cases[place + step], cases[place]
    return tuple(chain.from_iterable(cases))


def moved_to(basket: Basket, number: int, place: int) -> Basket:
    """A basket in which one slide was put at another place, from 0, as by steps of `moved`.

    A slide that leaves its case takes it along; one that is put into another case goes past that.
    """
    at = _place_of(basket, number)
    step = 1 if place > at else -1
    for _ in basket:
        if (place - at) * step <= 0:
            break
        basket = moved(basket, number, step)
        at = _place_of(basket, number)
    return basket


def _place_of(basket: Basket, number: int) -> int:
    return next(place for place, item in enumerate(basket) if item.number == number)


def deck_of(basket: Basket, story: Deck | None = None) -> Deck:
    """All slides of a basket, after a story where there is one.

    A slide of a case begins with the name of the case.
    """
    own = tuple(
        replace(item.slide, title=f"{item.case}: {item.slide.title}") if item.case else item.slide
        for item in basket
    )
    if story is None:
        return Deck(own, f"ThoraxLens {__version__} · {RESEARCH_ONLY}")
    return Deck((*story.slides, *own), story.footer)


def _cases(basket: Sequence[Item]) -> list[list[Item]]:
    """Neighbours of one case together; a slide without case alone."""
    groups = groupby(basket, key=lambda item: item.case or item.number)
    return [list(items) for _, items in groups]


def _together(items: Iterable[Item]) -> Basket:
    """Slides of one case at the place of the first of them, all else in order."""
    found: dict[str | int, list[Item]] = {}
    for item in items:
        found.setdefault(item.case or item.number, []).append(item)
    return tuple(chain.from_iterable(found.values()))
