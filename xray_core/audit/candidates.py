"""Pairs of films that may be one radiograph: those with several places in common.

Every film asks for the neighbours of its clearest places, as it is, mirrored, inverted and both,
among the places of all films (`faiss`, inverted lists: the work grows little faster than the number
of films). A neighbour is a vote for its film, and a film with several votes is a candidate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import faiss
import numpy as np
from scipy.sparse import coo_array

from xray_core.arrays import Float32Array, IndexArray, UInt8Array
from xray_core.audit.local_features import VARIANTS, Places
from xray_core.audit.workers import workers

KEPT = 48
"""Places of a film that can be found."""

ASKED = 24
"""Places of a film that are looked for."""

LEAST_VOTES = 4.0
"""Films with fewer votes are no candidates."""

MOST_CANDIDATES = 12
"""Of one film, in one variant."""

NEIGHBOURS = 6
VOTE_DISTANCE = 0.25
"""Squared distance at which a neighbour's vote has fallen to nothing."""

_N_PARTS = 48
_LIST_LENGTH = 160
_PROBES = 6
_AT_ONCE = 512
_MOST_TRAINED = 60_000
_EXACT_BELOW = 20_000


@dataclass(frozen=True)
class Candidate:
    """Two films that may be one radiograph.

    Attributes:
        first, second: rows; the first comes before the second.
        variant: key of `VARIANTS`: what the first has to become to look like the second.
        votes: of the places in common.
    """

    first: int
    second: int
    variant: tuple[bool, bool]
    votes: float


def find_candidates(
    places: Sequence[Places], progress: Callable[[int, int], None] | None = None
) -> list[Candidate]:
    """Pairs of films with places in common, each once in its best variant.

    Args:
        places: of each film.
        progress: called with (films done, films in all).
    """
    owner = np.repeat(np.arange(len(places)), [len(item.numbers[:KEPT]) for item in places])
    if len(owner) < 2:
        return []
    best: dict[tuple[int, int], Candidate] = {}
    with workers() as pool:
        known = (*pool.submit(_index, places).result(), owner)
        for start in range(0, len(places), _AT_ONCE):
            part = places[start : start + _AT_ONCE]
            ask = partial(_ask, part, start, known=known, n_films=len(places))
            for variant, rows in zip(VARIANTS, pool.map(ask, VARIANTS.values()), strict=True):
                for row, other, votes in rows:
                    pair = min(row, other), max(row, other)
                    if pair not in best or best[pair].votes < votes:
                        best[pair] = Candidate(*pair, variant, votes)
            if progress:
                progress(min(start + _AT_ONCE, len(places)), len(places))
    return [best[pair] for pair in sorted(best)]


def _index(
    places: Sequence[Places],
) -> tuple[faiss.Index, Callable[[Float32Array], Float32Array]]:
    """Where places are looked up, and what makes their numbers fewer first."""
    parts = np.concatenate([item.numbers[:KEPT] for item in places])
    step = max(1, len(parts) // _MOST_TRAINED)
    fewer = faiss.PCAMatrix(parts.shape[1], min(_N_PARTS, len(parts) - 1))
    fewer.train(_unit(parts[::step]))

    def reduce_(numbers: Float32Array) -> Float32Array:
        reduced: Float32Array = fewer.apply(numbers)
        return reduced

    if len(parts) < _EXACT_BELOW:
        index: faiss.Index = faiss.IndexFlatL2(fewer.d_out)
    else:
        index = _lists(fewer.d_out, len(parts) // _LIST_LENGTH)
        index.train(reduce_(_unit(parts[::step])))
    for start in range(0, len(parts), _MOST_TRAINED):
        index.add(reduce_(_unit(parts[start : start + _MOST_TRAINED])))
    return index, reduce_


def _lists(n_parts: int, n_lists: int) -> faiss.IndexIVFFlat:
    index = faiss.IndexIVFFlat(faiss.IndexFlatL2(n_parts), n_parts, n_lists)
    index.cp.niter = 8
    index.cp.min_points_per_centroid = 16
    index.cp.max_points_per_centroid = max(39, _MOST_TRAINED // n_lists)
    index.nprobe = _PROBES
    return index


def _ask(
    part: Sequence[Places],
    start: int,
    order: IndexArray,
    known: tuple[faiss.Index, Callable[[Float32Array], Float32Array], IndexArray],
    n_films: int,
) -> list[tuple[int, int, float]]:
    """(film, other film, votes) of films from `start` on, in one variant."""
    index, reduce_, owner = known
    asked = np.concatenate([item.numbers[:ASKED] for item in part])
    if not len(asked):
        return []
    film = np.repeat(np.arange(len(part)), [len(item.numbers[:ASKED]) for item in part])
    distances, rows = index.search(reduce_(_unit(asked)[:, order]), NEIGHBOURS)
    votes = np.clip(1 - distances / VOTE_DISTANCE, 0, 1) * (rows >= 0)
    other = owner[np.maximum(rows, 0)]
    for place in range(1, NEIGHBOURS):  # a place has one vote for a film
        votes[:, place] *= (other[:, :place] != other[:, place : place + 1]).all(axis=1)
    where = np.nonzero(votes)
    table = coo_array(
        (votes[where], (film[where[0]], other[where])), shape=(len(part), n_films)
    ).tocsr()
    found = []
    for row in range(len(part)):
        begin, end = table.indptr[row], table.indptr[row + 1]
        counts, films = table.data[begin:end], table.indices[begin:end]
        enough = (counts >= LEAST_VOTES) & (films != start + row)
        counts, films = counts[enough], films[enough]
        for item in np.argsort(-counts, kind="stable")[:MOST_CANDIDATES]:
            found.append((start + row, int(films[item]), float(counts[item])))
    return found


def _unit(numbers: UInt8Array) -> Float32Array:
    """Square roots of shares, so that each row has length 1."""
    unit: Float32Array = numbers.astype(np.float32) / np.float32(255)
    return unit
