"""Films on which models part: the further, the more there is to learn from a look at them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from xray_core.arrays import Float64Array
from xray_core.evaluation.same_films import MEAN, SameFilms

MOST_SHOWN = 20


@dataclass(frozen=True)
class Disagreement:
    """What models say of films that they do not agree on.

    Attributes:
        n: films on which not all name the same class.
        n_films: films in all.
        films: the first in order: `id`, `label`, `source`, `apart` (largest total variation
            distance of two models' probabilities), `maps` (lowest rank correlation of two models'
            maps, None where it is not known), `answers` (model -> `class`, `probability`).
        by_map: whether the order counts the maps, too.
        map_pairs: of every two models with maps `first`, `second` and `correlation`, the median of
            the films.
    """

    n: int
    n_films: int
    films: tuple[dict[str, Any], ...]
    by_map: bool = False
    map_pairs: tuple[dict[str, Any], ...] = ()


def disagreement(
    films: SameFilms, most: int = MOST_SHOWN, maps: Float64Array | None = None
) -> Disagreement:
    """The films that divide models most, in their answers or, where maps are known, in both.

    Without maps those are listed on which models name different classes, by `apart`. With maps all
    films count, by the mean of `apart` and of the distance of the maps, (1 - correlation) / 2: two
    models may name one class for different reasons.

    Args:
        films: of two models or more; their mean is no voice of its own.
        most: films that are named.
        maps: (pairs, films), rank correlation of every two models' maps; NaN where it is not known,
            which counts as no distance. The lowest of a film counts.
    """
    voices = [place for place, name in enumerate(films.names) if name != MEAN]
    said, answers = films.probabilities[voices], films.answers[voices]
    apart = np.max(
        [np.abs(one - other).sum(axis=1) / 2 for one, other in combinations(said, 2)], axis=0
    )
    differ = (answers != answers[0]).any(axis=0)
    known = np.full((1, films.n), np.nan) if maps is None else maps
    by_map = bool(np.isfinite(known).any())
    lowest = np.where(np.isfinite(known), known, np.inf).min(axis=0)
    alike = np.where(np.isfinite(lowest), lowest, np.nan)
    listed = np.arange(films.n) if by_map else np.flatnonzero(differ)
    parted = (apart + np.nan_to_num((1 - alike) / 2)) / 2
    order = listed[np.argsort(-parted[listed], kind="stable")]
    return Disagreement(
        int(differ.sum()),
        films.n,
        tuple(
            {
                "id": str(films.ids[row]),
                "label": films.classes[films.labels[row]],
                "source": str(films.sources[row]),
                "apart": round(float(apart[row]), 4),
                "maps": round(float(alike[row]), 4) if np.isfinite(alike[row]) else None,
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
        by_map,
        tuple(_map_pairs([films.names[place] for place in voices], known)) if by_map else (),
    )


def _map_pairs(names: Sequence[str], maps: Float64Array) -> Iterator[dict[str, Any]]:
    for (first, second), values in zip(combinations(names, 2), maps, strict=True):
        if np.isfinite(values).any():
            median = round(float(np.nanmedian(values)), 4)
            yield {"first": first, "second": second, "correlation": median}
