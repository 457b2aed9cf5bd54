"""What the manifest of a run says of its films: composition, splits, limits."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from xray_core.data.labels import label_title
from xray_core.data.origins import NOT_STATED, bases_in_words, count_bases, is_synthetic
from xray_core.data.readings import denies_label
from xray_core.data.records import Manifest
from xray_core.opinion.scoped import AGE_GROUPS, PLURALS
from xray_core.runs.scope import Scope
from xray_core.runs.store import CONFIG, MANIFEST, Run
from xray_core.wording import capital

SPLITS = ("train", "val", "test")
_PARTITION = "By patient, near-duplicates together; seed {}."


class Fact(NamedTuple):
    """Something that is known, and where it stands.

    Attributes:
        words: one sentence or more.
        link: file of the run folder, or a page of the documentation.
    """

    words: str
    link: str


def split_overlap(manifest: Manifest) -> dict[tuple[str, str], tuple[int, int]]:
    """Files and patients that every two splits of a run have in common.

    A run names a film by the first 16 digits of the SHA-256 of its file.
    """
    parts = {name: manifest.split(name).records for name in SPLITS}

    def common(one: str, other: str) -> tuple[int, int]:
        hashes = [{record.id for record in parts[name]} for name in (one, other)]
        patients = [{record.patient for record in parts[name]} - {""} for name in (one, other)]
        return len(hashes[0] & hashes[1]), len(patients[0] & patients[1])

    return {pair: common(*pair) for pair in combinations(SPLITS, 2)}


def overlap_words(manifest: Manifest) -> str:
    """Whether a file or a patient is in two splits, with the number of hashes compared."""
    found = split_overlap(manifest)
    n = len({record.id for record in manifest.records})
    files, patients = (sum(pair[place] for pair in found.values()) for place in (0, 1))
    return (
        f"Files in more than one split: {files}, by the SHA-256 of {n:,} files; patients in more "
        f"than one split: {patients}."
    )


def limits_of(run: Run, scope: Scope | None) -> list[str]:
    """What the run cannot be asked, a sentence each."""
    found = []
    for group in AGE_GROUPS if scope else ():
        met = scope.met[group] if scope else []
        never = [label_title(label) for label in run.classes if label not in met]
        if never:
            found.append(f"It never met {', '.join(never)} in {PLURALS[group]}.")
    if scope:
        of_class: dict[str, set[str]] = {}
        for cell in scope.cells:
            of_class.setdefault(cell.label, set()).add(cell.source or NOT_STATED)
        shared = set.intersection(*of_class.values()) if of_class else set()
        if not shared:
            found.append(
                "No source has films of all classes: part of every score over all sources is the "
                "source."
            )
    found.append("How it does in a hospital that none of its films came from is not known.")
    return found


def facts_of_films(run: Run) -> Iterator[tuple[str, Fact]]:
    """Facts by name; those without words are not known."""
    manifest = run.manifest()
    records = manifest.records
    counts = {name: manifest.split(name).records for name in SPLITS}
    silent = [
        f"{name.replace('_', ' ')} of {sum(1 for record in records if not getattr(record, name)):,}"
        for name in ("age_group", "source", "view")
    ]
    sizes = [
        f"{name}: {len(part):,} films of {len({record.patient for record in part}):,} patients"
        for name, part in counts.items()
    ]
    read = [record for record in records if record.reading]
    basis = bases_in_words(count_bases(r for r in records if not is_synthetic(r)))
    yield from resting_on(CONFIG, partition=_PARTITION.format(run.config.seed))
    yield from resting_on(
        MANIFEST,
        sources=f"Films of {_counted(record.source for record in records)}.",
        retrospective="Retrospective: the films were there before.",
        eligibility=f"Readable films labelled {', '.join(map(label_title, run.classes))}; films "
        "under two labels or without a readable picture were left out.",
        subsets=f"{'; '.join(sizes)}.",
        deidentified="The run names films and patients by codes; it holds no path and no picture.",
        missing=f"Nothing is filled in. Not stated, of {len(records):,} films: "
        f"{', '.join(silent)}.",
        acquisition=f"Views: {_counted(record.view for record in records)}.",
        reference=f"{capital(basis)}.",
        readers=f"Radiologists' readings are known of {len(read):,} films; they deny the label of "
        f"{sum(map(denies_label, read)):,}."
        if read
        else "",
        disjoint=f"Disjoint by patient. {overlap_words(manifest)}",
        demographics="; ".join(
            f"{name}: {_counted(record.age_group for record in part)}"
            for name, part in counts.items()
            if part
        ),
    )


def resting_on(link: str, **words: str) -> Iterator[tuple[str, Fact]]:
    """Facts by name that rest on one file."""
    for name, text in words.items():
        yield name, Fact(text, link)


def _counted(values: Iterable[str]) -> str:
    """Each value with its number of films, the commonest first."""
    counts = Counter(value or NOT_STATED for value in values)
    return ", ".join(f"{name} ({n:,})" for name, n in counts.most_common())
