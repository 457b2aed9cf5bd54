"""RSNA Pneumonia Detection Challenge.

    stage_2_train_labels.csv          patientId,x,y,width,height,Target   (one line per box)
    stage_2_detailed_class_info.csv   patientId,class                     (if it is there)
    stage_2_train_images/*.dcm

The detailed class is the label (Normal, Lung Opacity, No Lung Opacity / Not Normal); without it the
target is: `lung_opacity` or `no_lung_opacity`, which need not be normal. The boxes are in pixels of
the films as they are published, 1024 x 1024, so they fit smaller copies, too.

Source: Shih et al., Radiol. Artif. Intell. 1(1), 2019, https://doi.org/10.1148/ryai.2019180041.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from xray_core.data.boxes import in_shares
from xray_core.data.labels import unify_label
from xray_core.data.readers.base import root_of
from xray_core.data.readers.dicom_folder import with_header
from xray_core.data.readers.rows import (
    Row,
    cells_of,
    films_of,
    find_box_columns,
    find_tables,
    has_columns,
    list_records,
    read_box,
)
from xray_core.data.readers.table_form import table_reader
from xray_core.data.readers.tables import read_table
from xray_core.data.readers.vocabulary import unify_patient
from xray_core.data.records import Record

SOURCE = "rsna-pneumonia"
_SIDE_PX = 1024
_TARGETS = {"1": "lung_opacity", "0": "no_lung_opacity"}
_is_labels = has_columns("patientid x y width height target")
_is_classes = has_columns("patientid class")


def _tables(path: Path) -> list[Path]:
    labels = find_tables(path, _is_labels)[:1]
    return labels + [table for label in labels for table in find_tables(label.parent, _is_classes)]


def _read(path: Path, dataset: str, tables: list[Path]) -> list[Record]:
    records = list_records(_rows(tables[0]), films_of(path, tables[0]), dataset)
    return [with_header(record, root_of(path)) for record in records]


def _rows(table: Path) -> Iterator[Row]:
    frame = read_table(table)
    columns = find_box_columns(frame.columns)
    classes = _classes(table.parent)
    for line, cells in cells_of(frame):
        patient = cells["patientid"]
        target = _TARGETS.get(cells["target"].removesuffix(".0"), unify_label(cells["target"]))
        detailed = classes.get(patient, set())
        label = next(iter(detailed)) if len(detailed) == 1 else target
        boxes, flaw = read_box(cells, columns)
        if len(detailed) > 1:
            flaw = f"listed with several classes: {', '.join(sorted(detailed))}"
        elif (target == "lung_opacity") != (label == "lung_opacity"):
            flaw = f"target {cells['target']} contradicts the class: {label}"
        facts = {"patient": unify_patient(patient), "source": SOURCE}
        problem = f"row {line}: {flaw}" if flaw else ""
        shares = in_shares(boxes, _SIDE_PX, _SIDE_PX) or ()
        yield Row(line, patient, label, facts, shares, problem=problem)


def _classes(folder: Path) -> dict[str, set[str]]:
    """Patient -> detailed classes; empty where the table is not there."""
    classes: dict[str, set[str]] = defaultdict(set)
    for table in find_tables(folder, _is_classes):
        for _, cells in cells_of(read_table(table)):
            classes[cells["patientid"]].add(unify_label(cells["class"]))
    return classes


READER = table_reader(
    "rsna",
    "RSNA pneumonia challenge, stage_2_train_labels.csv and DICOM",
    _tables,
    _read,
)
