"""Slides of single films: every model's map for its own answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

import numpy as np
from PIL import Image

from xray_core.arrays import Float32Array
from xray_core.classifier import Classifier
from xray_core.classifier.films import batch_of
from xray_core.data.decoding.images import read_film, to_uint8
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record, film_code
from xray_core.errors import DatasetError
from xray_core.evaluation.predict import softmax
from xray_core.explain.attribution import Attribution
from xray_core.explain.demo import DEMO_FILMS, read_demo_film
from xray_core.explain.evidence import Columns, evidence
from xray_core.explain.shown import map_title
from xray_core.explain.stored import read_maps
from xray_core.reports.deck.content import (
    MAX_FILM_PX,
    FilmMaps,
    Measure,
    ModelMaps,
    Picture,
    Slide,
)
from xray_core.reports.deck.names import footer_of, model_names
from xray_core.reports.deck.pictures import mean_maps, means_of
from xray_core.runs.store import TEST_MAPS, Run
from xray_core.viewer.annotation import Annotation, annotation_words

Progress = Callable[[int, int], None]
SYNTHETIC = "synthetic films"


@dataclass(frozen=True)
class ShownFilm:
    """A film to show.

    Attributes:
        pixels: float32 (height, width) in [0, 1].
        name: code of the film, or name of its file; never a path.
        label: of the data set; "" where it has none.
        origin: data set or file, for the caption.
        drawn: on it by hand.
        measure: what its pixels are.
    """

    pixels: Float32Array
    name: str
    label: str
    origin: str
    drawn: tuple[Annotation, ...] = ()
    measure: Measure = field(default_factory=Measure)


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
            (demo.phantom, ModelMaps(name, run.id, tuple(demo.attributions)))
            for name, run in zip(model_names(runs), runs, strict=True)
            if (demo := read_demo_film(run, row))
        ]
        if kept:
            phantom = kept[0][0]
            film = ShownFilm(phantom.image, f"demo {row + 1}", phantom.label, SYNTHETIC)
            slides.append(film_slide(film, [maps for _, maps in kept], runs))
        progress(row + 1, n_films)
    return tuple(slides)


def explained_slides(
    runs: Sequence[Run],
    open_network: Callable[[Run], Classifier],
    films: Iterable[ShownFilm],
    progress: Progress,
    *,
    every_class: bool = False,
) -> tuple[Slide, ...]:
    """Slides of films that the networks explain now, by each run's own method and layer.

    One network is open at a time, and films are read once; only small copies are kept.

    Args:
        runs: to ask.
        open_network: gives the classifier of a run.
        films: read one after another.
        progress: called with (steps done, steps in all).
        every_class: whether the maps of all classes are wanted, not of the answer alone.
    """
    kept = [(small_film(film), _squeezed(film, runs)) for film in films]
    answers: list[list[ModelMaps]] = [[] for _ in kept]
    for place, (name, run) in enumerate(zip(model_names(runs), runs, strict=True)):
        model = open_network(run)
        pixels = np.stack([batches[run.image_size_px] for _, batches in kept])
        found = explained(model, pixels, every_class=every_class)
        for row, attributions in enumerate(found):
            answers[row].append(ModelMaps(name, run.id, attributions))
        progress(place + 1, len(runs))
    return tuple(
        film_slide(film, maps, runs) for (film, _), maps in zip(kept, answers, strict=True)
    )


def explained(
    model: Classifier, films: Float32Array, *, every_class: bool
) -> list[tuple[Attribution, ...]]:
    """Maps of films by the model's own method and layer.

    Args:
        model: to ask.
        films: float32 (film, size, size, 1) as the model takes them.
        every_class: whether all classes are explained; else the answer to each film alone, which
            takes one pass in place of one per class.
    """
    method, layer = model.chosen()
    columns: Columns = None if every_class else "likeliest"
    logits, maps = evidence(model.network, films, method, columns=columns, layer=layer)
    found = []
    for probabilities, own in zip(softmax(logits), maps, strict=True):
        shown = range(len(model.classes)) if every_class else [int(probabilities.argmax())]
        found.append(
            tuple(
                Attribution(
                    one, method, model.classes[column], float(probabilities[column]), layer=layer
                )
                for column, one in zip(shown, own, strict=True)
            )
        )
    return found


def small_film(film: ShownFilm) -> ShownFilm:
    """A film no larger than a slide shows it."""
    scale = MAX_FILM_PX / max(film.pixels.shape)
    if scale >= 1:
        return film
    size = (round(film.pixels.shape[1] * scale), round(film.pixels.shape[0] * scale))
    resized = Image.fromarray(film.pixels).resize(
        (max(1, size[0]), max(1, size[1])), Image.Resampling.LANCZOS
    )
    measure = replace(film.measure, block=film.measure.block / scale)
    return replace(film, pixels=np.clip(np.asarray(resized, np.float32), 0, 1), measure=measure)


def _squeezed(film: ShownFilm, runs: Sequence[Run]) -> dict[int, Float32Array]:
    return {size: batch_of([film.pixels], size)[0] for size in {run.image_size_px for run in runs}}


def film_slide(film: ShownFilm, models: Sequence[ModelMaps], runs: Sequence[Run]) -> Slide:
    """One film under all models."""
    answers = {maps.answer.label for maps in models}
    said_in_short = "the models agree" if len(answers) == 1 else "the models differ"
    if len(models) == 1:
        said_in_short = f"{models[0].name} answers {label_title(models[0].answer.label)}"
    label = label_title(film.label)
    methods = "; ".join(
        f"{maps.name}: {map_title(maps.answer.method, maps.answer.layer)}" for maps in models
    )
    said = "; ".join(
        f"{maps.name}: {label_title(maps.answer.label)} {maps.answer.probability:.4f}"
        for maps in models
    )
    today = datetime.now(UTC).date().isoformat()
    drawn = f" {words}." if (words := annotation_words(film.drawn)) else ""
    return Slide(
        f"{label if film.label else 'Film'}: {said_in_short}",
        f"Film {film.name} of {film.origin}, label: {label}. {methods}. Answers: {said}. A map is "
        "relative to its own strongest place, times the probability of its class; below 0.10 none "
        f"is shown.{drawn}\nRuns: {footer_of(runs)}",
        (f"{film.name}, {film.origin}, label {label}. {methods}. {today}",),
        (
            FilmMaps(
                to_uint8(film.pixels),
                f"{film.name}, {film.origin}, label {label}",
                film.origin == SYNTHETIC,
                tuple(models),
                film.label,
                film.drawn,
                film.measure,
            ),
        ),
    )


def films_of(paths: Sequence[Path]) -> Iterator[ShownFilm]:
    """Films from files, one after another.

    Raises:
        ImageReadError: one cannot be read.
    """
    for path in paths:
        yield ShownFilm(read_film(path).pixels, path.name, "", "file")


def films_from(manifest: Manifest, n_films: int) -> Iterator[ShownFilm]:
    """Films of a data set, the classes in turn, one after another.

    Raises:
        ImageReadError: one cannot be read any more.
    """
    by_class: dict[str, list[Record]] = {}
    for record in sorted(manifest.usable.records, key=film_code):
        by_class.setdefault(record.label, []).append(record)
    turns = zip_longest(*(by_class[label] for label in sorted(by_class)))
    chosen = [record for turn in turns for record in turn if record][:n_films]
    for record in chosen:
        pixels = read_film(manifest.path_of(record)).pixels
        yield ShownFilm(pixels, film_code(record), record.label, record.dataset)


def stored_means(runs: Sequence[Run]) -> Picture | None:
    """Mean maps of the runs that have kept the maps of their test films; None without any."""
    return mean_maps(
        {
            f"{name}, {map_title(stored.method, stored.layer)}": means_of(stored)
            for name, run in zip(model_names(runs), runs, strict=True)
            if (stored := read_maps(run.path / TEST_MAPS, run.classes))
        }
    )
