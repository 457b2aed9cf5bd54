"""How much a filled box moves the answers on films of healthy lungs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from xray_core.arrays import BoolArray, Float32Array
from xray_core.benchmarks.timing import Row
from xray_core.classifier import open_model
from xray_core.data.decoding.images import load_image
from xray_core.data.scan import scan
from xray_core.errors import DatasetError
from xray_core.explain.fillings import FILLINGS, Region, fill_regions
from xray_core.lungs.finder import find_lungs
from xray_core.lungs.zones import ZONES, divide_lungs
from xray_core.runs.store import Run, open_run

HEALTHY = "normal"
BOX_SIDE = 0.2
"""Of the film's sides: about a third of a lung's height."""


def bench_fillings(data: Path, networks: Sequence[str], n_films: int) -> list[Row]:
    """How far each filling moves what a shipped model predicts for healthy lungs.

    A box is filled in the middle of each of the six lung zones of films labelled normal that the
    model calls normal. A filling that is like a lung moves nothing.

    Args:
        data: a data set with films labelled normal.
        networks: names of shipped models.
        n_films: films, evenly taken from those of the data set.

    Returns:
        Rows with `network`, `filling`, `films`, `boxes`, `mean_shift` of the probability of normal
        (sizes), `largest_fall` of it, and `turned`, the share of boxes that make another class the
        likeliest.

    Raises:
        DatasetError: no such film, or none that the model calls normal.
        RunError: no such model.
    """
    films = _healthy_films(data, n_films)
    rows = []
    for network in networks:
        run = open_run(network)
        before, after = _answers(run, films)
        column = run.classes.index(HEALTHY)
        right = before.argmax(axis=1) == column
        if not right.any():
            raise DatasetError("The model calls no film normal.", where=run.title)
        shifts = after[right][..., column] - before[right][:, None, None, column]
        turned = after[right].argmax(axis=-1) != column
        for index, filling in enumerate(FILLINGS):
            rows.append(
                {
                    "network": network,
                    "filling": filling,
                    "films": int(right.sum()),
                    "boxes": shifts[..., index].size,
                    "mean_shift": round(float(np.abs(shifts[..., index]).mean()), 4),
                    "largest_fall": round(float(-shifts[..., index].min()), 3),
                    "turned": round(float(turned[..., index].mean()), 4),
                }
            )
    return rows


def _healthy_films(data: Path, n_films: int) -> list[tuple[Float32Array, BoolArray]]:
    """Films labelled normal whose lungs are found, with them."""
    manifest = scan(data).usable.where(lambda record: record.label == HEALTHY)
    step = max(1, len(manifest.records) // n_films)
    found = []
    for record in manifest.records[::step][:n_films]:
        film = load_image(manifest.path_of(record)).pixels
        lungs = find_lungs(film)
        if lungs is not None:
            found.append((film, lungs))
    if not found:
        raise DatasetError(
            "No film labelled normal whose lungs can be found.",
            where=data.name,
            fix="Give a data set with films of healthy lungs.",
        )
    return found


def _answers(
    run: Run, films: Sequence[tuple[Float32Array, BoolArray]]
) -> tuple[Float32Array, Float32Array]:
    """Probabilities before (film, class) and after (film, box, filling, class)."""
    ask = open_model(run).probabilities
    before = [ask([film])[0] for film, _ in films]
    after = [
        [
            ask([fill_regions(film, [box], filling, lungs) for filling in FILLINGS])
            for box in zone_boxes(lungs)
        ]
        for film, lungs in films
    ]
    return np.array(before), np.array(after)


def zone_boxes(lungs: BoolArray) -> list[Region]:
    """A box about the middle of each lung zone, as shares of the film, within the film."""
    zones = divide_lungs(lungs)
    if zones is None:
        return []
    boxes: list[Region] = []
    for zone in range(1, len(ZONES) + 1):
        rows, columns = np.nonzero(zones == zone)
        x, y = columns.mean() / lungs.shape[1], rows.mean() / lungs.shape[0]
        left, top = (min(max(at - BOX_SIDE / 2, 0), 1 - BOX_SIDE) for at in (float(x), float(y)))
        right, bottom = left + BOX_SIDE, top + BOX_SIDE
        boxes.append([(left, top), (right, top), (right, bottom), (left, bottom)])
    return boxes
