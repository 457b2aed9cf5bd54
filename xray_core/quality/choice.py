"""Which method at which layer a run explains by where none is named, and on whose authority.

The rule, stated once. Of all pairs of method and layer the one whose peak lies in the truth in the
greatest share of validation films leads. Every pair whose difference from it is within two standard
errors (of differences on the same films, by patient) cannot be told from it: of these the one with
the greatest average precision is chosen, since a peak can lie right on a map that is wrong
elsewhere. (The share of a map inside the truth would favour maps of a few isolated cells.) Ties to
three digits are won by one layer over two, then by the simpler method. Films that were trained on
take no part, and test films only report.

Where a run has too few validation films with boxes, faithfulness chooses: how much sooner the
probability falls when the places that the map points at are hidden than when the film is hidden
from its middle outwards. Only pairs that do well on synthetic films are tried where there are any,
else every method of one layer.
"""

from collections.abc import Sequence

import numpy as np

from xray_core.arrays import Float64Array
from xray_core.classifier import Classifier
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.labels import NORMAL
from xray_core.data.records import Manifest
from xray_core.evaluation.selection import select_films
from xray_core.explain.integrated_gradients import baseline_of
from xray_core.quality.faithfulness import area_under, centred_map, turn_into
from xray_core.quality.grid import maps_of
from xray_core.quality.pairs import Pair
from xray_core.quality.ranking import NAMES
from xray_core.quality.sweep import SINGLE, Swept, Tick, explained_columns

LEAST_FILMS = 20
"""Validation films with the truth that a choice by it needs."""

N_FAITHFUL = 12
"""Films of a choice by faithfulness, which takes twenty passes for every pair."""

N_TRIED = 8
"""Pairs that faithfulness chooses from where synthetic films rank them."""

HIT, PRECISION = NAMES.index("hit_rate"), NAMES.index("auprc")


def rank_pairs(swept: Swept) -> tuple[Pair, ...]:
    """All pairs, that which the rule chooses first.

    The pairs that do worse than the best by more than two standard errors follow by their share of
    peaks.

    Args:
        swept: on validation films, one or more.
    """
    hits, precision = (swept.values[:, :, column].mean(axis=1) for column in (HIT, PRECISION))
    best = int(hits.argmax())
    behind = swept.values[best, :, HIT] - swept.values[:, :, HIT]
    reach = [2 * standard_error(own, swept.patients) for own in behind]

    def key(row: int) -> tuple[bool, float, int, int]:
        near = bool(hits[best] - hits[row] <= reach[row] + 1e-12)
        value = precision[row] if near else hits[row]
        return not near, -round(float(value), 3), swept.pairs[row].n_layers, row

    return tuple(swept.pairs[row] for row in sorted(range(len(swept.pairs)), key=key))


def standard_error(values: Float64Array, patients: Sequence[str]) -> float:
    """Of the mean of a number that every film has; films of one patient vary together."""
    _, group = np.unique(np.asarray(patients, dtype=str), return_inverse=True)
    sums = np.bincount(group, weights=values - values.mean())
    n = len(sums)
    return float(np.sqrt((sums**2).sum() * n / max(n - 1, 1)) / len(values))


def faithful_films(labelled: Manifest) -> Manifest:
    """The films that faithfulness chooses on: of all classes but normal in turn, if there are any.

    Args:
        labelled: validation films with a label.
    """
    ill = labelled.where(lambda record: record.label != NORMAL)
    return select_films(ill if ill.records else labelled, (), N_FAITHFUL)


def pairs_to_try(pairs: Sequence[Pair], ranked: Sequence[Pair]) -> tuple[Pair, ...]:
    """Those that faithfulness chooses from.

    Args:
        pairs: all of a model.
        ranked: the same as synthetic films rank them; empty where there are none.
    """
    if ranked:
        return tuple(ranked[:N_TRIED])
    return tuple(pair for pair in pairs if pair.method in SINGLE)


def deletion_gains(
    model: Classifier, films: Manifest, pairs: Sequence[Pair], tick: Tick = lambda _films: None
) -> Float64Array:
    """How much sooner hiding by a map lowers the probability than hiding from the middle outwards.

    Args:
        model: to explain.
        films: readable, one or more; each is explained as `sweep` does.
        pairs: that are compared.
        tick: called with films done.

    Returns:
        float64 (pair, film), differences of the areas under the deletion curves.

    Raises:
        ImageReadError, ExplainError: as for `sweep`.
    """
    levels = cache_films(films, model.image_size_px)
    columns = explained_columns(model, films, levels)
    pixels = as_batch(np.asarray(levels))
    maps = [maps_of(model, pixels, columns, pair.method, layer=pair.layer) for pair in pairs]
    gains = []
    for row, column in enumerate(columns):
        group = [centred_map(), *(found[row] for found in maps)]
        blank = baseline_of(pixels[row], "blurred")
        found = area_under(turn_into(model, pixels[row], blank, column, group))
        gains.append(found[0] - found[1:])
        tick(1)
    return np.array(gains).T


def rank_by_gain(pairs: Sequence[Pair], gains: Float64Array) -> tuple[Pair, ...]:
    """Pairs by their mean gain, the greatest first; ties as in `rank_pairs`."""
    means = gains.mean(axis=1)

    def key(row: int) -> tuple[float, int, int]:
        return -round(float(means[row]), 3), pairs[row].n_layers, row

    return tuple(pairs[row] for row in sorted(range(len(pairs)), key=key))
