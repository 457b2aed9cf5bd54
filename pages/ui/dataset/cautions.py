"""What in a data set can mislead a model, in words."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from pages.ui.shared.words import count, films
from xray_core.data.copies import suspected_copies
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest
from xray_core.data.split_leaks import Leak
from xray_core.wording import join

IMBALANCE = 3.0
FEW_FILMS = 30
SHOWN_COPIES = 3
FACTS = {
    "source": ("from the source", "the source"),
    "age_group": ("from the age group", "the age"),
    "view": ("in the projection", "the projection"),
}


@dataclass(frozen=True)
class Caution:
    """One trap.

    Attributes:
        title: two or three words.
        text: what it is and what to do about it.
    """

    title: str
    text: str


def cautions(manifest: Manifest) -> tuple[Caution, ...]:
    """Imbalance, few films, classes that a fact gives away, unknown patients, altered copies."""
    usable = manifest.usable
    if not usable.records:
        return ()
    return (*_sizes(usable), *_confounders(usable), *_patients(usable), *_copies(usable))


def leak_caution(leaks: tuple[Leak, ...]) -> tuple[Caution, ...]:
    """What leaks across the data set's own split; empty where nothing does."""
    if not leaks:
        return ()
    n_patients = sum(leak.kind == "patient" for leak in leaks)
    n_groups = len(leaks) - n_patients
    parts = []
    if n_patients:
        parts.append(f"{count(n_patients)} patient{'s' * (n_patients != 1)}")
    if n_groups:
        parts.append(f"{count(n_groups)} near-duplicate group{'s' * (n_groups != 1)}")
    return (
        Caution(
            "The data set's own split leaks",
            f"{join(parts)} {'lies' if len(leaks) == 1 else 'lie'} in more than one split, so a "
            "test on it looks better than it is. Unless you choose otherwise, training splits the "
            "films again.",
        ),
    )


def label_caution(
    manifest: Manifest, near_duplicates: tuple[tuple[str, ...], ...]
) -> tuple[Caution, ...]:
    """Near-duplicates with several labels; empty where all agree.

    Args:
        manifest: the data set.
        near_duplicates: record ids of each group.
    """
    label_of = {record.id: record.label for record in manifest.usable.records}
    mixed = [ids for ids in near_duplicates if len({label_of[film] for film in ids}) > 1]
    if not mixed:
        return ()
    first = {label_of[film]: film for film in reversed(mixed[0])}
    shown = join([f"{film} as {label_title(label)}" for label, film in first.items()])
    return (
        Caution(
            "One radiograph, several labels",
            f"{count(len(mixed))} near-duplicate group{'s' * (len(mixed) != 1)} "
            f"{'contains' if len(mixed) == 1 else 'contain'} films with different "
            f"labels, such as {shown}. Look at them under Near-duplicates: a model that trains on "
            "both learns neither.",
        ),
    )


def _sizes(usable: Manifest) -> Iterator[Caution]:
    n_films = Counter(record.label for record in usable.records)
    if len(n_films) < 2:
        yield Caution("Only one class", "A model needs films of at least two classes.")
        return
    most, least = max(n_films, key=n_films.__getitem__), min(n_films, key=n_films.__getitem__)
    if n_films[most] >= IMBALANCE * n_films[least]:
        yield Caution(
            "Class imbalance",
            f"{label_title(most)} has {films(n_films[most])}, {label_title(least)} has "
            f"{count(n_films[least])}. Read balanced accuracy and macro-F1, not accuracy.",
        )
    few = [label_title(label) for label in usable.classes if n_films[label] < FEW_FILMS]
    if few:
        yield Caution(
            "Few films",
            f"{join(few)}: fewer than {FEW_FILMS} films each. Expect wide intervals.",
        )


def _confounders(usable: Manifest) -> Iterator[Caution]:
    """Classes with only one value of a fact where the data set has several."""
    reasons: dict[str, list[tuple[str, str]]] = {label: [] for label in usable.classes}
    for fact in FACTS:
        values: dict[str, set[str]] = {label: set() for label in usable.classes}
        for record in usable.records:
            if value := getattr(record, fact):
                values[record.label].add(value)
        if len(set().union(*values.values())) > 1:
            for label in usable.classes:
                if len(values[label]) == 1:
                    reasons[label].append((fact, values[label].copy().pop()))
    alike: dict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
    for label, only in reasons.items():
        if only:
            alike[tuple(only)].append(label_title(label))
    for pairs, titles in alike.items():
        where = join([f"{FACTS[fact][0]} “{value}”" for fact, value in pairs])
        instead = " or ".join(FACTS[fact][1] for fact, _ in pairs)
        yield Caution(
            "Possible shortcut",
            f"{join(titles)} {'comes' if len(titles) == 1 else 'come'} only {where}: "
            f"a model can learn {instead} instead of the disease.",
        )


def _patients(usable: Manifest) -> Iterator[Caution]:
    total = len(usable.records)
    unknown = sum(not record.patient for record in usable.records)
    if unknown > 0.1 * total:
        whose = (
            "No film names its patient."
            if unknown == total
            else f"{count(unknown)} of {films(total)} do not name their patient."
        )
        yield Caution(
            "Unknown patients",
            f"{whose} Films of one patient may be in both training and test; only "
            "near-duplicates are kept together.",
        )


def _copies(usable: Manifest) -> Iterator[Caution]:
    """Films that are named as altered copies while their originals are unknown."""
    suspects = suspected_copies(usable.records)
    if suspects:
        names = join([PurePosixPath(record.path).name for record in suspects[:SHOWN_COPIES]])
        yield Caution(
            "Possible altered copies",
            f"{films(len(suspects))} {'is' if len(suspects) == 1 else 'are'} named as altered "
            f"copies, such as {names}, but it is not clear of which films. If they were rotated, "
            "mirrored or cropped before they were added here, copies of one film may be in both "
            "training and test: use only the unaltered films.",
        )
