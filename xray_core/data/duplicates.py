"""Films that show the same radiograph, and groups of films that must stay in one split."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xray_core.data.copies import find_named_copies
from xray_core.data.records import Manifest, Record

NEAR_DUPLICATE_BITS = 46
"""Films whose hashes differ in at most this many of 256 bits are near-duplicates.

Measured on 9,677 public films (COVID-19 Radiography Database and Kermany), pairs inspected: up to
42 bits all pairs are one radiograph in other windowing, crop, frame or annotation; at 44-46 five of
seven are; from 50 on most are two children who merely lie alike. The same film at 224 px JPEG and
at 299 px PNG differs by 2 bits in the median and 8 at most (567 films). The usual 64-bit hash
doesn't divide: of its pairs at 4 bits, nine in ten show different patients.
"""

MIRRORED_BITS = 54
"""The same for a film and one that is mirrored, upside down, or both.

The hash of the mirrored film is not measured but worked out, which costs up to 38 bits, 8 in the
median (189 public films). Of 13,215 public films no two came nearer than 62 bits so.
"""

_SIDE_PX = 64
_N_WAVES = 16
_HEX_DIGITS = _N_WAVES**2 // 4
_N_WORDS = _N_WAVES**2 // 64
_BLOCK_PAIRS = 4_000_000  # pairs compared at once: about 70 MB

# Mirroring turns the sign of every second wave along that side, so its bit turns as well.
_TURNS = tuple(
    np.frombuffer(bytes.fromhex(pattern * (_HEX_DIGITS // len(pattern))), np.uint64)
    for pattern in ("aaaa", "ffff0000", "5555aaaa")  # left to right, upside down, both
)

# Cosines as integers: sums of whole numbers are exact in float64, so that every machine, whatever
# its linear algebra library, gets the same bits. Wave 0 is left out: a border or an even gradient
# along one side would weigh on its whole row.
_COSINES = np.rint(
    1024 * np.cos(np.pi * np.outer(np.arange(1, _N_WAVES + 1), 2 * np.arange(_SIDE_PX) + 1) / 128)
)


def perceptual_hash(image: Image.Image) -> str:
    """256 bits that stay nearly the same when a film is scaled, recoded or windowed.

    The film is shrunk to 64 x 64 px; a bit says whether one of the 16 x 16 lowest waves of its
    cosine transform (without wave 0) lies above their median.

    Args:
        image: mode `L`, any size.

    Returns:
        64 hex digits; "" for an even image, which looks like any other even image.

    Reference:
        Zauner 2010, Implementation and Benchmarking of Perceptual Image Hash Functions, ch. 3.
    """
    small = image.resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BILINEAR, reducing_gap=2.0)
    pixels = np.asarray(small, dtype=np.float64)
    if np.ptp(pixels) == 0:
        return ""
    waves = _COSINES @ pixels @ _COSINES.T
    return np.packbits(waves > np.median(waves)).tobytes().hex()


def near_duplicate_groups(
    manifest: Manifest, max_distance: int = NEAR_DUPLICATE_BITS
) -> tuple[tuple[str, ...], ...]:
    """Groups of films that show the same radiograph, mirrored or otherwise altered copies included.

    Films with equal bytes are always together, and copies that their names give away (see
    `copies`). A group holds whatever is linked by pairs, so its
    first and last film may differ by more than `max_distance`.

    Args:
        manifest: records with a `problem` are left out.
        max_distance: bits of 256 that may differ.

    Returns:
        Record ids of each group of two films or more, sorted; the groups sorted by first id.
    """
    records = manifest.usable.records
    links = [*_same(records, lambda record: record.sha256), *_copies(records, max_distance)]
    groups = (
        tuple(sorted(records[row].id for row in group))
        for group in _components(len(records), links)
        if len(group) > 1
    )
    return tuple(sorted(groups))


def copy_pairs(records: Sequence[Record]) -> list[tuple[str, str]]:
    """Ids of every two films that show one radiograph, by their hashes or their names.

    Args:
        records: with or without a label; of each pair the one that comes first here is named first.
    """
    found = {(min(pair), max(pair)) for pair in _copies(tuple(records), NEAR_DUPLICATE_BITS)}
    return [(records[first].id, records[second].id) for first, second in sorted(found)]


def leak_groups(
    manifest: Manifest, copies: Iterable[Sequence[str]] | None = None
) -> dict[str, str]:
    """Which films must stay in one split: same patient or copies, directly or by a chain.

    Args:
        manifest: records with a `problem` are left out.
        copies: ids of records that show one radiograph, group by group, where they are known; None
            looks for them by hashes and names.

    Returns:
        Record id -> key of its group, for all usable records. The key is the smallest sha256 in
        the group, so it depends on neither the order of records nor the data set's name.
    """
    records = manifest.usable.records
    links = [
        *_same(records, lambda record: record.sha256),
        *_same(records, lambda record: record.patient_key),
    ]
    if copies is None:
        links += _copies(records, NEAR_DUPLICATE_BITS)
    else:
        row_of = {record.id: row for row, record in enumerate(records)}
        for names in copies:
            rows = [row_of[name] for name in names if name in row_of]
            links += [(rows[0], row) for row in rows[1:]]
    keys: dict[str, str] = {}
    for group in _components(len(records), links):
        key = min(records[row].sha256 or records[row].id for row in group)
        keys.update((records[row].id, key) for row in group)
    return keys


def near_duplicates_of(
    records: Sequence[Record], others: Sequence[Record], max_distance: int = NEAR_DUPLICATE_BITS
) -> frozenset[str]:
    """Which records show the same radiograph as one of `others`, mirrored or not.

    Args:
        records: to check; those without a hash match nothing.
        others: compared with.
        max_distance: bits of 256 that may differ.

    Returns:
        Ids of the records that match.
    """
    ours, theirs = _hashed(records), _hashed(others)
    words, other_words = _words(records, ours), _words(others, theirs)
    step = max(1, _BLOCK_PAIRS // max(1, len(theirs)))
    found: set[str] = set()
    for start in range(0, len(ours), step):
        for turned, limit in _turned(other_words, max_distance):
            near = _distances(words[:, start : start + step], turned) <= limit
            found.update(records[ours[start + row]].id for row in np.flatnonzero(near.any(axis=1)))
    return frozenset(found)


def _same(records: tuple[Record, ...], key: Callable[[Record], str]) -> Iterator[tuple[int, int]]:
    """Pairs (first row with a key, later row with it); blank keys link nothing."""
    first: dict[str, int] = {}
    for row, record in enumerate(records):
        value = key(record)
        if value and first.setdefault(value, row) != row:
            yield first[value], row


def _copies(records: tuple[Record, ...], max_distance: int) -> Iterator[tuple[int, int]]:
    """Pairs of rows that show one radiograph, by their hashes or their names."""
    yield from _near_pairs(records, max_distance)
    yield from find_named_copies(records).links


def _turned(
    words: NDArray[np.uint64], max_distance: int
) -> Iterator[tuple[NDArray[np.uint64], int]]:
    """The hashes, and those of the mirrored films, each with the bits that may differ."""
    yield words, max_distance
    yield from ((words ^ turn[:, None], MIRRORED_BITS) for turn in _TURNS)


def _near_pairs(records: tuple[Record, ...], max_distance: int) -> Iterator[tuple[int, int]]:
    """Pairs of rows whose hashes differ in at most `max_distance` bits, block by block."""
    hashed = _hashed(records)
    rows = np.array(hashed, dtype=np.intp)
    words = _words(records, hashed)
    step = max(1, _BLOCK_PAIRS // max(1, len(rows)))
    for start in range(0, len(rows), step):
        for turned, limit in _turned(words[:, start:], max_distance):
            near = _distances(words[:, start : start + step], turned) <= limit
            left, right = np.nonzero(np.triu(near, k=1))
            yield from zip(rows[left + start].tolist(), rows[right + start].tolist(), strict=True)


def _hashed(records: Sequence[Record]) -> list[int]:
    """Rows of the records that have a hash."""
    return [row for row, record in enumerate(records) if len(record.phash) == _HEX_DIGITS]


def _words(records: Sequence[Record], rows: list[int]) -> NDArray[np.uint64]:
    """The hashes of these rows, uint64 (words, rows)."""
    digits = "".join(records[row].phash for row in rows)
    return np.frombuffer(bytes.fromhex(digits), np.uint64).reshape(-1, _N_WORDS).T.copy()


def _distances(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Bits that differ: (words, n) and (words, m) -> (n, m)."""
    total = np.zeros((left.shape[1], right.shape[1]), dtype=np.uint16)
    for ours, theirs in zip(left, right, strict=True):
        total += np.bitwise_count(ours[:, None] ^ theirs[None, :])
    return total


def _components(n_rows: int, links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Rows that are linked, directly or by a chain."""
    from scipy.sparse import coo_array  # no page waits for it at its start
    from scipy.sparse.csgraph import connected_components

    pairs = np.array(list(links), dtype=np.intp).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (n_rows, n_rows))
    _, component = connected_components(graph, directed=False)
    groups: dict[int, list[int]] = {}
    for row, group in enumerate(component.tolist()):
        groups.setdefault(group, []).append(row)
    return list(groups.values())
