"""Maps of all sizes on one grid, and the maps of many films, each for its own class."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xray_core.arrays import Float32Array
from xray_core.classifier import Classifier


def stretch(values: NDArray[np.floating[Any]], side_px: int) -> Float32Array:
    """A map (height, width) as float32 (side_px, side_px), bilinear, without aliasing."""
    plain = np.asarray(values, np.float32)
    if plain.shape == (side_px, side_px):
        return plain
    size = (side_px, side_px)
    return np.asarray(Image.fromarray(plain).resize(size, Image.Resampling.BILINEAR), np.float32)


def is_flat(values: NDArray[np.floating[Any]]) -> bool:
    """Whether nothing in a map speaks for the class; it has no order that could be measured."""
    return float(np.ptp(values)) <= 1e-12


def maps_of(
    model: Classifier,
    films: Float32Array,
    columns: Sequence[int],
    method: str,
    *,
    layer: str | None = None,
) -> Float32Array:
    """The map of each film for its own class; no other class is computed.

    Args:
        model: whose maps they are.
        films: float32 (film, size, size, 1) in [0, 1].
        columns: of the logits, one per film.
        method: key in `METHODS`.
        layer: name of a 4-D layer that a layer method explains; None takes that of the model.

    Returns:
        float32 (film, height, width), raw.

    Raises:
        ClassIndexError, ExplainError, LayerNotFoundError: as `Classifier.explain_batch`.
    """
    wanted = np.asarray(columns)
    maps: list[Float32Array | None] = [None] * len(films)
    for column in np.unique(wanted):
        rows = np.flatnonzero(wanted == column)
        found = model.explain_batch(films[rows], method, columns=[int(column)], layer=layer)[1]
        for row, values in zip(rows, found[:, 0], strict=True):
            maps[row] = values
    return np.stack([values for values in maps if values is not None])
