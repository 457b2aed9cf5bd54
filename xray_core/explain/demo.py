"""Maps of a few synthetic films, kept with a run, so that a page can show one without a network.

The films are drawn again from their seeds; only the maps are stored: those that the run shows
(`map_shown`), with at most `MOST_CELLS` cells per side. Older versions stored Grad-CAM at the last
layer, and named neither.
"""

import functools
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from xray_core.data.decoding.images import resize_image
from xray_core.data.phantom import Phantom, make_phantom
from xray_core.errors import RunError
from xray_core.evaluation.predict import softmax
from xray_core.explain.attribution import Attribution
from xray_core.explain.evidence import evidence
from xray_core.explain.explained import METHOD, coarse
from xray_core.explain.methods import METHODS
from xray_core.explain.shown import map_shown
from xray_core.runs.loading import load_model
from xray_core.runs.side_files import damaged
from xray_core.runs.store import DEMO_MAPS, Run

DEMO_FILMS = (("covid", 77_001), ("bacterial", 77_002), ("viral", 77_003), ("normal", 77_004))
"""Label and seed of each film; none of these seeds is used for training."""

REMOVE = "Copy the file again, or delete it: then another model is shown on Home."


@dataclass(frozen=True)
class DemoFilm:
    """A synthetic film with the maps of one run.

    Attributes:
        phantom: the film and its truth.
        attributions: one per class of the run.
    """

    phantom: Phantom
    attributions: tuple[Attribution, ...]


def store_demo_maps(run: Run) -> None:
    """Explain the demo films and keep the evidence in the run folder (float16, a few kB)."""
    model = load_model(run)
    films = [
        resize_image(draw_film(row).image, run.image_size_px) for row in range(len(DEMO_FILMS))
    ]
    method, layer = map_shown(run)
    logits, found = evidence(model, np.stack(films)[..., None], method, layer=layer or None)
    path = run.path / DEMO_MAPS
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        path,
        probabilities=softmax(logits),
        evidence=coarse(found),
        method=np.array(method),
        layer=np.array(layer),
    )


def read_demo_film(run: Run, row: int) -> DemoFilm | None:
    """The film of one row of `DEMO_FILMS` with its stored maps; None if the run has none.

    Raises:
        RunError: the file is damaged, or of a different number of classes.
    """
    path = run.path / DEMO_MAPS
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            cut = "evidence" not in file  # older versions kept the positive part alone
            probabilities = file["probabilities"]
            maps = file["maps" if cut else "evidence"].astype(np.float32)
            method = str(file["method"]) if "method" in file else METHOD
            layer = str(file["layer"]) if "layer" in file else ""
        shape = (len(DEMO_FILMS), len(run.classes))
        fits = maps.ndim == 4 and maps.shape[:2] == probabilities.shape == shape
        fits = fits and method in METHODS
        fits = fits and bool(np.isfinite(maps).all() and np.isfinite(probabilities).all())
    except Exception as error:  # a damaged zip raises whatever its bytes lead to
        raise damaged(path, type(error).__name__, REMOVE) from error
    if not fits:
        raise damaged(path, "its parts do not fit each other, or the run", REMOVE)
    probabilities, maps = probabilities[row], maps[row]
    return DemoFilm(
        draw_film(row),
        tuple(
            Attribution(values, method, label, float(probability), cut=cut, layer=layer)
            for values, label, probability in zip(maps, run.classes, probabilities, strict=True)
        ),
    )


def first_demo_film(runs: Iterable[Run], row: int) -> tuple[Run, DemoFilm] | None:
    """The first run whose maps of that film can be read, with them; None without any."""
    for run in runs:
        with suppress(RunError):  # damaged: pages name the file
            if demo := read_demo_film(run, row):
                return run, demo
    return None


@functools.lru_cache(maxsize=len(DEMO_FILMS))
def draw_film(row: int) -> Phantom:
    """The synthetic film of one row of `DEMO_FILMS`, drawn once: nothing may change it."""
    label, seed = DEMO_FILMS[row]
    return make_phantom(label, seed)
