"""NIH ChestX-ray14.

    Data_Entry_2017.csv   Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,...
    images_001/images/00000001_000.png ...
    BBox_List_2017.csv   test_list.txt   train_val_list.txt                  (if they are there)

`A|B` are several findings. The boxes are in pixels of the films as they are published, 1024 x 1024.

Source: Wang et al., CVPR 2017, https://doi.org/10.1109/CVPR.2017.369.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from xray_core.data.boxes import Box, in_shares
from xray_core.data.readers.rows import (
    Row,
    cells_of,
    films_of,
    find_tables,
    has_columns,
    list_records,
)
from xray_core.data.readers.table_form import table_reader
from xray_core.data.readers.tables import read_table
from xray_core.data.readers.vocabulary import (
    unify_age_group,
    unify_finding,
    unify_patient,
    unify_view,
)
from xray_core.data.records import Record

SOURCE = "nih-chestxray14"
_SIDE_PX = 1024
_BOX_COLUMNS = slice(2, 6)  # `Bbox [x`, `y`, `w`, `h]`: the header's brackets hold commas
_SPLITS = {"test_list.txt": "test", "train_val_list.txt": "train"}

_is_entries = has_columns("imageindex findinglabels")
_is_boxes = has_columns("imageindex findinglabel")


def _tables(path: Path) -> list[Path]:
    entries = find_tables(path, _is_entries)[:1]
    beside = [
        table
        for entry in entries
        for table in (
            *find_tables(entry.parent, _is_boxes),
            *(entry.parent / name for name in _SPLITS),
        )
    ]
    return entries + beside


def _read(path: Path, dataset: str, tables: list[Path]) -> list[Record]:
    table = tables[0]
    boxes, splits = _boxes(table.parent), _splits(table.parent)
    return list_records(_rows(table, boxes, splits), films_of(path, table), dataset)


def _rows(table: Path, boxes: dict[str, tuple[Box, ...]], splits: dict[str, str]) -> Iterator[Row]:
    for line, cells in cells_of(read_table(table)):
        name = cells["imageindex"]
        facts = {
            "patient": unify_patient(cells.get("patientid", "")),
            "source": SOURCE,
            "view": unify_view(cells.get("viewposition", "")),
            "age_group": unify_age_group(cells.get("patientage", "")),
            "split": splits.get(name, ""),
        }
        label = unify_finding(cells["findinglabels"], joined_by="|")
        yield Row(line, name, label, facts, boxes.get(name, ()))


def _boxes(folder: Path) -> dict[str, tuple[Box, ...]]:
    """Film -> its boxes in shares; empty where the list is not there."""
    boxes: dict[str, list[Box]] = defaultdict(list)
    for table in find_tables(folder, _is_boxes):
        frame = read_table(table)
        for values in frame.itertuples(index=False, name=None):
            x, y, width, height = map(float, values[_BOX_COLUMNS])
            boxes[values[0]].append((x, y, width, height))
    return {name: in_shares(listed, _SIDE_PX, _SIDE_PX) or () for name, listed in boxes.items()}


def _splits(folder: Path) -> dict[str, str]:
    """Film -> split, from the lists of the data set; empty where they are not there."""
    splits: dict[str, str] = {}
    for name, split in _SPLITS.items():
        if (folder / name).is_file():
            lines = (folder / name).read_text(encoding="utf-8", errors="replace").split()
            splits |= dict.fromkeys(lines, split)
    return splits


READER = table_reader("nih", "NIH ChestX-ray14, Data_Entry_2017.csv and its images", _tables, _read)
