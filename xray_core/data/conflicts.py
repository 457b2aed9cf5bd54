"""One film under several labels: whichever is right, a network must not learn both."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from xray_core.data.decoding.formats import DICOM_SUFFIXES, IMAGE_SUFFIXES

if TYPE_CHECKING:
    from xray_core.data.records import Record

_PICTURES = IMAGE_SUFFIXES - DICOM_SUFFIXES
_MOST_NAMED = 4
START = "the same film lies under several labels: "
"""How the problem of such a film begins."""


def mark_conflicts(records: "Iterable[Record]") -> "tuple[Record, ...]":
    """Give films that lie under several labels a problem that names all labels and places.

    The same film is that of the same bytes; among pictures also that of the same size whose hash
    is the same to the bit, so that another coding makes no difference. A DICOM file has
    its own identity: for its appearance alone see `describe_lookalikes`. Films without a label,
    or that already have a problem, stay as they are.
    """
    marked = list(records)
    for key_of in (_bytes_of, _picture_of):
        for rows in _conflicts(marked, key_of):
            problem = _describe([marked[row] for row in rows])
            for row in rows:
                marked[row] = replace(marked[row], problem=marked[row].problem or problem)
    return tuple(marked)


def describe_lookalikes(records: "Iterable[Record]") -> str:
    """How many films look the same to the bit of their hashes, but have several labels.

    They are not named, since a training keeps what it prints; "" where there is none.
    """
    found = _conflicts([record for record in records if not record.problem], _look_of)
    n_films = sum(map(len, found))
    return f"{n_films:,} films look exactly like one with another label" if n_films else ""


def _bytes_of(record: "Record") -> Hashable:
    return record.sha256


def _look_of(record: "Record") -> Hashable:
    return (record.phash, record.width, record.height) if record.phash else ""


def _picture_of(record: "Record") -> Hashable:
    return _look_of(record) if PurePosixPath(record.path).suffix.lower() in _PICTURES else ""


def _conflicts(records: "list[Record]", key_of: "Callable[[Record], Hashable]") -> list[list[int]]:
    """Rows of films with one key and several labels; those that were marked before stay in."""
    rows_of: dict[Hashable, list[int]] = defaultdict(list)
    for row, record in enumerate(records):
        key = key_of(record)
        if key and record.label and (not record.problem or record.problem.startswith(START)):
            rows_of[key].append(row)
    return [rows for rows in rows_of.values() if len({records[row].label for row in rows}) > 1]


def _describe(films: "list[Record]") -> str:
    firsts = {film.label: film for film in reversed(films)}  # one of each label is named
    ordered = [*reversed(firsts.values())]
    ordered += [film for film in films if film not in ordered]
    several = len({film.dataset for film in films}) > 1
    places = [film.id if several else film.path for film in ordered]
    more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
    labels = [film.label for film in ordered[: len(firsts)]]
    return f"{START}{', '.join(labels)} ({', '.join(places[:_MOST_NAMED])}{more})"
