"""Occlusion: what the logit loses when a place is hidden.

Paper: Zeiler and Fergus 2014, section 4.2, https://arxiv.org/abs/1311.2901. A grey square slides
over the film; each cell of the map is the mean drop of the class logit over all squares that hid
it. Nothing is assumed about the network, so that other methods can be checked against it.

Unit: logit units, signed; negative where hiding raises the logit.

The square takes the film's mean, not black, because black is air. It is 2 x 2 cells of a grid of
12 x 12 and moves by one cell: 121 films per film, for all classes together.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from xray_core.arrays import Float32Array
from xray_core.explain.closed_form import Explained
from xray_core.explain.passes import forward, logit_changes

if TYPE_CHECKING:
    import keras

N_CELLS = 12
"""Cells per side of the map."""

N_PLACES = (N_CELLS - 1) ** 2
"""Places of the square."""


def occlusion(
    model: "keras.Model", films: Float32Array, columns: Sequence[int], _layer: str = ""
) -> Explained:
    """Occlusion maps of the chosen classes.

    Args:
        model: `keras.Model` ending in logits; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1], 12 pixels per side or more.
        columns: of the logits.

    Returns:
        Logits (batch, class) and maps (batch, column, 12, 12), signed.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    logits = forward(model, films)[0]
    maps = []
    for film, whole in zip(films, logits, strict=True):
        drops = -logit_changes(model, hide_places(film), whole)
        maps.append(occlusion_maps(drops[:, list(columns)]))
    return logits, np.stack(maps)


def hide_places(film: Float32Array) -> Float32Array:
    """The film (height, width, 1) with every place hidden in turn, (121, height, width, 1)."""
    rows, columns = (
        np.linspace(0, side, N_CELLS + 1).round().astype(int) for side in film.shape[:2]
    )
    hidden = np.repeat(film[None], N_PLACES, axis=0)
    grey = film.mean(dtype=np.float64)
    for place in range(N_PLACES):
        row, column = divmod(place, N_CELLS - 1)
        hidden[place, rows[row] : rows[row + 2], columns[column] : columns[column + 2]] = grey
    return hidden


def occlusion_maps(drops: Float32Array) -> Float32Array:
    """The mean drop of each cell.

    Args:
        drops: (121, class), in the order of `hide_places`.

    Returns:
        float32 (class, 12, 12).
    """
    side = N_CELLS - 1
    grid = drops.T.reshape(-1, side, side)
    total = np.zeros((len(grid), N_CELLS, N_CELLS), np.float32)
    count = np.zeros((N_CELLS, N_CELLS), np.float32)
    for down in (0, 1):
        for right in (0, 1):
            total[:, down : side + down, right : side + right] += grid
            count[down : side + down, right : side + right] += 1
    return total / count
