"""What several splits share: films of one patient, and films of one radiograph."""

from collections import defaultdict
from dataclasses import dataclass

from xray_core.data.duplicates import near_duplicate_groups
from xray_core.data.records import SPLITS, Manifest


@dataclass(frozen=True)
class Leak:
    """Films in several splits that should be in one.

    Attributes:
        kind: `patient` or `near-duplicate`.
        splits: the splits concerned, in the order of `SPLITS`.
        record_ids: all films of the patient or of the group, sorted.
    """

    kind: str
    splits: tuple[str, ...]
    record_ids: tuple[str, ...]


def split_leaks(manifest: Manifest) -> tuple[Leak, ...]:
    """Patients and near-duplicates in several splits; empty for a clean split."""
    usable = manifest.usable.where(lambda record: bool(record.split))
    of_patient: dict[str, list[str]] = defaultdict(list)
    for record in usable.records:
        of_patient[record.patient_key].append(record.id)
    split_of = {record.id: record.split for record in usable.records}
    leaks = []
    for kind, groups in (
        ("patient", of_patient.values()),
        ("near-duplicate", near_duplicate_groups(usable)),
    ):
        for ids in groups:
            splits = {split_of[record_id] for record_id in ids}
            if len(splits) > 1:
                ordered = tuple(split for split in SPLITS if split in splits)
                leaks.append(Leak(kind, ordered, tuple(sorted(ids))))
    return tuple(leaks)
