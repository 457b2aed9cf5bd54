"""present: the chosen runs as slides."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xray_core.arguments import data_option, file_to_write, reader_option, several_runs, takes
from xray_core.commands.opening import open_runs, scan_all
from xray_core.console import Progress, load_tensorflow

if TYPE_CHECKING:
    from xray_core.reports.deck.content import Slide
    from xray_core.reports.deck.films import ShownFilm
    from xray_core.runs.store import Run

Arguments = argparse.Namespace
_N_FILMS = 4


def _present_options(sub: Any) -> None:
    several_runs(sub)
    data_option(sub, "films to show; by default synthetic ones", required=False)
    reader_option(sub)
    sub.add_argument(
        "--films", nargs="+", metavar="N or FILE", help=f"how many, or which (default {_N_FILMS})"
    )
    sub.add_argument(
        "--out", type=file_to_write, required=True, help="file to write, .pptx, .pdf or .html"
    )
    sub.add_argument("--theme", choices=("light", "dark"), default="light", help="of the slides")


@takes(_present_options)
def present(arguments: Arguments) -> None:
    """Write slides of the chosen runs: scores, maps, films and limits."""
    from xray_core.files import replacing
    from xray_core.reports.deck.films import stored_means
    from xray_core.reports.deck.formats import FORMATS, WITH_EVERY_CLASS, format_of
    from xray_core.reports.deck.story import tell_story

    ending = format_of(arguments.out)
    runs = open_runs(arguments)
    films = _film_slides(runs, arguments, every_class=ending in WITH_EVERY_CLASS)
    deck = tell_story(runs, films, stored_means(runs))
    with replacing(arguments.out) as part:
        FORMATS[ending](deck, part, arguments.theme)
    print(f"{arguments.out}: {len(deck.slides)} slides")


def _film_slides(
    runs: "tuple[Run, ...]", arguments: Arguments, *, every_class: bool
) -> "tuple[Slide, ...]":
    from xray_core.classifier import open_model
    from xray_core.explain.stored import films_to_test
    from xray_core.reports.deck.films import demo_slides, explained_slides, films_from, films_of

    words = arguments.films or [str(_N_FILMS)]
    n_films = int(words[0]) if len(words) == 1 and words[0].isdecimal() else None
    if n_films is not None and not arguments.data:
        with Progress("films") as progress:
            return demo_slides(runs, n_films, progress)
    films: Iterator[ShownFilm]
    if n_films is None:
        films = films_of([Path(word) for word in words])
    else:
        with Progress("scan") as progress:
            films = films_from(films_to_test(runs[0], scan_all(arguments, progress)), n_films)
    load_tensorflow()
    with Progress("explain") as progress:
        return explained_slides(runs, open_model, films, progress, every_class=every_class)
