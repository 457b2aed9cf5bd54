"""The second opinion: how its promises hold on known films, and how long an answer takes."""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from xray_core.benchmarks.timing import Row, clock
from xray_core.data.decoding.images import Film, decode_image, encode_png
from xray_core.data.phantom import make_phantom
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.consulted import Consulted, shared_classes
from xray_core.opinion.known import coverage_rows
from xray_core.opinion.scoped import AGE_GROUPS
from xray_core.runs.listing import list_runs
from xray_core.runs.store import open_run

ROUNDS = 9
FILM_PX = 1024
MEAN = "mean"


def bench_opinion(data: Path | None = None, networks: Sequence[str] = ()) -> list[Row]:
    """Coverage of the conformal sets on test films, and the time from upload to answer.

    Args:
        data: not used: the films of the promises are those of the runs.
        networks: shipped models, by name; none takes all of them.

    Returns:
        Rows of `coverage_rows` with `model` (`mean` for all together), and rows with `step`,
        `milliseconds` (median) of each named step, of reading the file, and of all together.

    Raises:
        RunNotFoundError: a model is not shipped.
    """
    del data
    runs = [open_run(name) for name in networks] or [run for run in list_runs() if run.shipped]
    models = [Consulted.of(run) for run in runs]
    rows = [row for run, item in zip(runs, models, strict=True) for row in _covered(run.id, [item])]
    if len(models) > 1:
        rows += _covered(MEAN, models)
    return rows + _times(models)


def _covered(name: str, models: list[Consulted]) -> list[Row]:
    """How the sets of one model, or of the mean of several, hold in both age groups."""
    rows: list[Row] = []
    for age_group in AGE_GROUPS:
        classes = shared_classes(models, age_group)
        runs = [item.run for item in models if item.run is not None]
        rows += [{"model": name} | row for row in coverage_rows(runs, classes, age_group)]
    return rows


def _times(models: Sequence[Consulted]) -> list[Row]:
    data = encode_png(make_phantom("covid", 0, size_px=FILM_PX).image)
    steps: dict[str, list[float]] = {}
    began: list[tuple[str, float]] = []

    def note(step: str, place: int, of: int) -> None:
        del place, of
        began.append((step, time.perf_counter()))

    def answer(film: Film) -> None:
        began.clear()
        give_opinion(film, models, age_group="adult", progress=note)
        ends = [start for _, start in began[1:]] + [time.perf_counter()]
        for (step, start), end in zip(began, ends, strict=True):
            steps.setdefault(step, []).append(end - start)

    answer(decode_image(data, "film"))
    steps.clear()
    reading, whole = [], []
    for _ in range(ROUNDS):
        reading.append(clock(lambda: decode_image(data, "film")))
        film = decode_image(data, "film")
        whole.append(reading[-1] + clock(lambda film=film: answer(film)))  # type: ignore[misc]
    rows = {"Reading the file": reading, **steps, "Upload to answer": whole}
    return [
        {"step": name, "milliseconds": round(1000 * median(values), 1), "film_px": FILM_PX}
        for name, values in rows.items()
    ]
