"""Areas under the ROC curves of several models on the same films, by DeLong's test."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xray_core.arrays import BoolArray, Float64Array
from xray_core.data.labels import NORMAL
from xray_core.evaluation.difference import Difference, normal_difference
from xray_core.evaluation.intervals import LEAST_FOR_AUC
from xray_core.evaluation.paired import delong, holm, normal_p
from xray_core.evaluation.same_films import SameFilms
from xray_core.evaluation.scores import LEAST_OF_A_SOURCE

_Question = tuple[str, str, str | None, BoolArray, Float64Array]
"""Class, what it is told from, source, (films,) which are taken, (models, films) values."""


@dataclass(frozen=True)
class AreaDifferences:
    """Areas under the ROC curve of one question, compared by DeLong's test.

    Attributes:
        label: the class that is looked for.
        against: the class that it is told from; "" for all others.
        source: whose films are taken; None for those of all sources.
        areas: name of a model -> area.
        differences: of every two models.
    """

    label: str
    against: str
    source: str | None
    areas: dict[str, float]
    differences: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """As plain numbers."""
        return {
            "class": self.label,
            "against": self.against or "all others",
            "source": self.source,
            "areas": self.areas,
            "differences": [part.as_json() for part in self.differences],
        }


def areas_per_class(films: SameFilms) -> list[AreaDifferences]:
    """Each class against the rest, over the films of all sources."""
    questions = [
        (label, "", None, films.labels >= 0, films.probabilities[:, :, column])
        for column, label in enumerate(films.classes)
    ]
    return _areas(films, questions)


def areas_within_sources(films: SameFilms) -> list[AreaDifferences]:
    """Normal against each other class, among the films of one source that has enough of both."""
    if NORMAL not in films.classes:
        return []
    healthy = films.classes.index(NORMAL)
    questions: list[_Question] = []
    for source in sorted(set(films.sources)):
        for column, label in enumerate(films.classes):
            taken = (films.sources == source) & np.isin(films.labels, (healthy, column))
            n_ill = int((films.labels[taken] == column).sum())
            if column != healthy and min(n_ill, int(taken.sum()) - n_ill) >= LEAST_OF_A_SOURCE:
                two = films.probabilities[:, :, [column, healthy]]
                share = two[:, :, 0] / np.maximum(two.sum(axis=2), 1e-12)
                questions.append((label, NORMAL, str(source), taken, share))
    return _areas(films, questions)


def _areas(films: SameFilms, questions: Sequence[_Question]) -> list[AreaDifferences]:
    """Each question's areas, the p of all of them corrected together."""
    found = []
    for label, against, source, taken, values in questions:
        positive, patients = (
            films.labels[taken] == films.classes.index(label),
            films.patients[taken],
        )
        sides = (patients[positive], patients[~positive])
        if min(len(set(side)) for side in sides) >= LEAST_FOR_AUC:
            areas = delong(positive, values[:, taken], patients.tolist())
            found.append(((label, against, source), areas, int(taken.sum())))
    pairs = list(itertools.combinations(range(len(films.names)), 2))
    gains = [areas.difference(*pair) for _, areas, _ in found for pair in pairs]
    p_values = [normal_p(*gain) for gain in gains]
    rows = iter(zip(gains, p_values, holm(p_values), strict=True))
    named = [(films.names[a], films.names[b]) for a, b in pairs]
    return [
        AreaDifferences(
            *question,
            {
                name: round(float(value), 4)
                for name, value in zip(films.names, areas.values, strict=True)
            },
            tuple(normal_difference(names, *next(rows), n) for names in named),
        )
        for question, areas, n in found
    ]
