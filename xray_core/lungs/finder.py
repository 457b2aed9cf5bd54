"""Lungs on a film, found by the U-Net that comes with the repository; it reports when it failed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image
from scipy import ndimage

from xray_core.arrays import BoolArray, Float32Array, UInt8Array
from xray_core.data.decoding.images import resize_image, to_uint8
from xray_core.data.film_cache import as_batch
from xray_core.data.masks import lungs_of
from xray_core.data.records import Manifest
from xray_core.errors import WeightsError
from xray_core.lungs.unet import FILM_PX, NETWORK, build_lung_unet
from xray_core.lungs.zones import divide_lungs
from xray_core.networks.compiled import compile_forward
from xray_core.networks.registry import load_once
from xray_core.settings import get_settings

if TYPE_CHECKING:
    import keras

WEIGHTS = "weights.npz"

MASK_PX = 256
"""Side of the masks found."""

LEAST_PART = 0.05
"""Pieces below this share of all that was found are dropped."""

MOST_DROPPED = 0.10
"""Where the pieces beside the two largest make up more than this share, the mask has failed."""

MOST_UNDECIDED = 0.35
"""Where more than this share of the lungs' area lies between 0.2 and 0.8, the mask has failed."""

_AT_ONCE = 64


def find_lungs(film: Float32Array, folder: Path | None = None) -> BoolArray | None:
    """The lungs on a frontal chest film.

    Args:
        film: float32 (height, width) in [0, 1].
        folder: what `train_lungs` wrote; None takes `shipped_network()`.

    Returns:
        bool (256, 256) over the whole film. None where the mask cannot be relied on: too small or
        large, one-sided (see `divide_lungs`), in many pieces, or uncertain.

    Raises:
        WeightsError: the network's weights are missing or damaged.
    """
    small = to_uint8(resize_image(film, FILM_PX))
    return judge(likelihoods(load_network(folder), small[None])[0])


def find_all_lungs(films: UInt8Array, folder: Path | None = None) -> Iterator[BoolArray | None]:
    """The lungs on each of many films, as `find_lungs` finds them, in less time.

    Args:
        films: uint8 (n, size, size).
        folder: as of `find_lungs`.

    Yields:
        A mask per film, or None.

    Raises:
        WeightsError: the network's weights are missing or damaged.
    """
    network = load_network(folder)
    for start in range(0, len(films), _AT_ONCE):
        small = [
            cv2.resize(film, (FILM_PX, FILM_PX), interpolation=cv2.INTER_AREA)
            for film in films[start : start + _AT_ONCE]
        ]
        yield from map(judge, likelihoods(network, np.stack(small)))


def lungs_of_all(manifest: Manifest, films: UInt8Array) -> tuple[BoolArray | None, ...]:
    """The lungs on each film of a manifest: the mask of the data set, else what the network finds.

    Args:
        manifest: readable records.
        films: uint8 (n, size, size), as `cache_films` returns.

    Returns:
        bool (height, width) per film, over all of it; None where there is no reliable mask, or
        where the network's weights are missing.
    """
    masks = [lungs_of(manifest, record) for record in manifest.records]
    bare = [row for row, mask in enumerate(masks) if mask is None]
    if bare:
        try:
            for row, found in zip(bare, find_all_lungs(films[bare]), strict=True):
                masks[row] = found
        except WeightsError:
            pass
    return tuple(masks)


def shipped_network() -> Path:
    """The folder of the lung network that comes with the repository."""
    return get_settings().shipped_dir / NETWORK


def likelihoods(model: "keras.Model", films: UInt8Array) -> Float32Array:
    """Probability that each pixel is lung.

    Args:
        model: of `build_lung_unet`.
        films: uint8 (n, 128, 128).

    Returns:
        float32 (n, 128, 128) in [0, 1].
    """
    forward = compile_forward(model)
    logits = np.concatenate(
        [forward(as_batch(films[start : start + 32]))[0] for start in range(0, len(films), 32)]
    )
    found: Float32Array = 1 / (1 + np.exp(-logits[..., 0]))
    return found


def judge(likely: Float32Array) -> BoolArray | None:
    """A mask without holes and crumbs, from probabilities (height, width); None if it failed."""
    large = Image.fromarray(likely).resize((MASK_PX, MASK_PX), Image.Resampling.BICUBIC)
    values = np.asarray(large)
    found = values > 0.5
    area = found.sum()
    parts, count = ndimage.label(found)
    if not count or ((values > 0.2) & (values < 0.8)).sum() > MOST_UNDECIDED * area:
        return None
    areas = np.asarray(ndimage.sum_labels(found, parts, range(1, count + 1)))
    if np.sort(areas)[:-2].sum() > MOST_DROPPED * area:
        return None
    kept = np.flatnonzero(areas >= LEAST_PART * area) + 1
    mask: BoolArray = ndimage.binary_fill_holes(np.isin(parts, kept))
    return None if divide_lungs(mask) is None else mask


def load_network(folder: Path | None = None) -> "keras.Model":
    """The network that finds lungs, read once.

    Args:
        folder: what `train_lungs` wrote; None takes `shipped_network()`.

    Raises:
        WeightsError: its weights are missing or damaged.
    """
    return load_once(build_lung_unet, (folder or shipped_network()) / WEIGHTS)
