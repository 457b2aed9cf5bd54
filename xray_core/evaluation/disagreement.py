"""Films on which models part: the further, the more there is to learn from a look at them."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from xray_core.evaluation.same_films import MEAN, SameFilms

MOST_SHOWN = 20


@dataclass(frozen=True)
class Disagreement:
    """What models say of films that they do not agree on.

    Attributes:
        n: films on which not all name the same class.
        n_films: films in all.
        films: the first of them: `id`, `label`, `source`, `apart` (largest total variation distance
            of two models' probabilities), `answers` (model -> `class`, `probability`).
    """

    n: int
    n_films: int
    films: tuple[dict[str, Any], ...]


def disagreement(films: SameFilms, most: int = MOST_SHOWN) -> Disagreement:
    """The films on which models name different classes, those first that divide them most.

    Args:
        films: of two models or more; their mean is no voice of its own.
        most: films that are named.
    """
    voices = [place for place, name in enumerate(films.names) if name != MEAN]
    said, answers = films.probabilities[voices], films.answers[voices]
    apart = np.max(
        [np.abs(one - other).sum(axis=1) / 2 for one, other in combinations(said, 2)], axis=0
    )
    differ = (answers != answers[0]).any(axis=0)
    order = np.flatnonzero(differ)[np.argsort(-apart[differ], kind="stable")]
    return Disagreement(
        int(differ.sum()),
        films.n,
        tuple(
            {
                "id": str(films.ids[row]),
                "label": films.classes[films.labels[row]],
                "source": str(films.sources[row]),
                "apart": round(float(apart[row]), 4),
                "answers": {
                    films.names[place]: {
                        "class": films.classes[answers[voice, row]],
                        "probability": round(float(said[voice, row].max()), 4),
                    }
                    for voice, place in enumerate(voices)
                },
            }
            for row in order[:most]
        ),
    )
