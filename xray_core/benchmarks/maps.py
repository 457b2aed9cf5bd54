"""Maps of a test set: how fast they come, what they take on disk, how fast they are drawn."""

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.benchmarks.timing import Row, clock, first_films, in_turn
from xray_core.data.decoding.images import encode_jpeg, resize_image
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.labels import KNOWN_CLASSES
from xray_core.data.phantom import write_phantoms
from xray_core.explain.attribution import Attribution
from xray_core.explain.explained import BATCH, ExplainedFilms, collect_films, explain_films
from xray_core.explain.overlay import overlay
from xray_core.explain.stored import read_maps, write_maps
from xray_core.lungs.finder import lungs_of_all
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import NETWORKS, build_network, get_network

if TYPE_CHECKING:
    import keras

N_FILMS = 64
PHANTOM_PX = 160
ROUNDS = 9
BIG_ROUNDS = 3
N_DRAWN = 100
THUMBNAIL_PX = 160
"""Side of a film in the gallery of the Explain page."""

LARGE_PX = 1024
"""Longest side of a film that a page shows."""

LARGE_ROUNDS = 15
_PROBABILITY = 0.9


def bench_maps(
    data: Path | None = None,
    networks: Sequence[str] = tuple(NETWORKS),
    n_films: int = N_FILMS,
) -> list[Row]:
    """Stored maps against plain prediction, their size on disk, and pictures drawn from them.

    The weights are random: time does not depend on them, and `unpacked_megabytes_per_1000` shows
    the most that the file can take, whatever the maps are.

    Args:
        data: films to measure with; None draws synthetic ones.
        networks: keys of `NETWORKS`.
        n_films: how many films, or all where there are fewer.

    Returns:
        Rows with `network`, `image_size_px`, `films`; `films_per_second` of probabilities and maps
        of all classes as they are stored; `forward_films_per_second` of the compiled forward pass
        alone over the same films in the same batches, which lie in memory; `throughput_ratio`, the
        first by the second; `megabytes_per_1000` films, as the file is written, and
        `unpacked_megabytes_per_1000`, before it is compressed; `gallery_seconds`, from that file to
        100 small overlays as JPEG; `overlay_again_milliseconds`, from a stored map to the overlay
        on a film of 1024 px.

    Raises:
        DatasetError: no film that can be read at `data`.
        UnknownNetworkError: no such network.
    """
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = data or write_phantoms(folder / "synthetic", n_films, size_px=PHANTOM_PX)
        manifest = first_films(path, n_films, folder / "scans")
        thumbnails = cache_films(manifest, THUMBNAIL_PX, cache_dir=folder / "films")
        for network in map(get_network, networks):
            size = network.image_size_px
            films = cache_films(manifest, size, cache_dir=folder / "films")
            model = build_network(network.name, len(KNOWN_CLASSES), size)
            rounds = BIG_ROUNDS if network.pretrained else ROUNDS
            batches = [
                as_batch(films[start : start + BATCH]) for start in range(0, len(films), BATCH)
            ]
            ours, forward = in_turn(
                [partial(explain_films, model, films), partial(_predict, model, batches)],
                rounds=rounds,
            )
            lungs = lungs_of_all(manifest, films)
            stored = collect_films(KNOWN_CLASSES, manifest, *explain_films(model, films), lungs)
            rows.append(
                {
                    "network": network.name,
                    "image_size_px": size,
                    "films": len(films),
                    "films_per_second": round(len(films) / ours, 2),
                    "forward_films_per_second": round(len(films) / forward, 2),
                    "throughput_ratio": round(forward / ours, 3),
                    **_kept(folder / f"{network.name}.npz", stored, thumbnails),
                }
            )
    return rows


def _predict(model: "keras.Model", batches: Sequence[Float32Array]) -> None:
    forward = compile_forward(model)
    for batch in batches:
        forward(batch)


def _kept(path: Path, stored: ExplainedFilms, thumbnails: UInt8Array) -> Row:
    """What the file takes, and how fast pictures come from it."""
    write_maps(path, stored)
    n = len(stored.film_ids)
    with np.load(path, allow_pickle=False) as file:
        unpacked = sum(file[name].nbytes for name in file.files)
    large = resize_image(thumbnails[0].astype(np.float32) / 255, LARGE_PX)
    (again,) = in_turn([partial(overlay, large, _strongest(stored, 0))], rounds=LARGE_ROUNDS)
    return {
        "megabytes_per_1000": round(path.stat().st_size / n / 1000, 3),
        "unpacked_megabytes_per_1000": round(unpacked / n / 1000, 3),
        "gallery_seconds": round(clock(partial(_gallery, path, stored.classes, thumbnails)), 3),
        "overlay_again_milliseconds": round(again * 1000, 2),
    }


def _gallery(path: Path, classes: tuple[str, ...], thumbnails: UInt8Array) -> list[bytes]:
    """From the file to pictures; films come again where there are fewer."""
    stored = read_maps(path, classes)
    if stored is None:
        raise RuntimeError(f"{path.name} cannot be read")
    rows = itertools.islice(itertools.cycle(range(len(thumbnails))), N_DRAWN)
    return [
        encode_jpeg(overlay(thumbnails[row].astype(np.float32) / 255, _strongest(stored, row)))
        for row in rows
    ]


def _strongest(stored: ExplainedFilms, row: int) -> Attribution:
    """A map of a film that is not flat, if it has any, for a class that is shown."""
    found = max(stored.attributions(row), key=lambda item: float(np.ptp(item.values)))
    return replace(found, probability=_PROBABILITY)
