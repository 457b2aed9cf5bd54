"""Every method at every layer, and at every two layers, against the truth: one pass per film.

The maps of all pairs come from the features and the gradients at all candidate layers, which one
compiled pass gives together. Of each film only numbers are kept.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xray_core.arrays import BoolArray, Float32Array, Float64Array
from xray_core.classifier import Classifier
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.labels import NORMAL
from xray_core.data.records import Manifest
from xray_core.evaluation.predict import predict
from xray_core.explain.fused import Fuse, mean_of, product_of
from xray_core.explain.grad_cam import grad_cam_by_gradient
from xray_core.explain.hires_cam import hires_cam_by_gradient
from xray_core.explain.layer_cam import layer_cam_by_gradient
from xray_core.explain.passes import MAX_GRADIENT, Weigh, require_numbers
from xray_core.lungs.finder import lungs_of_all
from xray_core.lungs.unet import FILM_PX
from xray_core.networks.gradients import compile_layer_gradients
from xray_core.networks.layers import candidate_layers, join_layers
from xray_core.quality.localisation import THRESHOLDS
from xray_core.quality.pairs import Pair
from xray_core.quality.ranking import NAMES, grid_map, grid_mask, rank_maps
from xray_core.quality.truth import truth_of

Tick = Callable[[int], None]

SINGLE: dict[str, Weigh] = {
    "grad_cam": grad_cam_by_gradient,
    "hires_cam": hires_cam_by_gradient,
    "layer_cam": layer_cam_by_gradient,
}
"""Methods of one layer, from features and gradients there."""

FUSED: dict[str, tuple[str, Fuse]] = {
    f"{name}_{ending}": (name, fuse)
    for ending, fuse in (("fused", mean_of), ("product", product_of))
    for name in SINGLE
}
"""Methods of two layers: whose maps they fuse, and how."""


@dataclass(frozen=True)
class Swept:
    """What all pairs found on some films.

    Attributes:
        pairs: rows of the arrays.
        films: readable films whose truth is known.
        columns: of the class explained, one per film.
        values: float64 (pair, film, `ranking.NAMES`).
        overlaps: float64 (pair, film, `THRESHOLDS`).
        chance: float64 (film,), the share of the film that the truth covers.
        lungs: float64 (film,), the share that the lungs cover; NaN where they are not known.
    """

    pairs: tuple[Pair, ...]
    films: Manifest
    columns: tuple[int, ...]
    values: Float64Array
    overlaps: Float64Array
    chance: Float64Array
    lungs: Float64Array

    @property
    def patients(self) -> tuple[str, ...]:
        """A key per film; films of one patient share it."""
        return tuple(record.patient_key for record in self.films.records)


def pairs_of(model: Classifier) -> tuple[Pair, ...]:
    """All pairs of a model: first the methods of one layer at each, then those of two at every two.

    Args:
        model: its candidate layers count, and the layer that it explains where none is named.
    """
    layers = layers_of(model)
    two = [join_layers(pair) for pair in itertools.combinations(layers, 2)]
    return (
        *(Pair(method, layer) for method in SINGLE for layer in reversed(layers)),
        *(Pair(method, layer) for method in FUSED for layer in two),
    )


def layers_of(model: Classifier) -> tuple[str, ...]:
    """The candidate layers, and the one that is explained where none is named, in their order."""
    return tuple(dict.fromkeys((*candidate_layers(model.network), model.layer)))


def sweep(model: Classifier, films: Manifest, tick: Tick = lambda _films: None) -> Swept:
    """Measure all pairs of a model on films whose truth is known.

    Each film is explained for its label, where the model knows it and it isn't normal, else for the
    likeliest class that isn't.

    Args:
        model: to explain.
        films: readable; those whose truth is lost on the grid of `ranking` are left out.
        tick: called with films done; not for those that are left out.

    Raises:
        ImageReadError: a film changed since the scan and cannot be read any more.
        ExplainError: the weights are NaN or infinite.
    """
    films, truths = _with_truth(films)
    pairs = pairs_of(model)
    levels = cache_films(films, model.image_size_px)
    columns = explained_columns(model, films, levels)
    lungs = [
        None if mask is None else grid_mask(mask)
        for mask in lungs_of_all(films, cache_films(films, FILM_PX))
    ]
    n = len(films.records)
    values = np.full((len(pairs), n, len(NAMES)), np.nan)
    overlaps = np.zeros((len(pairs), n, len(THRESHOLDS)))
    place_of = {pair: place for place, pair in enumerate(pairs)}
    for rows in _batches(columns):
        batch = as_batch(np.asarray(levels[rows]))
        found = list(pair_maps(model, batch, columns[rows[0]]))
        order = [place_of[pair] for pair, _ in found]
        for place, row in enumerate(rows):
            maps = np.stack([grid_map(maps[place]) for _, maps in found])
            ranked = rank_maps(maps, truths[row], lungs[row])
            values[order, row], overlaps[order, row] = ranked.values, ranked.overlaps
        tick(len(rows))
    chance = np.array([truth.mean() for truth in truths])
    of_lungs = np.array([np.nan if mask is None else mask.mean() for mask in lungs], float)
    return Swept(pairs, films, tuple(columns), values, overlaps, chance, of_lungs)


def pair_maps(
    model: Classifier, films: Float32Array, column: int
) -> Iterator[tuple[Pair, Float32Array]]:
    """The maps of one class by every pair, from one pass forward and back.

    Args:
        model: to explain.
        films: float32 (film, size, size, 1) in [0, 1].
        column: of the class.

    Yields:
        Each of `pairs_of` once, with its maps (film, height, width), before the negative part is
        cut off.

    Raises:
        ExplainError: the weights are NaN or infinite.
    """
    layers = layers_of(model)
    logits, *found = compile_layer_gradients(model.network, layers, 1)(films, [column])
    require_numbers(model.network, logits, *found)
    features, slopes = found[: len(layers)], found[len(layers) :]
    single: dict[Pair, Float32Array] = {}
    for method, weigh in SINGLE.items():
        for layer, values, slope in zip(layers, features, slopes, strict=True):
            single[Pair(method, layer)] = weigh(values, slope[:, 0])
    yield from single.items()
    for method, (of, fuse) in FUSED.items():
        for one, other in itertools.combinations(layers, 2):
            both = [single[Pair(of, layer)][:, None] for layer in (one, other)]
            yield Pair(method, join_layers((one, other))), fuse(both)[:, 0]


def explained_columns(model: Classifier, films: Manifest, levels: Any) -> list[int]:
    """The class that each film is explained for, as a column of the logits.

    Args:
        model: that is asked where the label does not say.
        films: readable records.
        levels: uint8 (film, size, size) of these.
    """
    labels = [record.label for record in films.records]
    columns = [model.classes.index(label) if label in model.classes else -1 for label in labels]
    normal = model.classes.index(NORMAL) if NORMAL in model.classes else -1
    columns = [-1 if column == normal else column for column in columns]
    open_rows = [row for row, column in enumerate(columns) if column < 0]
    if open_rows:
        likely = predict(model.network, np.asarray(levels[open_rows]))
        if normal >= 0 and len(model.classes) > 1:
            likely[:, normal] = -1
        for row, column in zip(open_rows, likely.argmax(axis=1).tolist(), strict=True):
            columns[row] = column
    return columns


def _with_truth(films: Manifest) -> tuple[Manifest, list[BoolArray]]:
    """Those films whose truth can be seen on the grid, and it."""
    truths: dict[str, BoolArray] = {}
    for record in films.records:
        mask = truth_of(films, record)
        small = None if mask is None else grid_mask(mask)
        if small is not None and small.any():
            truths[record.id] = small
    kept = films.where(lambda record: record.id in truths)
    return kept, [truths[record.id] for record in kept.records]


def _batches(columns: Sequence[int]) -> Iterator[list[int]]:
    """Rows of films that are explained for the same class, few enough for one pass."""
    for column in sorted(set(columns)):
        rows = [row for row, own in enumerate(columns) if own == column]
        for start in range(0, len(rows), MAX_GRADIENT):
            yield rows[start : start + MAX_GRADIENT]
