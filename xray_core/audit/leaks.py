"""Films that occur more than once, and patients in several splits."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xray_core.audit.finding import DIVIDE, Finding, share_words, splits_of
from xray_core.audit.twins import Progress, Twins, find_twins, in_groups, is_readable
from xray_core.data.duplicates import copy_pairs
from xray_core.data.records import Manifest, Record
from xray_core.errors import ImageReadError

_EFFECT = (
    "A model is asked about films that it has learnt by heart: the score says more than it can do."
)
_TODO = f"Leave out all but one film of each group. {DIVIDE}"
_WORDS = {
    "same_bytes": ("the same file, byte by byte", _TODO),
    "near_duplicate": ("one radiograph, coded or scaled anew", _TODO),
    "altered_copy": ("one radiograph, altered, or taken again of one patient", _TODO),
}


@dataclass(frozen=True)
class _Found:
    """Groups of record ids by kind, and how often each change was made."""

    groups: dict[str, tuple[tuple[str, ...], ...]]
    changes: Counter[str]


def find_leaks(
    manifest: Manifest, progress: Progress | None = None
) -> tuple[list[Finding], list[str]]:
    """Same files, near-duplicates, altered copies, and patients in several splits.

    Args:
        manifest: as scanned; films without a label are looked at, too.
        progress: called as the work proceeds.

    Returns:
        The findings, and what was not evaluated.
    """
    records = tuple(filter(is_readable, manifest.records))
    found, missed = _groups(manifest, records, progress)
    findings = [
        _finding(kind, groups, records, found.changes)
        for kind, groups in found.groups.items()
        if groups
    ]
    patients, unknown = _patients(records)
    return findings + patients, _unread(manifest, records) + missed + unknown


def _groups(
    manifest: Manifest, records: Sequence[Record], progress: Progress | None
) -> tuple[_Found, list[str]]:
    of_bytes: dict[str, list[str]] = defaultdict(list)
    for record in records:
        of_bytes[record.sha256].append(record.id)
    same = tuple(sorted(tuple(sorted(ids)) for ids in of_bytes.values() if len(ids) > 1))
    first = {ids[0] for ids in of_bytes.values()}
    once = manifest.where(lambda record: record.id in first and is_readable(record))
    missed = []
    twins: tuple[Twins, ...] = ()
    try:
        twins = find_twins(once, progress)
    except ImageReadError as error:
        missed.append(f"Altered copies: a film changed since it was scanned ({error.where}).")
    names = [record.id for record in once.records]
    altered = {(names[item.first], names[item.second]): item.match for item in twins}
    changed = {pair: match for pair, match in altered.items() if match.changes}
    near = [pair for pair in altered if pair not in changed]
    near += [pair for pair in copy_pairs(once.records) if pair not in changed]
    if progress:
        progress("comparing hashes", len(names), len(names))
    changes = Counter(change for match in changed.values() for change in match.changes)
    groups = {
        "same_bytes": same,
        "near_duplicate": in_groups(near),
        "altered_copy": in_groups(changed),
    }
    return _Found(groups, changes), missed


def _finding(
    kind: str,
    groups: tuple[tuple[str, ...], ...],
    records: Sequence[Record],
    changes: Counter[str],
) -> Finding:
    by_id = {record.id: record for record in records}
    has_split = any(record.split for record in records)
    across = [group for group in groups if len(splits_of([by_id[film] for film in group])) > 1]
    n_films = sum(map(len, groups))
    what, todo = _WORDS[kind]
    how = ""
    if kind == "altered_copy":
        how = f": {', '.join(f'{change} {n:,}' for change, n in changes.most_common())}"
    words = (
        f"{share_words(n_films, len(records))} in {_groups_words(len(groups))} show {what}{how}."
    )
    if has_split:
        lie = "lies" if len(across) == 1 else "lie"
        words += f" {len(across):,} of these groups {lie} in several splits."
    harm = _harm(across if has_split else groups, by_id, has_split=has_split)
    numbers: dict[str, object] = {
        "films": n_films,
        "across_splits": len(across) if has_split else len(groups),
    }
    if how:
        numbers["changes"] = dict(changes)
    order = sorted(groups, key=lambda group: (group not in across, group))
    effect = (
        _EFFECT if across or not has_split else "They count several times where one film would."
    )
    return Finding(kind, tuple(order), words, effect, todo, harm, numbers)


def _groups_words(n: int) -> str:
    return f"{n:,} group{'s' * (n != 1)}"


def _harm(groups: Iterable[tuple[str, ...]], by_id: dict[str, Record], *, has_split: bool) -> float:
    """Share of the held-out films that are concerned; of all films where there is no split."""
    concerned = {film for group in groups for film in group}
    held = [item for item in by_id.values() if not has_split or item.split in ("val", "test")]
    return sum(item.id in concerned for item in held) / max(len(held), 1)


def _patients(records: Sequence[Record]) -> tuple[list[Finding], list[str]]:
    """Patients whose films are in several splits, and what is not known of that."""
    has_split = any(record.split for record in records)
    n_unknown = sum(not record.patient for record in records)
    missed = []
    if not has_split:
        missed.append("Patients across splits: the data set has no split of its own.")
    if n_unknown:
        missed.append(
            f"Patients across splits: {share_words(n_unknown, len(records))} do not name theirs."
        )
    of_patient: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.patient and record.split:
            of_patient[record.patient_key].append(record)
    groups = tuple(
        sorted(
            tuple(sorted(record.id for record in films))
            for films in of_patient.values()
            if len(splits_of(films)) > 1
        )
    )
    if not groups:
        return [], missed
    by_id = {record.id: record for record in records}
    n_films = sum(map(len, groups))
    words = (
        f"{len(groups):,} of {len(of_patient):,} patients have films in several splits "
        f"({n_films:,} films)."
    )
    effect = "A model that knows the patient seems to know the disease."
    harm = _harm(groups, by_id, has_split=True)
    numbers = {"patients": len(groups), "films": n_films, "across_splits": len(groups)}
    return [Finding("patient_leak", groups, words, effect, DIVIDE, harm, dict(numbers))], missed


def _unread(manifest: Manifest, records: Sequence[Record]) -> list[str]:
    n_unread = len(manifest.records) - len(records)
    return [f"{n_unread:,} files that cannot be read; `scan` names them."] if n_unread else []
