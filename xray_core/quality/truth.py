"""Which films may choose how a run explains, which may report it, and where their findings are.

The films that a run was trained on, and other films of those patients, never do either. The
validation films choose, the test films report: by the run's own division, and for films that it
does not know by that of their data set.
"""

from dataclasses import dataclass, replace

from xray_core.arrays import BoolArray
from xray_core.data.duplicates import near_duplicates_of
from xray_core.data.labels import NORMAL
from xray_core.data.masks import lesion_of
from xray_core.data.origins import is_synthetic
from xray_core.data.readings import denies_label
from xray_core.data.records import NO_LABEL, Manifest, Record, film_code, patient_code
from xray_core.runs.store import Run

HELD_OUT = ("val", "test")


@dataclass(frozen=True)
class TruthFilms:
    """Films of one split.

    Attributes:
        manifest: real films with boxes or a mask of the finding, with a label or without.
        synthetic: synthetic films with a mask of the finding: they never count as real ones.
        normal: real films that are labelled normal, for the classes that nothing shows.
        labelled: all films with a label, real or synthetic, which other measures are taken on.
    """

    manifest: Manifest
    synthetic: Manifest
    normal: Manifest
    labelled: Manifest


def split_for(run: Run, manifest: Manifest) -> Manifest:
    """The readable films with the split that they have for a run.

    Args:
        run: whose division counts.
        manifest: scanned films; those that only lack a label are kept.

    Returns:
        The films of its validation and test split; of those that it does not know, the films that
        their data set calls so, without near-duplicates of films that it does know. A patient whose
        other films it knows has the split of those.
    """
    known = run.manifest().records
    films = {record.id: record.split for record in known}  # run folders hold codes
    patients: dict[str, str] = {}
    for record in sorted(known, key=lambda item: item.split == "train"):
        patients[record.patient] = record.split
    splits: dict[str, str] = {}
    strange: list[Record] = []
    for record in manifest.records:
        if record.problem not in ("", NO_LABEL):
            continue
        split = films.get(film_code(record)) or patients.get(patient_code(record))
        splits[record.id] = split or record.split
        if not split and record.split in HELD_OUT:
            strange.append(record)
    met = near_duplicates_of(strange, known)
    kept = [
        replace(record, split=splits[record.id], problem="")
        for record in manifest.records
        if splits.get(record.id) in HELD_OUT and record.id not in met
    ]
    return replace(manifest, records=tuple(kept))


def truth_films(films: Manifest, split: str) -> TruthFilms:
    """The films of one split by what they can show.

    Args:
        films: as `split_for` returns.
        split: `val` or `test`.
    """
    own = films.where(lambda record: record.split == split)
    found = own.where(lambda record: record.label != NORMAL and truth_of(films, record) is not None)
    return TruthFilms(
        found.where(lambda record: not is_synthetic(record)),
        found.where(is_synthetic),
        own.where(
            lambda record: (
                record.label == NORMAL and not is_synthetic(record) and not denies_label(record)
            )
        ),
        own.where(lambda record: bool(record.label)),
    )


def reported_films(films: Manifest) -> Manifest:
    """The test films with a label; synthetic ones only where there are no others.

    Args:
        films: as `split_for` returns.
    """
    labelled = truth_films(films, "test").labelled
    real = labelled.where(lambda record: not is_synthetic(record))
    return real if real.records else labelled


def truth_of(manifest: Manifest, record: Record) -> BoolArray | None:
    """Where the finding is: a mask of any size, not empty; None where it is not known."""
    mask = lesion_of(manifest, record)
    return mask if mask is not None and mask.any() else None
