"""Slides made while somebody waits: no network is asked. Light to import."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from xray_core.runs.store import Run

if TYPE_CHECKING:
    from xray_core.reports.deck.basket import Basket
    from xray_core.reports.deck.content import Deck

Progress = Callable[[int, int], None]
_N_FILMS = 4


def slides_of(runs: Sequence[Run], ending: str, theme: str, progress: Progress) -> bytes:
    """The file: the story of the runs with the synthetic films whose maps are kept with them.

    Raises:
        RunError: a run has no scores or predictions, or a file of it is damaged.
    """
    from xray_core.reports.deck.films import demo_slides, stored_means
    from xray_core.reports.deck.story import tell_story

    steps = _N_FILMS + 2
    films = demo_slides(runs, _N_FILMS, lambda done, _: progress(done, steps))
    return _written(tell_story(runs, films, stored_means(runs)), ending, theme, progress, steps)


def basket_slides(
    basket: "Basket", runs: Sequence[Run], ending: str, theme: str, progress: Progress
) -> bytes:
    """The file: the slides of a basket, after the story of the runs where any are named.

    Raises:
        RunError: a run has no scores or predictions, or a file of it is damaged.
    """
    from xray_core.reports.deck.basket import deck_of
    from xray_core.reports.deck.films import stored_means
    from xray_core.reports.deck.story import tell_story

    story = tell_story(runs, (), stored_means(runs)) if runs else None
    return _written(deck_of(basket, story), ending, theme, progress, 2)


def _written(deck: "Deck", ending: str, theme: str, progress: Progress, steps: int) -> bytes:
    from xray_core.reports.deck.formats import deck_bytes

    progress(steps - 1, steps)
    data = deck_bytes(deck, ending, theme)
    progress(steps, steps)
    return data
