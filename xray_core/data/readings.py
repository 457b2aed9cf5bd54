"""What radiologists saw on films, kept apart from the data set that labels them.

A label can say what is on the film, or what a test of the patient said: an infected patient's film
may show nothing. A table of readings (`path,reading`, optionally `boxes`) tells the two apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xray_core.data.boxes import Box, clip_boxes
from xray_core.data.labels import KNOWN_CLASSES, NORMAL
from xray_core.data.readers.rows import read_box_list
from xray_core.data.readers.tables import find_columns, read_table
from xray_core.data.readers.vocabulary import unify_fact
from xray_core.data.records import NO_LABEL, Manifest, Record, with_splits
from xray_core.errors import DatasetError

_NO_PNEUMONIA = frozenset({"negative", "no pneumonia"})
_NOTHING = frozenset({"normal", "no finding"})
_OPACITY = frozenset({"typical", "indeterminate", "atypical"})
_, *_INFECTIONS = KNOWN_CLASSES
_COVID = _INFECTIONS[-1]


@dataclass(frozen=True)
class _Reading:
    words: str
    boxes: tuple[Box, ...]


def denies_label(record: Record) -> bool:
    """Whether a radiologist's reading of a film contradicts its label.

    `negative` and `no pneumonia` contradict a label of pneumonia, `normal` and `no finding` every
    label but normal; `typical`, `indeterminate` and `atypical`, which say how much an opacity
    looks like COVID-19, contradict normal. A film without a label or a reading, or with a reading
    in other words, contradicts nothing.
    """
    reading, label = record.reading.casefold(), record.label
    if not label or not reading:
        return False
    if label == NORMAL:
        return reading in _OPACITY
    is_pneumonia = label in _INFECTIONS or "pneumonia" in label
    return reading in _NOTHING or (is_pneumonia and reading in _NO_PNEUMONIA)


def add_readings(manifest: Manifest, table: Path) -> Manifest:
    """Add a table of readings to the films that it names.

    Args:
        manifest: its films keep a reading or boxes of their own where the table has none.
        table: CSV or Excel with the columns `path` and `reading`, and `boxes` if there are any, in
            shares of the film. A path is relative to the table's folder, or is
            `<data set>/<path in it>`.

    Returns:
        The same films, with `reading` and `boxes`; a note says how many were found. A film without
        label that gets boxes is no problem any more: it serves maps.

    Raises:
        DatasetError: the table cannot be read, lacks a column, gives a film two readings, or names
            none of the films.
    """
    readings = _read(table)
    folder = table.resolve().parent
    below = {  # what the table's paths of a data set begin with
        name: f"{root.resolve().relative_to(folder).as_posix()}/".removeprefix("./")
        for name, root in manifest.roots.items()
        if root.resolve().is_relative_to(folder)
    }
    found: dict[str, _Reading] = {}
    for record in manifest.records:
        reading = readings.get(record.id)
        if reading is None and record.dataset in below:
            reading = readings.get(below[record.dataset] + record.path)
        if reading is not None:
            found[record.id] = reading
    if not found:
        raise DatasetError(
            f"None of the {len(readings):,} films with a reading is among the data.",
            where=table.name,
            fix="Write paths relative to the table's folder, or as <data set>/<path in it>.",
        )
    records = tuple(
        _with_reading(record, found[record.id]) if record.id in found else record
        for record in manifest.records
    )
    denied = sum(denies_label(record) for record in records if record.id in found)
    note = (
        f"{table.name}: readings of {len(found):,} films; on {denied:,} of them the reading denies "
        "the label"
    )
    return replace(manifest, records=records, notes=(*manifest.notes, note))


def _with_reading(record: Record, reading: _Reading) -> Record:
    boxes = reading.boxes or record.boxes
    problem = "" if boxes and record.problem == NO_LABEL else record.problem
    return replace(record, reading=reading.words, boxes=boxes, problem=problem)


def mark_labels_read(records: Sequence[Record]) -> list[Record]:
    """Say of the labels of a data set that they say what is on the film, where they do.

    That is so where radiologists read every film with a label, and each label is what its reading
    says: `covid` for typical, `normal` for a clear film, neither for any other.
    """
    labelled = [record for record in records if record.label and not record.problem]
    follow = {(record.label, _says(record.reading)) for record in labelled}
    if follow != {(_COVID, _COVID), (NORMAL, NORMAL)}:
        return list(records)
    return [
        replace(record, label_basis=record.label_basis or "film") if record.label else record
        for record in records
    ]


def _says(reading: str) -> str:
    """The label that a reading alone would give."""
    words = reading.casefold()
    if words in _NO_PNEUMONIA | _NOTHING:
        return NORMAL
    return _COVID if words == "typical" else ""


def leave_out_denied(manifest: Manifest) -> Manifest:
    """Take the films whose reading denies their label out of training and validation.

    Test films stay, so that scores can be given with and without them.
    """
    splits: Mapping[str, str] = {
        record.id: record.split
        for record in manifest.records
        if record.split == "test" or not denies_label(record)
    }
    return with_splits(manifest, splits)


def _read(table: Path) -> dict[str, _Reading]:
    """Path as the table writes it -> its reading; films with an empty reading are left out."""
    frame = read_table(table)
    columns = find_columns(frame.columns)
    if absent := [role for role in ("path", "reading") if role not in columns]:
        raise DatasetError(
            f"The table of readings has no column for {' and '.join(absent)}.",
            where=table.name,
            fix="Name its columns path and reading.",
        )
    readings: dict[str, _Reading] = {}
    for line, row in frame.iterrows():
        path = str(row[columns["path"]]).replace("\\", "/").removeprefix("./")
        words = unify_fact(str(row[columns["reading"]]))
        if not path or not words:
            continue
        boxes, flaw = read_box_list(str(row[columns["boxes"]])) if "boxes" in columns else ((), "")
        if flaw or any(value > 1 for box in boxes for value in box):
            raise DatasetError(
                f"Line {line}: {flaw or 'the boxes are not shares of the film'}.",
                where=table.name,
                fix="Write boxes as [[x, y, width, height], ...] between 0 and 1.",
            )
        reading = _Reading(words, clip_boxes(boxes))
        if readings.setdefault(path, reading) != reading:
            raise DatasetError(
                f"Line {line} gives a film a second, different reading.",
                where=table.name,
                fix="Keep one line per film.",
            )
    return readings
