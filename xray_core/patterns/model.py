"""What is known of one model over a test set, computed once for all that is shown."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from xray_core.arrays import Float32Array, IndexArray
from xray_core.explain.explained import ExplainedFilms
from xray_core.patterns.films import choose_rows, film_table
from xray_core.patterns.frame import to_frames
from xray_core.patterns.intervals import Mean, means_of
from xray_core.patterns.means import correlations
from xray_core.patterns.places import Places, places_of, profile

AGREEMENT_PX = 16


@dataclass(frozen=True)
class ModelPatterns:
    """One model and its test films.

    Attributes:
        name: display name.
        stored: the maps.
        films: one row per film, as `film_table`.
        places: where the evidence lies.
    """

    name: str
    stored: ExplainedFilms
    films: pd.DataFrame
    places: Places
    _profiles: dict[tuple[str, str, str | None], dict[str, Mean]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def rows(self, label: str, outcome: str = "all", source: str | None = None) -> IndexArray:
        """Rows of the films of one class, as `choose_rows`."""
        return choose_rows(self.films, label, outcome, source)

    def profile(
        self, label: str, outcome: str = "all", source: str | None = None
    ) -> dict[str, Mean]:
        """The mean share of every region over these films, worked out once; see `profile`."""
        key = (label, outcome, source)
        if key not in self._profiles:
            self._profiles[key] = profile(self.places, self.rows(*key))
        return self._profiles[key]


def learn_patterns(name: str, stored: ExplainedFilms) -> ModelPatterns:
    """All that is needed of the stored maps of a model."""
    return ModelPatterns(name, stored, film_table(stored), places_of(stored))


def agreement(first: ModelPatterns, second: ModelPatterns, label: str) -> Mean:
    """How similar the maps of two models are over the films of a class: their mean correlation.

    Films that both have, of that label, each map over the whole film at 16 x 16. 1: the same
    places; 0: no relation.
    """
    found = film_correlations(first, second, label)
    if not found:
        return Mean(np.nan, np.nan, np.nan, 0)
    patient = dict(zip(first.stored.film_ids, first.stored.patients, strict=True))
    return means_of(np.array([*found.values()])[:, None], [patient[name] for name in found])[0]


def film_correlations(first: ModelPatterns, second: ModelPatterns, label: str) -> dict[str, float]:
    """Film id -> correlation of the maps of two models for the film's label; NaN for a flat map."""
    rows = {film_id: row for row, film_id in enumerate(second.stored.film_ids)}
    pairs = [
        (int(row), other)
        for row in first.rows(label)
        if (other := rows.get(first.stored.film_ids[row])) is not None
        and second.stored.labels[other] == label
    ]
    if not pairs:
        return {}
    own, others = np.array(pairs).T
    found = correlations(_small(first.stored, own, label), _small(second.stored, others, label))
    names = [first.stored.film_ids[row] for row in own]
    return dict(zip(names, found.tolist(), strict=True))


def _small(stored: ExplainedFilms, rows: IndexArray, label: str) -> Float32Array:
    return to_frames(stored.positive(rows, label), [None] * len(rows), AGREEMENT_PX)
