"""Slides made while somebody waits: no network is asked. Light to import."""

from collections.abc import Callable, Sequence

from xray_core.runs.store import Run

Progress = Callable[[int, int], None]
_N_FILMS = 4


def slides_of(runs: Sequence[Run], ending: str, theme: str, progress: Progress) -> bytes:
    """The file: the story of the runs with the synthetic films whose maps are kept with them.

    Raises:
        RunError: a run has no scores or predictions, or a file of it is damaged.
    """
    from xray_core.reports.deck.films import demo_slides, stored_means
    from xray_core.reports.deck.formats import deck_bytes
    from xray_core.reports.deck.story import tell_story

    steps = _N_FILMS + 2
    films = demo_slides(runs, _N_FILMS, lambda done, _: progress(done, steps))
    deck = tell_story(runs, films, stored_means(runs))
    progress(steps - 1, steps)
    data = deck_bytes(deck, ending, theme)
    progress(steps, steps)
    return data
