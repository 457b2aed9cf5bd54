"""Slides of single films: every model's map for its own answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from xray_core.arrays import Float32Array
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import read_film
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record, film_code
from xray_core.errors import DatasetError
from xray_core.explain.attribution import Attribution
from xray_core.explain.demo import DEMO_FILMS, read_demo_film
from xray_core.explain.shown import map_title
from xray_core.explain.stored import read_maps
from xray_core.reports.deck.content import Picture, Slide
from xray_core.reports.deck.names import footer_of, model_names
from xray_core.reports.deck.pictures import film_picture, mean_maps
from xray_core.runs.store import TEST_MAPS, Run

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ShownFilm:
    """A film to show.

    Attributes:
        pixels: float32 (height, width) in [0, 1].
        name: code of the film, or name of its file; never a path.
        label: of the data set; "" where it has none.
        origin: data set or file, for the caption.
    """

    pixels: Float32Array
    name: str
    label: str
    origin: str


def demo_slides(runs: Sequence[Run], n_films: int, progress: Progress) -> tuple[Slide, ...]:
    """Slides of the synthetic films whose maps are kept with the runs; no network is needed.

    Runs that keep none are left out of them.

    Raises:
        DatasetError: there are not so many synthetic films.
        RunError: the kept maps of a run are damaged.
    """
    if n_films > len(DEMO_FILMS):
        raise DatasetError(
            f"There are {len(DEMO_FILMS)} demo films.",
            where=f"--films {n_films}",
            fix="Ask for fewer, or name a data set with --data.",
        )
    slides = []
    for row in range(n_films):
        kept = [
            (name, demo.phantom, demo.attributions)
            for name, run in zip(model_names(runs), runs, strict=True)
            if (demo := read_demo_film(run, row))
        ]
        if kept:
            phantom = kept[0][1]
            film = ShownFilm(phantom.image, f"demo {row + 1}", phantom.label, "synthetic films")
            slides.append(
                film_slide(film, [(name, likeliest(all_)) for name, _, all_ in kept], runs)
            )
        progress(row + 1, n_films)
    return tuple(slides)


def explained_slides(
    runs: Sequence[Run],
    models: Sequence[Classifier],
    films: Sequence[ShownFilm],
    progress: Progress,
) -> tuple[Slide, ...]:
    """Slides of films that the networks explain now, by each run's own method and layer."""
    slides = []
    for place, film in enumerate(films):
        maps = [
            (name, likeliest(list(model.explain(film.pixels).values())))
            for name, model in zip(model_names(runs), models, strict=True)
        ]
        slides.append(film_slide(film, maps, runs))
        progress(place + 1, len(films))
    return tuple(slides)


def likeliest(attributions: Sequence[Attribution]) -> Attribution:
    """The map of the class with the highest probability."""
    return max(attributions, key=lambda item: item.probability)


def film_slide(
    film: ShownFilm, maps: Sequence[tuple[str, Attribution]], runs: Sequence[Run]
) -> Slide:
    """One film under all models."""
    answers = {item.label for _, item in maps}
    agree = "the models agree" if len(answers) == 1 else "the models differ"
    label = label_title(film.label)
    methods = "; ".join(f"{name}: {map_title(item.method, item.layer)}" for name, item in maps)
    today = datetime.now(UTC).date().isoformat()
    return Slide(
        f"{label if film.label else 'Film'}: {agree}" if len(maps) > 1 else label,
        f"Film {film.name} of {film.origin}, label: {label}. {methods}. A map is relative to its "
        "own strongest place, times the probability of its class; below 0.10 none is shown.\n"
        f"Runs: {footer_of(runs)}",
        (f"{film.name}, {film.origin}, label {label}. {methods}. {today}",),
        (film_picture(film.pixels, maps),),
    )


def films_of(paths: Sequence[Path]) -> tuple[ShownFilm, ...]:
    """Films from files.

    Raises:
        ImageReadError: one cannot be read.
    """
    return tuple(ShownFilm(read_film(path).pixels, path.name, "", "file") for path in paths)


def films_from(manifest: Manifest, n_films: int) -> tuple[ShownFilm, ...]:
    """Films of a data set, the classes in turn.

    Raises:
        ImageReadError: one cannot be read any more.
    """
    by_class: dict[str, list[Record]] = {}
    for record in sorted(manifest.usable.records, key=film_code):
        by_class.setdefault(record.label, []).append(record)
    turns = zip_longest(*(by_class[label] for label in sorted(by_class)))
    chosen = [record for turn in turns for record in turn if record][:n_films]
    return tuple(
        ShownFilm(
            read_film(manifest.path_of(record)).pixels,
            film_code(record),
            record.label,
            record.dataset,
        )
        for record in chosen
    )


def stored_means(runs: Sequence[Run]) -> Picture | None:
    """Mean maps of the runs that have kept the maps of their test films; None without any."""
    kept = [
        (f"{name}, {map_title(stored.method, stored.layer)}", stored)
        for name, run in zip(model_names(runs), runs, strict=True)
        if (stored := read_maps(run.path / TEST_MAPS, run.classes))
    ]
    return mean_maps(kept)
