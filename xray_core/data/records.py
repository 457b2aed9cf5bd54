"""A record is one image with its facts; a manifest is a frozen table of records."""

import functools
import hashlib
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from xray_core.data.boxes import Box, read_boxes, write_boxes
from xray_core.data.conflicts import mark_conflicts
from xray_core.data.labels import order_labels
from xray_core.data.origins import SYNTHETIC, is_synthetic
from xray_core.errors import DatasetError

SPLITS = ("train", "val", "test")

NO_LABEL = "no label"
"""Problem of a film that can be read but has neither a class nor boxes."""


@dataclass(frozen=True)
class Record:
    """One image with its facts; an empty text means that the data set does not say.

    Attributes:
        id: unique in the manifest: `<dataset>/<path>`.
        dataset: name of the data set, a key of `Manifest.roots`.
        path: relative to the data set's folder, with forward slashes.
        label: unified class name (see `labels.py`); "" without a `problem` where the data set has
            boxes of the film alone: such a film serves maps only.
        patient: patient id as the data set gives it; `patient_key` makes it unique.
        source: where the film comes from (hospital, collection), for balance and leak checks.
        view: `PA`, `AP` or `lateral`.
        age_group: `adult` or `child`.
        split: `train`, `val` or `test`, from the data set itself or from `assign_splits`.
        mask: relative path of a lung mask, if the data set ships one.
        lesion: relative path of a mask of the finding, if the data set names one.
        boxes: findings as boxes, in shares of the film's width and height.
        boxes_px: the same in pixels, as a reader lists them. A scan turns them into `boxes`; those
            that stay reach beyond the film, so they were drawn on one of another size.
        reading: what a radiologist said of the film, in the data set's own words.
        label_basis: what the label says: `film` for what is on the film, `test` for what a test of
            the patient said (see `origins.py`).
        sha256: of the file's bytes, hex.
        phash: perceptual hash of the film, hex.
        width, height: in pixels; 0 when unreadable.
        problem: why the file can't be used; empty for a usable film.
    """

    id: str
    dataset: str
    path: str
    label: str
    patient: str = ""
    source: str = ""
    view: str = ""
    age_group: str = ""
    split: str = ""
    mask: str = ""
    lesion: str = ""
    boxes: tuple[Box, ...] = ()
    reading: str = ""
    label_basis: str = ""
    sha256: str = ""
    phash: str = ""
    width: int = 0
    height: int = 0
    problem: str = ""
    boxes_px: tuple[Box, ...] = ()

    @property
    def patient_key(self) -> str:
        """The patient, unique across sources; the film itself where no patient is known."""
        return (
            f"{self.source or self.dataset}:{self.patient}" if self.patient else f"film:{self.id}"
        )


def patient_code(record: Record) -> str:
    """A code for the patient that reveals nothing about them, the same in every data set.

    Run folders hold this code instead of the id, enough to keep a patient's films together and to
    see whether a model was trained on them.
    """
    return hashlib.sha256(record.patient_key.encode()).hexdigest()[:12]


def film_code(record: Record) -> str:
    """A code for the film's bytes: the start of their sha256; the same wherever the file lies."""
    return (record.sha256 or hashlib.sha256(record.id.encode()).hexdigest())[:16]


def anonymise(record: Record) -> Record:
    """The record as a run folder keeps it: file names can hold a patient's name or number.

    Returns:
        The record without its paths, with `film_code` for its id and sha256, and `patient_code`
        for its patient. Films with the same bytes share an id. One that this program drew has
        `synthetic` for its source, since the name that says so is gone.
    """
    return replace(
        record,
        id=film_code(record),
        patient=patient_code(record),
        path="",
        source=SYNTHETIC if is_synthetic(record) else record.source,
        mask="",
        lesion="",
        sha256="",
    )


COLUMNS = tuple(field.name for field in fields(Record) if field.name != "boxes_px")
_facts_of = operator.attrgetter(*COLUMNS)
# Tables of earlier runs lack these, and their hash knows nothing of them.
_LATER = ("lesion", "boxes", "reading", "label_basis")
_hashed_facts_of = operator.attrgetter(*(name for name in COLUMNS if name not in _LATER))


@dataclass(frozen=True)
class Manifest:
    """A frozen table of records and the folders that they are relative to.

    >>> covid = manifest.where(lambda record: record.label == "covid")
    >>> covid.classes, len(covid.problems)
    (('covid',), 0)

    Attributes:
        records: all records, those with a `problem` included.
        roots: folder of each data set; it stays in memory and is never written.
        notes: how the data set was understood where it leaves a choice, in plain words.
    """

    records: tuple[Record, ...]
    roots: Mapping[str, Path]
    notes: tuple[str, ...] = ()

    @property
    def usable(self) -> "Manifest":
        """The records that can be read and have a label."""
        return self.where(lambda record: bool(record.label) and not record.problem)

    @property
    def for_maps(self) -> "Manifest":
        """The records that can be explained: the usable ones, and those of `maps_only`."""
        return self.where(lambda record: not record.problem)

    @property
    def maps_only(self) -> tuple[Record, ...]:
        """Readable records with boxes and no label: never trained on, scored or divided."""
        return tuple(record for record in self.records if not (record.problem or record.label))

    @property
    def problems(self) -> tuple[Record, ...]:
        """The records that cannot be used, each with its reason."""
        return tuple(record for record in self.records if record.problem)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names of the usable records, in display order."""
        return order_labels({record.label for record in self.usable.records})

    @functools.cached_property
    def hash(self) -> str:
        """16 hex digits that change with any film, label, patient or split."""
        digest = hashlib.sha256()
        for record in sorted(self.records, key=lambda record: record.id):
            digest.update("\t".join(map(str, _hashed_facts_of(record))).encode())
        return digest.hexdigest()[:16]

    @functools.cached_property
    def by_id(self) -> Mapping[str, Record]:
        """Record id -> record.

        >>> first = manifest.records[0]
        >>> manifest.by_id[first.id] is first
        True
        """
        return {record.id: record for record in self.records}

    def where(self, keep: Callable[[Record], bool]) -> "Manifest":
        """The records for which `keep` is true."""
        return replace(self, records=tuple(filter(keep, self.records)))

    def split(self, name: str) -> "Manifest":
        """The usable records of one split.

        >>> {record.split for record in manifest.split("test").records}
        {'test'}
        """
        return self.usable.where(lambda record: record.split == name)

    def path_of(self, record: Record) -> Path:
        """Where the film lies on this machine.

        Raises:
            DatasetError: the folder of the record's data set is not known.
        """
        try:
            return self.roots[record.dataset] / record.path
        except KeyError:
            raise DatasetError(
                f"The folder of data set '{record.dataset}' is not known here.",
                where=record.id,
                fix="Scan the data set on this machine first.",
            ) from None

    def to_frame(self) -> pd.DataFrame:
        """One row per record, columns as in `Record`; boxes are JSON lists, "" where none is."""
        frame = pd.DataFrame(map(_facts_of, self.records), columns=list(COLUMNS))
        frame["boxes"] = [write_boxes(record.boxes) for record in self.records]
        return frame

    def to_csv(self, path: Path) -> None:
        """Write the table; roots stay out, so no absolute path reaches the file."""
        self.to_frame().to_csv(path, index=False)


def read_manifest(path: Path, roots: Mapping[str, Path] | None = None) -> Manifest:
    """Read a table that `Manifest.to_csv` wrote.

    Raises:
        DatasetError: the file is missing, damaged or lacks a column.
    """
    frame = read_records_table(path)
    try:
        columns: dict[str, list[Any]] = {name: frame[name].tolist() for name in COLUMNS}
        columns["boxes"] = list(map(read_boxes, columns["boxes"]))
        rows = zip(*columns.values(), strict=True)
        records = tuple(Record(**dict(zip(columns, row, strict=True))) for row in rows)
    except ValueError as error:
        raise _unreadable(path, error) from error
    return Manifest(records, dict(roots or {}))


def read_records_table(path: Path) -> pd.DataFrame:
    """The rows of such a table as they stand, columns checked: much quicker than the records.

    Raises:
        DatasetError: the file is missing, damaged or lacks a column.
    """
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        for name in _LATER:
            if name not in frame:
                frame[name] = ""
        frame["width"] = frame["width"].astype(int)
        frame["height"] = frame["height"].astype(int)
    except (OSError, KeyError, ValueError, OverflowError) as error:
        raise _unreadable(path, error) from error
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise _unreadable(path, KeyError(f"no column {', '.join(missing)}"))
    return frame


def _unreadable(path: Path, error: Exception) -> DatasetError:
    why = error.strerror if isinstance(error, OSError) else str(error)
    return DatasetError(
        f"The manifest could not be read: {why}.", where=path.name, fix="Scan the data again."
    )


def combine_manifests(manifests: Iterable[Manifest]) -> Manifest:
    """Several data sets as one; a film that they label differently becomes a problem.

    Raises:
        DatasetError: two data sets have the same name.
    """
    records: list[Record] = []
    roots: dict[str, Path] = {}
    notes: list[str] = []
    for manifest in manifests:
        for name, root in manifest.roots.items():
            if name in roots:
                raise DatasetError(
                    f"Two data sets are named '{name}'.", fix="Rename one of the folders."
                )
            roots[name] = root
        records.extend(manifest.records)
        notes.extend(manifest.notes)
    return Manifest(mark_conflicts(records), roots, tuple(notes))


def with_splits(manifest: Manifest, splits: Mapping[str, str]) -> Manifest:
    """The same records with `split` taken from a mapping of record id to split."""
    return replace(
        manifest,
        records=tuple(
            replace(record, split=splits.get(record.id, "")) for record in manifest.records
        ),
    )
