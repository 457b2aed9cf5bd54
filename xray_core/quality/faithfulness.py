"""Faithfulness: does the probability change when what the map points at is hidden or shown?

Paper: Petsiuk et al. 2018, section 4.1, https://arxiv.org/abs/1806.07421. The film is hidden cell
by cell, the cells that matter most first (deletion), or shown so on a blank film (insertion). The
area under the probability of the class, over the share of the film, is small for a faithful map
in deletion and large in insertion. It has meaning only beside the areas of maps that know
nothing of the network (Samek et al. 2017, https://arxiv.org/abs/1509.06321): a random one, and
one that points at the middle of the film.

Unlike the paper, the blank film is the blurred one in deletion as well, since black is air, and
cells take the place of pixels: scattered pixels destroy any film, so that fine maps would be
measured by another standard than coarse ones.
"""

from collections.abc import Callable, Sequence

import numpy as np

from xray_core.arrays import BoolArray, Float32Array, Float64Array, IndexArray
from xray_core.classifier import Classifier
from xray_core.evaluation.predict import softmax
from xray_core.explain.integrated_gradients import baseline_of
from xray_core.explain.passes import forward
from xray_core.quality.grid import stretch

N_STEPS = 20
"""Steps from the whole film to the blank one, each of the same number of cells."""

N_CELLS = 16
"""Cells per side that are hidden or shown as one; a film has at least as many pixels per side."""

RANDOM_CELLS = 8
"""Cells per side of a random map, about as coarse as the feature maps of our networks."""


def curves(
    model: Classifier, film: Float32Array, column: int, maps: Sequence[Float32Array]
) -> tuple[Float64Array, Float64Array]:
    """The probability of a class while a film is hidden, and while it is shown.

    Args:
        model: that is asked.
        film: float32 (size, size, 1) in [0, 1].
        column: of the class.
        maps: of that film, of any sizes; all go through the network together.

    Returns:
        Deletion and insertion, each float64 (map, `N_STEPS` + 1). The first value of a deletion
        and the last of an insertion is the probability for the film itself.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    blank = baseline_of(film, "blurred")
    return (
        turn_into(model, film, blank, column, maps),
        turn_into(model, blank, film, column, maps),
    )


def turn_into(
    model: Classifier,
    film: Float32Array,
    other: Float32Array,
    column: int,
    maps: Sequence[Float32Array],
) -> Float64Array:
    """The probability of a class while a film turns into another, cell by cell.

    Args:
        model: as for `curves`.
        film: float32 (size, size, 1) in [0, 1].
        other: of the same shape.
        column: of the class.
        maps: the cells with the greatest values turn first.

    Returns:
        float64 (map, `N_STEPS` + 1), from the film to the other.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    inner = [changed_cells(order_cells(values))[1:-1] for values in maps]
    where = spread_cells(np.concatenate(inner), film.shape[0])[..., None]
    steps = np.concatenate([film[None], other[None], np.where(where, other, film)])
    values = softmax(forward(model.network, steps)[0])[:, column].astype(np.float64)
    first, last = (np.full((len(maps), 1), value) for value in values[:2])
    return np.hstack([first, values[2:].reshape(len(maps), N_STEPS - 1), last])


def areas(
    model: Classifier,
    films: Float32Array,
    columns: Sequence[int],
    maps: Sequence[Sequence[Float32Array]],
    progress: Callable[[], None] | None = None,
) -> tuple[Float64Array, Float64Array]:
    """Areas under the deletion and the insertion curves of many films.

    Args:
        model: as for `curves`.
        films: float32 (film, size, size, 1) in [0, 1].
        columns: of the class explained, one per film.
        maps: for each film the same number of maps.
        progress: called after every film.

    Returns:
        Deletion and insertion, each float64 (film, map) in [0, 1].

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    found = []
    for film, column, group in zip(films, columns, maps, strict=True):
        found.append([area_under(curve) for curve in curves(model, film, column, group)])
        if progress:
            progress()
    both = np.array(found)
    return both[:, 0], both[:, 1]


def area_under(curve: Float64Array) -> Float64Array:
    """The area under (..., steps + 1) values at even distances from 0 to 1.

    >>> float(area_under(np.array([1.0, 0.5, 0.0])))
    0.5
    """
    area: Float64Array = np.trapezoid(curve, dx=1 / (curve.shape[-1] - 1), axis=-1)
    return area


def order_cells(values: Float32Array) -> IndexArray:
    """Numbers of the cells, row by row, the one that speaks most for the class first.

    Cells that are equal, as all where nothing speaks for the class, come in a random order that is
    always the same.
    """
    cells = stretch(values, N_CELLS).ravel()
    ties = np.random.default_rng(0).permutation(cells.size)
    return np.lexsort((ties, -cells))


def changed_cells(order: IndexArray) -> BoolArray:
    """Which cells are changed after each step: bool (`N_STEPS` + 1, `N_CELLS`, `N_CELLS`)."""
    rank = np.empty(order.size, int)
    rank[order] = np.arange(order.size)
    counts = np.linspace(0, order.size, N_STEPS + 1).round()
    changed: BoolArray = rank < counts[:, None]
    return changed.reshape(-1, N_CELLS, N_CELLS)


def spread_cells(cells: BoolArray, size_px: int) -> BoolArray:
    """Cells (step, `N_CELLS`, `N_CELLS`) over a film: bool (step, size_px, size_px)."""
    place = np.arange(size_px) * N_CELLS // size_px
    return cells[:, place][:, :, place]


def random_map(seed: int) -> Float32Array:
    """A map that knows nothing: float32 (`RANDOM_CELLS`, `RANDOM_CELLS`)."""
    return np.random.default_rng(seed).random((RANDOM_CELLS, RANDOM_CELLS), dtype=np.float32)


def centred_map() -> Float32Array:
    """A map of any chest: a Gaussian of a quarter of the film's side about its middle."""
    distance = (np.arange(N_CELLS) + 0.5) / N_CELLS - 0.5
    bell = np.exp(-(distance**2) / (2 * 0.25**2))
    return np.outer(bell, bell).astype(np.float32)
