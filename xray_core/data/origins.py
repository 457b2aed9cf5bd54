"""What is known of the collections that films come from: what a label says there, and their terms.

A label says what is on the film where somebody looked at the film to give it: a radiologist, or a
report. It says what a test of the patient said where the patient was known to be infected, whatever
the film shows. Nothing is claimed of a collection that is not listed here and does not say itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xray_core.data.records import Record

SYNTHETIC = "synthetic"
"""Source of films that `phantom.write_phantoms` drew."""

BASES = {"film": "what is on the film", "test": "what a test of the patient said"}
"""Values of `Record.label_basis` -> words; "" is not stated."""

NOT_STATED = "not stated"

_DRAWN = re.compile(r"synthetic-\w+-\d{5}")
_FILM_WORDS = re.compile(r"film|image|radiograph|radiolog|report|reading|reader|expert")
_TEST_WORDS = re.compile(r"\btest|pcr|\bswab|\bpatient|laborator")


@dataclass(frozen=True)
class Origin:
    """A collection that films come from.

    Attributes:
        licence: terms of use in a few words; "" where they are not known here.
        research_only: whether the terms allow non-commercial research alone.
        basis: what a label says there, as in `Record.label_basis`.
        basis_of: the same for single labels, where they differ.
    """

    licence: str = ""
    research_only: bool = False
    basis: str = ""
    basis_of: Mapping[str, str] = field(default_factory=dict)


_RADIOGRAPHY = "for research with citation; parts under terms of their own"
_ORIGINS = {
    "kermany": Origin("CC BY 4.0", basis="film"),
    "radiography-db": Origin(_RADIOGRAPHY, basis_of={"covid": "test"}),
    "radiography-db (rsna)": Origin(_RADIOGRAPHY, basis="film"),
    "radiography-db (kermany)": Origin("CC BY 4.0", basis="film"),
    "nih-chestxray14": Origin("free use, the NIH Clinical Center to be named", basis="film"),
    "chexpert": Origin("non-commercial research only (Stanford)", True, basis="film"),
    "rsna-pneumonia": Origin(basis="film"),
    "vindr-cxr": Origin(basis="film"),
    "covid-chestxray-dataset": Origin("each film under a licence of its own"),
    "siim": Origin("academic, non-commercial research only", True, basis="film"),
    SYNTHETIC: Origin("drawn by this program, of no patient", basis="film"),
}
"""Source, in lower case -> what its own pages say (`download.SOURCES`, docs/datasets.md)."""


def origin_of(source: str) -> Origin:
    """What is known of a source; an empty `Origin` for one that is not listed.

    A part of a listed collection (`radiography-db (SIRM)`) is taken as the whole.
    """
    name = source.casefold()
    return _ORIGINS.get(name) or _ORIGINS.get(name.partition(" (")[0]) or Origin()


def is_synthetic(record: "Record") -> bool:
    """Whether a film was drawn by this program: by its source, else by its file's name."""
    name = PurePosixPath(record.path).stem
    return record.source.casefold() == SYNTHETIC or (
        not record.source and _DRAWN.fullmatch(name) is not None
    )


def label_basis(record: "Record") -> str:
    """What a film's label says: `film`, `test`, or "" where nobody states it.

    The data set's own word comes first, then what is known of the film's source.
    """
    if not record.label or record.label_basis:
        return record.label_basis
    origin = origin_of(SYNTHETIC if is_synthetic(record) else record.source)
    return origin.basis_of.get(record.label, origin.basis)


def unify_basis(text: str) -> str:
    """What a cell says of a label: `radiologist` is `film`, `RT-PCR` is `test`, other words ""."""
    lowered = text.casefold()
    is_film, is_test = _FILM_WORDS.search(lowered), _TEST_WORDS.search(lowered)
    if bool(is_film) == bool(is_test):
        return ""
    return "film" if is_film else "test"


def count_bases(records: "Iterable[Record]") -> dict[str, int]:
    """Usable labelled films by what the label says, keys of `BASES` and `NOT_STATED`; no zeros."""
    counts = Counter(
        label_basis(record) or NOT_STATED
        for record in records
        if record.label and not record.problem
    )
    return {name: counts[name] for name in (*BASES, NOT_STATED) if counts[name]}


def bases_in_words(counts: Mapping[str, int]) -> str:
    """`labels say what is on the film (5,046 films), what a test of the patient said (2,215)`."""
    if not counts or set(counts) == {NOT_STATED}:
        return (
            "what labels say (what is on the film, or what a test of the patient said): not stated"
        )
    said = [
        f"{words} ({counts[name]:,} film{'s' * (counts[name] != 1)})"
        for name, words in BASES.items()
        if name in counts
    ]
    silent = f"; not stated of {counts[NOT_STATED]:,}" if NOT_STATED in counts else ""
    return f"labels say {' or '.join(said)}{silent}"
