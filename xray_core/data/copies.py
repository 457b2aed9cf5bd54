"""Films that by their names are altered copies of others: `7_flip`, `aug_7`, `7 (1)`, `7 - Copy`.

A rotated or cropped copy looks like another film to any hash, so only the name reveals it. Where
it leads to one film, both stay in one split; where it does not, the film is only suspected.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from xray_core.data.records import Record

_CHANGE = (
    r"(?:(?:(?:horizontal|vertical)(?:ly)?[\W_]*)?flip(?:ped)?|[hv]?flip(?:ped)?(?:lr|ud|[hv])?|"
    r"[hv]?mirror(?:ed)?|rot(?:ate|ated|ation)?|aug(?:ment(?:ed|"
    r"ation)?)?|crop(?:ped)?|bright(?:er|en|ened|ness)?|dark(?:er|en|ened)?|contrast|gamma|blur(?:red)?|"
    r"nois[ey]|gauss(?:ian)?|shift(?:ed)?|translat(?:e|ed|ion)|zoom(?:ed)?|scaled?|shear(?:ed)?|"
    r"inv(?:ert(?:ed)?)?|clahe|equali[sz]ed|elastic|warp(?:ed)?|distort(?:ed)?|jitter|"
    r"sharp(?:en|ened)?|resized?|transformed|altered|enhanced|edited|affine|perspective|cut[\W_]?out|"
    r"hist(?:[\W_]?eq)?|salt(?:[\W_]?(?:and[\W_]?)?pepper)?|dup(?:licate[ds]?)?|orig(?:inal)?)"
)
_AMOUNT = r"(?:[\W_]*[-+]?\d+(?:\.\d+)?(?:deg|px|x)?)?"
_SUFFIXED = re.compile(rf"(?P<film>.+?)(?:[\W_]+{_CHANGE}{_AMOUNT})+[\W_]*", re.IGNORECASE)
_PREFIXED = re.compile(rf"(?:{_CHANGE}\d*[\W_]+)+(?P<film>.+)", re.IGNORECASE)
_GENERATED = re.compile(r"(?P<film>.+)_(?:png|jpe?g|bmp|tiff?)\.rf\.[0-9a-f]+", re.IGNORECASE)
_COPIED = re.compile(
    r"(?P<film>.+?)(?:[\W_]+(?:copy|kopie)(?:[\W_]*\d+\W?)?|\s*\(\d+\))|(?:copy|kopie)(?:[\W_]+(?:of|"
    r"von))?[\W_]+(?P<other>.+)",
    re.IGNORECASE,
)
_MARKED = re.compile(  # `7_90`, `7_lr`; `7_0_4711` as Keras writes them
    r"(?P<film>.+?)[\W_]+(?:90|180|270|r\d+|v\d|lr|ud|tr|eq|new|horizontal|vertical|\d+_\d{1,5})",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_UNALTERED = re.compile(r".*orig(?:inal)?[\W_\d]*", re.IGNORECASE)
_COUNTED = re.compile(r"\d+[\W_]+(?P<film>.+)")
_FOLDER = re.compile(
    r"(?:.*[\W_])?(?:aug(?:ment(?:ed|ations?)?)?|flipped|rotated|mirrored)", re.IGNORECASE
)


@dataclass(frozen=True)
class NamedCopies:
    """What names say about copies.

    Attributes:
        links: pairs of rows that show one radiograph.
        suspects: rows whose names indicate a change, but not of which film.
    """

    links: tuple[tuple[int, int], ...]
    suspects: tuple[int, ...]


def find_named_copies(records: Sequence[Record]) -> NamedCopies:
    """Altered copies among records, by their file names; records without a path are none.

    The original is looked for in the same folder, then in the others of its class and patient.
    Copies whose original is not there belong together where they name the same one.
    """
    rows_of: dict[tuple[str, ...], list[int]] = defaultdict(list)
    copies: dict[int, tuple[list[str], bool]] = {}
    for row, record in enumerate(records):
        folder, stem = _parts(record.path)
        if not stem:
            continue
        found = _read_name(folder, stem)
        if found:
            copies[row] = found
        if not found or not found[1]:
            for key in _places(record, folder, stem):
                rows_of[key].append(row)
    links: list[tuple[int, int]] = []
    suspects: list[int] = []
    lost: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, (stems, is_certain) in copies.items():
        record = records[row]
        folder, _ = _parts(record.path)
        original = _original(record, folder, stems, rows_of, row)
        if original is not None:
            links.append((original, row))
        elif is_certain:
            lost[_places(record, folder, stems[0])[1]].append(row)
    for rows in lost.values():
        links += [(rows[0], row) for row in rows[1:]]
        _, stem = _parts(records[rows[0]].path)
        suspects += rows if len(rows) == 1 and not _UNALTERED.fullmatch(stem) else []
    return NamedCopies(tuple(links), tuple(sorted(suspects)))


def suspected_copies(records: Sequence[Record]) -> tuple[Record, ...]:
    """Usable films that are named as altered copies while their originals are unknown."""
    usable = [record for record in records if record.label and not record.problem]
    return tuple(usable[row] for row in find_named_copies(usable).suspects)


def _original(
    record: Record,
    folder: str,
    stems: list[str],
    rows_of: dict[tuple[str, ...], list[int]],
    row: int,
) -> int | None:
    """Row of the film that a copy was made from; None where none or several could be it."""
    for stem in stems:
        for key in _places(record, folder, stem):
            found = [other for other in rows_of.get(key, ()) if other != row]
            if len(found) == 1:
                return found[0]
            if found:
                return None
    return None


def _places(record: Record, folder: str, stem: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where a stem is looked for: its folder, and those of its class, patient and study.

    Folders of patients and studies are numbered, those of classes and splits seldom are.
    """
    numbered = "/".join(part for part in folder.split("/") if _DIGIT.search(part))
    return (
        (record.dataset, "in", folder, stem),
        (record.dataset, "of", record.label, record.patient, numbered, stem),
    )


@functools.lru_cache(maxsize=65536)
def _parts(path: str) -> tuple[str, str]:
    file = PurePosixPath(path)
    return str(file.parent).casefold(), file.stem.casefold()


@functools.lru_cache(maxsize=65536)
def _read_name(folder: str, stem: str) -> tuple[list[str], bool] | None:
    """Stems that the original may have, the likeliest first, and whether the name is unambiguous.

    `7 (1)`, `7 - Copy` and `7_90` count only where there is a `7`: many films are numbered so.
    """
    for pattern in (_GENERATED, _SUFFIXED, _PREFIXED):
        if match := pattern.fullmatch(stem):
            return list(_candidates(match["film"])), True
    if match := _COPIED.fullmatch(stem):
        return [match["film"] or match["other"]], False
    if match := _MARKED.fullmatch(stem):
        return [match["film"]], False
    if any(_FOLDER.fullmatch(part) for part in folder.split("/")):
        return [stem], True
    return None


def _candidates(stem: str) -> Iterator[str]:
    """The stem, and without a counter before it, as `aug_0_7` has one, or a second change."""
    yield stem
    for pattern in (_COUNTED, _PREFIXED, _SUFFIXED):
        if match := pattern.fullmatch(stem):
            yield match["film"]
