"""VinDr-CXR: several radiologists read each film.

    train.csv   image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max
    train/50a418190bc3fb1ef1633bf9678929b3.dicom

One line is one finding of one reader. All findings that any of them names count, so that a film is
used only where they agree on one; their boxes all belong to it. Boxes are in pixels of the film, or
of `width` and `height` where the table has them, as tables for films made smaller do.

Source: Nguyen et al., Scientific Data 9:429, 2022, https://doi.org/10.1038/s41597-022-01498-w.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from xray_core.data.boxes import Box, in_shares
from xray_core.data.readers.base import root_of
from xray_core.data.readers.dicom_folder import with_header
from xray_core.data.readers.rows import (
    Row,
    cells_of,
    films_of,
    has_columns,
    list_records,
    read_box,
)
from xray_core.data.readers.table_form import table_reader, tables_that
from xray_core.data.readers.tables import read_table
from xray_core.data.readers.vocabulary import unify_finding
from xray_core.data.records import Record

SOURCE = "vindr-cxr"
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_is_table = has_columns(f"imageid classname {' '.join(_CORNERS)}")


def _read(path: Path, dataset: str, tables: list[Path]) -> list[Record]:
    rows = (row for table in tables for row in _rows(table))
    records = list_records(rows, films_of(path, tables[0]), dataset, unite=True)
    return [with_header(record, root_of(path)) for record in records]


def _rows(table: Path) -> Iterator[Row]:
    for line, cells in cells_of(read_table(table)):
        boxes, flaw = read_box(cells, _CORNERS)
        shares, pixels = _by_size(boxes, cells)
        yield Row(
            line,
            cells["imageid"],
            unify_finding(cells["classname"]),
            {"source": SOURCE},
            shares,
            pixels,
            f"row {line}: {flaw}" if flaw else "",
        )


def _by_size(
    boxes: tuple[Box, ...], cells: Mapping[str, str]
) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    """Boxes in shares where the line gives the size they were drawn on, else in pixels."""
    try:
        width, height = int(float(cells["width"])), int(float(cells["height"]))
    except (KeyError, ValueError):
        return (), boxes
    return in_shares(boxes, width, height) or (), ()


READER = table_reader(
    "vindr",
    "VinDr-CXR, train.csv with image_id, class_name and boxes",
    tables_that(_is_table),
    _read,
    note="a finding counts when any reader of the film names it",
)
