"""Repeatability: is the map the same when the film changes in a way that means nothing?

Three changes that no reader would notice: a little noise, a shift of a few pixels, coding as JPEG.
The map of the shifted film is shifted back. Arun et al. 2021
(https://doi.org/10.1148/ryai.2021200267) ask for repeatability; Ghorbani et al. 2019
(https://arxiv.org/abs/1710.10547) show maps that change while the answer stays.
"""

from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from xray_core.arrays import Float32Array, Float64Array
from xray_core.classifier import Classifier
from xray_core.data.decoding.images import to_uint8
from xray_core.quality.grid import maps_of, stretch
from xray_core.quality.similarity import rank_correlation

NOISE = 0.02
"""Standard deviation of the noise, in shares of the range from black to white."""

SHIFT = 1 / 40
"""Shift to the right and down, as a share of the film's side: 4 of 160 pixels."""

JPEG_QUALITY = 75
"""Pillow's own; of 100."""


def add_noise(film: Float32Array, seed: int = 0) -> Float32Array:
    """A film (size, size) with noise, cut off at black and white."""
    noise = np.random.default_rng(seed).standard_normal(film.shape, dtype=np.float32)
    noisy: Float32Array = np.clip(film + np.float32(NOISE) * noise, 0, 1)
    return noisy


def shift(film: Float32Array) -> Float32Array:
    """A film (size, size) moved to the right and down; its edge is repeated."""
    step = shift_px(film.shape[0])
    return np.pad(film, ((step, 0), (step, 0)), mode="edge")[:-step, :-step]


def code_as_jpeg(film: Float32Array) -> Float32Array:
    """A film (size, size) as it comes back from a JPEG file."""
    buffer = BytesIO()
    Image.fromarray(to_uint8(film)).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return np.asarray(Image.open(buffer), np.float32) / np.float32(255)


CHANGES: dict[str, Callable[[Float32Array], Float32Array]] = {
    "noise": add_noise,
    "shift": shift,
    "jpeg": code_as_jpeg,
}


def repeatability(
    model: Classifier,
    films: Float32Array,
    columns: Sequence[int],
    maps: Float32Array,
    method: str,
    *,
    layer: str | None = None,
) -> dict[str, Float64Array]:
    """Rank correlation of the maps of changed films with those of the films themselves.

    Args:
        model: whose maps they are.
        films: float32 (film, size, size, 1) in [0, 1].
        columns: of the class explained, one per film.
        maps: (film, height, width), as `maps_of` returns for these.
        method: key in `METHODS`.
        layer: as for `maps_of`.

    Returns:
        For each of `CHANGES` float64 (film,), -1 to 1.

    Raises:
        ClassIndexError, ExplainError, LayerNotFoundError: as `Classifier.explain_batch`.
    """
    size_px = films.shape[1]
    found = {}
    for name, change in CHANGES.items():
        changed = np.stack([change(film[..., 0]) for film in films])[..., None]
        again = maps_of(model, changed, columns, method, layer=layer)
        pairs = zip(maps, again, strict=True)
        if name == "shift":
            pairs = (_shift_back(*pair, size_px) for pair in pairs)  # type: ignore[assignment]
        found[name] = np.array([rank_correlation(*pair) for pair in pairs])
    return found


def shift_px(size_px: int) -> int:
    """Pixels by which a film of that side is moved."""
    return max(1, round(size_px * SHIFT))


def _shift_back(
    before: Float32Array, after: Float32Array, size_px: int
) -> tuple[Float32Array, Float32Array]:
    """The part of both maps that lies on the same place of the chest."""
    step = shift_px(size_px)
    return stretch(before, size_px)[:-step, :-step], stretch(after, size_px)[step:, step:]
