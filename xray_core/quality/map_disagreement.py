"""How far models part in their maps of the same films: the other half of a disagreement."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from xray_core.arrays import Float32Array, Float64Array
from xray_core.explain.explained import ExplainedFilms
from xray_core.explain.stored import read_maps
from xray_core.quality.grid import is_flat, stretch
from xray_core.quality.similarity import GRID_PX
from xray_core.runs.store import TEST_MAPS, Run


def stored_correlations(runs: Sequence[Run], film_ids: Sequence[str]) -> Float64Array | None:
    """As `map_correlations`, from the maps that runs keep of their test films.

    Returns:
        None where fewer than two runs keep any.
    """
    stored = [read_maps(run.path / TEST_MAPS, run.classes) for run in runs]
    enough = sum(item is not None for item in stored) > 1
    return map_correlations(stored, film_ids) if enough else None


def map_correlations(
    models: Sequence[ExplainedFilms | None], film_ids: Sequence[str]
) -> Float64Array:
    """The rank correlation of every two models' maps of a film, each of its own answer.

    Spearman's, of what speaks for the class, on a grid of 32 x 32, as `similarity.agreement_with`.

    Args:
        models: two or more; None for one without maps.
        film_ids: codes of the films.

    Returns:
        (pairs, films), pairs as `itertools.combinations` has them, -1 to 1; 0 where a map is flat,
        NaN where a model has no map of the film.
    """
    none = np.full((len(film_ids), GRID_PX**2), np.nan, np.float32)
    ranked = [none if model is None else _ranked(model, film_ids) for model in models]
    pairs = [np.einsum("ij,ij->i", one, other) for one, other in combinations(ranked, 2)]
    return np.asarray(pairs, np.float64)


def _ranked(model: ExplainedFilms, film_ids: Sequence[str]) -> Float32Array:
    """The order of the places of each map, centred and of length 1: (films, 1024)."""
    from scipy.stats import rankdata

    row_of = {name: row for row, name in enumerate(model.film_ids)}
    found = np.full((len(film_ids), GRID_PX**2), np.nan, np.float32)
    for place, name in enumerate(film_ids):
        if (row := row_of.get(name)) is None:
            continue
        answer = model.classes[int(model.probabilities[row].argmax())]
        values = model.positive(np.array([row]), answer)[0]
        found[place] = 0 if is_flat(values) else stretch(values, GRID_PX).ravel()
    known = np.isfinite(found[:, 0])
    ranks = rankdata(found[known], axis=1).astype(np.float32)
    ranks -= ranks.mean(axis=1, keepdims=True)
    found[known] = ranks / np.maximum(np.linalg.norm(ranks, axis=1, keepdims=True), 1e-12)
    return found
