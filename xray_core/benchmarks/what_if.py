"""What if: how long the answer takes after a region was drawn."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from xray_core.benchmarks.timing import Row, in_turn
from xray_core.data.images import resize_image
from xray_core.data.labels import KNOWN_CLASSES
from xray_core.data.phantom import make_phantom
from xray_core.explain.methods import predict_and_explain
from xray_core.explain.what_if import Float32Array, blur_regions
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import NETWORKS, build_network, get_network

FILM_PX = 1024
PHANTOM_PX = 299
ROUNDS = 15
REGION = ((0.1, 0.2), (0.45, 0.2), (0.45, 0.8), (0.1, 0.8))
"""A box round one lung: a fifth of the film."""


def bench_what_if(
    _data: Path | None = None, networks: Sequence[str] = tuple(NETWORKS)
) -> list[Row]:
    """One question "what if this region could not be seen?" on a film of 1024 px.

    A box is blurred, the film resized, the network asked for probabilities and the maps of all
    classes, and the probabilities of before are taken off. What the browser does is not included.

    Args:
        networks: keys of `NETWORKS`.

    Returns:
        Rows with `network`, `image_size_px`, `film_px`, `milliseconds`, `forward_milliseconds` of
        one forward pass alone, and `forward_ratio` of the two.

    Raises:
        UnknownNetworkError: no such network.
    """
    rows = []
    film = resize_image(make_phantom("covid", 0, size_px=PHANTOM_PX).image, FILM_PX)
    for network in map(get_network, networks):
        size = network.image_size_px
        model = build_network(network.name, len(KNOWN_CLASSES), size)
        small = resize_image(film, size)[None, ..., None]
        before = predict_and_explain(model, small)[0][0]
        actions = [partial(_ask, model, film, size, before), partial(compile_forward(model), small)]
        ours, forward = in_turn(actions, rounds=ROUNDS)
        rows.append(
            {
                "network": network.name,
                "image_size_px": size,
                "film_px": FILM_PX,
                "milliseconds": round(ours * 1000, 2),
                "forward_milliseconds": round(forward * 1000, 2),
                "forward_ratio": round(ours / forward, 3),
            }
        )
    return rows


def _ask(
    model: Any, film: Float32Array, size: int, before: Float32Array
) -> tuple[Float32Array, Float32Array]:
    """Changes of probability (class,) and the maps (class, height, width) after the change."""
    small = resize_image(blur_regions(film, [REGION]), size)
    after, maps = predict_and_explain(model, small[None, ..., None])
    changes: Float32Array = after[0] - before
    return changes, np.asarray(maps[0])
