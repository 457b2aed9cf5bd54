"""A film as it is shown, as a slide for the basket."""

from collections.abc import Sequence
from dataclasses import replace

from pages.ui.film.panel import Attributions, short_titles
from xray_core.reports.deck.content import ModelMaps, Slide
from xray_core.reports.deck.films import ShownFilm, film_slide, small_film
from xray_core.reports.deck.names import footer_of
from xray_core.runs.store import Run


def slide_of_film(
    film: ShownFilm,
    runs: Sequence[Run],
    attributions: Attributions,
    chosen: str,
    warning: str = "",
) -> Slide:
    """The film and the map of every model for the class that is shown.

    Args:
        film: as it is shown.
        runs: the models, one or more.
        attributions: of each run, by its id.
        chosen: the class whose map is shown.
        warning: what was done to the film; "" for nothing.
    """
    titles = short_titles(runs)
    maps = [ModelMaps(titles[run.id], run.id, tuple(attributions[run.id]), chosen) for run in runs]
    slide = film_slide(small_film(film), maps, runs)
    slide = replace(slide, footer=footer_of(runs))
    if warning:
        return replace(
            slide, notes=f"{warning}\n{slide.notes}", lines=(f"{warning} {slide.lines[0]}",)
        )
    return slide
