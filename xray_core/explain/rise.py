"""RISE: the mean logit of the films that show a place, less that of all films.

Paper: Petsiuk et al. 2018, https://arxiv.org/abs/1806.07421. The film is seen through many random
masks; a place is important for a class where the logit is high whenever it is shown. Nothing is
assumed about the network.

Unit: logit units, signed. The paper takes probabilities and no difference; without it, a network
that sees nothing would get the masks as its map.

What is hidden fades to the film's mean, not to black, because black is air. The masks come from a
seed and are the same for every film: 256 films per film, for all classes together.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from xray_core.arrays import Float32Array
from xray_core.explain.closed_form import Explained
from xray_core.explain.passes import MAX_FORWARD, forward, logit_changes

if TYPE_CHECKING:
    import keras

N_MASKS = 256
"""Masks per film."""

N_CELLS = 8
"""Cells per side of a mask."""

SHOWN = 0.5
"""Share of the cells that a mask shows."""


def rise(
    model: "keras.Model",
    films: Float32Array,
    columns: Sequence[int],
    _layer: str = "",
    *,
    n_masks: int = N_MASKS,
    seed: int = 0,
) -> Explained:
    """RISE of the chosen classes.

    Args:
        model: `keras.Model` ending in logits; read, never changed.
        films: float32 (batch, size, size, 1) in [0, 1].
        columns: of the logits.
        n_masks: more give a smoother map.
        seed: of the masks.

    Returns:
        Logits (batch, class) and maps (batch, column, size, size), signed.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    logits = forward(model, films)[0]
    maps = []
    for film, whole in zip(films, logits, strict=True):
        grey = np.float32(film.mean(dtype=np.float64))
        values, masks = [], []
        for part in draw_masks(film.shape[0], n_masks, seed):
            values.append(logit_changes(model, grey + (film - grey) * part[..., None], whole))
            masks.append(part)
        maps.append(rise_maps(np.concatenate(masks), np.concatenate(values)[:, list(columns)]))
    return logits, np.stack(maps)


def rise_maps(masks: Float32Array, values: Float32Array) -> Float32Array:
    """The mean value where a place is shown, less the mean of all.

    Args:
        masks: (mask, size, size) in [0, 1].
        values: (mask, class), logits through each mask.

    Returns:
        float32 (class, size, size).
    """
    centred = values - values.mean(axis=0, dtype=np.float64)
    shown = np.maximum(masks.sum(axis=0), 1e-6)
    maps: Float32Array = (
        np.einsum("mc,mhw->chw", centred.astype(np.float32), masks, optimize=True) / shown
    )
    return maps


def draw_masks(size_px: int, n_masks: int, seed: int) -> Iterator[Float32Array]:
    """Masks (part, size, size) in [0, 1], a few at a time: a coarse random grid, stretched
    smoothly and moved by a random part of a cell."""
    random = np.random.default_rng(seed)
    cell = -(-size_px // N_CELLS)
    side = (N_CELLS + 1) * cell
    grids = (random.random((n_masks, N_CELLS + 1, N_CELLS + 1)) < SHOWN).astype(np.float32)
    moves = random.integers(0, cell, (n_masks, 2))
    for start in range(0, n_masks, MAX_FORWARD):
        part: list[Float32Array] = [
            np.asarray(Image.fromarray(grid).resize((side, side), Image.Resampling.BILINEAR))[
                down : down + size_px, right : right + size_px
            ]
            for grid, (down, right) in zip(
                grids[start : start + MAX_FORWARD], moves[start : start + MAX_FORWARD], strict=True
            )
        ]
        yield np.stack(part)
