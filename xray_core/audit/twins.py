"""Pairs of films that show one radiograph, whatever was done to one of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from xray_core.arrays import UInt8Array
from xray_core.audit.candidates import Candidate, find_candidates
from xray_core.audit.local_features import FILM_PX, Places, kept_places, places_of_all
from xray_core.audit.verifying import Match, compare
from xray_core.audit.workers import workers
from xray_core.data.film_cache import cache_films
from xray_core.data.records import Manifest, Record

Progress = Callable[[str, int, int], None]
"""Called with a step in words, what is done of it and how much it is."""

_AT_ONCE = 256
_FINDING = "finding places"


@dataclass(frozen=True)
class Twins:
    """Two films of one radiograph.

    Attributes:
        first, second: rows of the films.
        match: how the first becomes the second.
    """

    first: int
    second: int
    match: Match


def is_readable(record: Record) -> bool:
    """Whether a film can be looked at, with or without a label."""
    return record.width > 0


def find_twins(manifest: Manifest, progress: Progress | None = None) -> tuple[Twins, ...]:
    """Films of one radiograph.

    Args:
        manifest: readable films, best without two of the same bytes.
        progress: called as the work proceeds.

    Raises:
        ImageReadError: a film changed since the scan and cannot be read any more.
    """
    films = cache_films(manifest, FILM_PX, progress=_step(progress, "reading films"))
    return _among(films, kept_places(films, _step(progress, _FINDING)), progress)


def twins_among(films: UInt8Array, progress: Progress | None = None) -> tuple[Twins, ...]:
    """The same of films in memory, uint8 (n, 160, 160); nothing is kept on disk."""
    return _among(films, places_of_all(films, _step(progress, _FINDING)), progress)


def _among(
    films: UInt8Array, places: Sequence[Places], progress: Progress | None
) -> tuple[Twins, ...]:
    candidates = find_candidates(places, _step(progress, "comparing films"))
    return tuple(_verify(candidates, places, films, _step(progress, "checking pairs")))


def _verify(
    candidates: Sequence[Candidate],
    places: Sequence[Places],
    films: UInt8Array,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Twins]:
    def look(pair: Candidate) -> Match | None:
        first, second = pair.first, pair.second
        both = films[first], films[second]
        return compare(places[first], places[second], both, pair.variant)

    with workers() as pool:
        for start in range(0, len(candidates), _AT_ONCE):
            part = candidates[start : start + _AT_ONCE]
            for pair, match in zip(part, pool.map(look, part), strict=True):
                if match is not None:
                    yield Twins(pair.first, pair.second, match)
            if progress:
                progress(start + len(part), len(candidates))


def _step(progress: Progress | None, name: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(name, done, total)


def in_groups(links: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Names that are linked, directly or by a chain: each group sorted, the groups too."""
    group_of: dict[str, set[str]] = {}
    for left, right in links:
        joined = group_of.get(left, {left}) | group_of.get(right, {right})
        group_of.update(dict.fromkeys(joined, joined))
    return tuple(sorted({tuple(sorted(group)) for group in group_of.values()}))
