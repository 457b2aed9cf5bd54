"""What if: how long the answer takes after a region was drawn, and which filling disturbs least."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.benchmarks.fillings import bench_fillings
from xray_core.benchmarks.models import untrained
from xray_core.benchmarks.timing import Row, in_turn
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import resize_image
from xray_core.data.phantom import make_phantom
from xray_core.explain.fillings import fill_regions
from xray_core.explain.what_if import Asked, ask_films, films_to_ask
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import NETWORKS, get_network

FILM_PX = 1024
PHANTOM_PX = 299
ROUNDS = 15
N_FILMS = 20
REGION = ((0.1, 0.2), (0.45, 0.2), (0.45, 0.8), (0.1, 0.8))
"""A box round one lung: a fifth of the film."""


def bench_what_if(
    data: Path | None = None, networks: Sequence[str] = tuple(NETWORKS), n_films: int = N_FILMS
) -> list[Row]:
    """One question "what if this region could not be seen?" on a film of 1024 px.

    A box is filled, the film resized, the network run for probabilities and the maps of all
    classes, and the probabilities of before are subtracted. Then it is run with all fillings, and
    with the same box at other places. What the browser does is not included.

    Args:
        data: films of healthy lungs; given, rows are those of `bench_fillings`.
        networks: keys of `NETWORKS`.
        n_films: of `bench_fillings`.

    Returns:
        Rows with `network`, `image_size_px`, `film_px`, `milliseconds`, `spread_milliseconds` of
        the second step, `forward_milliseconds` of one forward pass alone, and `forward_ratio` of
        the first step to it.

    Raises:
        UnknownNetworkError: no such network.
    """
    if data is not None:
        return bench_fillings(data, networks, n_films)
    rows = []
    film = resize_image(make_phantom("covid", 0, size_px=PHANTOM_PX).image, FILM_PX)
    for network in map(get_network, networks):
        size = network.image_size_px
        model = untrained(network.name, size)
        small = resize_image(film, size)[None, ..., None]
        before = model.explain_batch(small)[0][0]
        actions: list[Callable[[], object]] = [
            partial(_ask, model, film, before),
            partial(_ask_all, model, film),
            partial(compile_forward(model.network), small),
        ]
        ours, spread, forward = in_turn(actions, rounds=ROUNDS)
        rows.append(
            {
                "network": network.name,
                "image_size_px": size,
                "film_px": FILM_PX,
                "milliseconds": round(ours * 1000, 2),
                "spread_milliseconds": round(spread * 1000, 2),
                "forward_milliseconds": round(forward * 1000, 2),
                "forward_ratio": round(ours / forward, 3),
            }
        )
    return rows


def _ask(
    model: Classifier, film: Float32Array, before: Float32Array
) -> tuple[Float32Array, Float32Array]:
    """Changes of probability (class,) and the maps (class, height, width) after the change."""
    after, maps = model.explain_batch(model.batch([fill_regions(film, [REGION])]))
    changes: Float32Array = after[0] - before
    return changes, np.asarray(maps[0])


def _ask_all(model: Classifier, film: Float32Array) -> Asked:
    return ask_films(model.probabilities, films_to_ask(film, [REGION]))
