"""What is known of one model over a test set, computed once for all that is shown and said."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xray_core.explain.stored import StoredMaps
from xray_core.patterns.films import choose_rows, film_table
from xray_core.patterns.frame import to_frame
from xray_core.patterns.intervals import Mean, mean_of
from xray_core.patterns.means import correlation
from xray_core.patterns.places import Places, places_of

IntArray = NDArray[np.intp]

AGREEMENT_PX = 16


@dataclass(frozen=True)
class ModelPatterns:
    """One model and its test films.

    Attributes:
        name: what people read.
        stored: the maps.
        films: one row a film, as `film_table`.
        places: where the evidence lies.
    """

    name: str
    stored: StoredMaps
    films: pd.DataFrame
    places: Places

    def rows(self, label: str, outcome: str = "all", source: str | None = None) -> IntArray:
        """Rows of the films of one class, as `choose_rows`."""
        return choose_rows(self.films, label, outcome, source)


def learn_patterns(name: str, stored: StoredMaps) -> ModelPatterns:
    """All that is needed of the stored maps of a model."""
    return ModelPatterns(name, stored, film_table(stored), places_of(stored))


def agreement(first: ModelPatterns, second: ModelPatterns, label: str) -> Mean:
    """How alike two models look at the films of a class: the mean correlation of their maps.

    Films that both have, of that label, each map over the whole film at 16 x 16. 1: the same
    places; 0: no relation.
    """
    return mean_of(film_correlations(first, second, label).values())


def film_correlations(first: ModelPatterns, second: ModelPatterns, label: str) -> dict[str, float]:
    """Film id -> correlation of the maps of two models for the film's label; NaN for a flat map."""
    places = {film_id: row for row, film_id in enumerate(second.stored.film_ids)}
    found = {}
    for row in first.rows(label):
        film_id = first.stored.film_ids[row]
        other = places.get(film_id)
        if other is None or second.stored.labels[other] != label:
            continue
        found[film_id] = correlation(
            to_frame(_map(first.stored, int(row), label), size_px=AGREEMENT_PX),
            to_frame(_map(second.stored, other, label), size_px=AGREEMENT_PX),
        )
    return found


def _map(stored: StoredMaps, row: int, label: str) -> NDArray[np.float32]:
    values: NDArray[np.float32] = stored.maps[row, stored.classes.index(label)].astype(np.float32)
    return values
