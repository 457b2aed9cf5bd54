"""Lungs: how long it takes to find them on a film."""

import itertools
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from xray_core.arrays import Float32Array
from xray_core.benchmarks.timing import Row, first_films, in_turn
from xray_core.data.decoding.images import load_image, resize_image
from xray_core.data.labels import KNOWN_CLASSES
from xray_core.data.phantom import make_phantom
from xray_core.lungs.finder import find_lungs
from xray_core.lungs.unet import FILM_PX as NETWORK_PX
from xray_core.lungs.unet import build_lung_unet
from xray_core.networks.compiled import compile_forward

N_FILMS = 20
FILM_PX = 1024
PHANTOM_PX = 299


def bench_lungs(data: Path | None = None) -> list[Row]:
    """The lungs on films of 1024 px: resized, through the network, cleaned and judged.

    Args:
        data: films to measure with, the first 20 of them; None draws synthetic ones. All are
            brought to 1024 px first.

    Returns:
        One row with `films`, `found` (reliable masks), `film_px`, `milliseconds` per
        film, `forward_milliseconds` of the lung network's forward pass alone, both medians, and
        `forward_ratio` of the two.

    Raises:
        DatasetError: no film that can be read at `data`.
        WeightsError: the network's weights are missing or damaged.
    """
    forward = compile_forward(build_lung_unet())
    found, times = 0, []
    for film in _films(data):
        small = resize_image(film, NETWORK_PX)[None, ..., None]
        found += find_lungs(film) is not None
        times.append(in_turn([partial(find_lungs, film), partial(forward, small)], rounds=1))
    ours, alone = map(median, zip(*times, strict=True))
    return [
        {
            "films": len(times),
            "found": found,
            "film_px": FILM_PX,
            "milliseconds": round(ours * 1000, 2),
            "forward_milliseconds": round(alone * 1000, 2),
            "forward_ratio": round(ours / alone, 3),
        }
    ]


def _films(data: Path | None) -> Iterator[Float32Array]:
    """Films float32 (1024, 1024), drawn or read one by one."""
    if data is None:
        labels = itertools.islice(itertools.cycle(KNOWN_CLASSES), N_FILMS)
        for seed, label in enumerate(labels):
            yield resize_image(make_phantom(label, seed, size_px=PHANTOM_PX).image, FILM_PX)
        return
    with tempfile.TemporaryDirectory() as folder:
        manifest = first_films(data, N_FILMS, Path(folder))
        for record in manifest.records:
            yield resize_image(load_image(manifest.path_of(record)).pixels, FILM_PX)
