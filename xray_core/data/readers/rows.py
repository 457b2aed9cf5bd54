"""Lines of a table as records: the file of each, one record per film, marks and boxes."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from xray_core.data.boxes import Box
from xray_core.data.readers.base import is_wanted, make_record, root_of, unpacked_folders
from xray_core.data.readers.places import Films
from xray_core.data.readers.tables import TABLE_SUFFIXES, header_key, read_header
from xray_core.data.readers.vocabulary import is_blank, join_findings, unify_fact, without_wider
from xray_core.data.records import Record
from xray_core.errors import DatasetError

_BESIDE = ("annotations", "labels", "metadata", "tables", "csv")
_CORNERS = ("xmin ymin xmax ymax", "x1 y1 x2 y2", "left top right bottom")
_SIDES = ("x y width height", "x y w h", "bboxx bboxy bboxwidth bboxheight")
YES = frozenset({"1", "1.0", "true", "yes"})
"""How a column of one finding marks that it is there, in lower case."""

_UNCERTAIN = frozenset({"-1", "-1.0"})
_MARKS = YES | _UNCERTAIN | {"0", "0.0", "false", "no"}


@dataclass(frozen=True)
class Row:
    """What one line of a table says of a film.

    Attributes:
        line: in the file, the first being 1.
        film: cell that names the film's file.
        label: unified class, several ones joined as `vocabulary.join_findings` does.
        facts: other text fields of `Record`.
        boxes, boxes_px: as in `Record`.
        problem: why the line can't be used.
    """

    line: int
    film: str
    label: str
    facts: Mapping[str, str] = field(default_factory=dict)
    boxes: tuple[Box, ...] = ()
    boxes_px: tuple[Box, ...] = ()
    problem: str = ""


def find_tables(path: Path, recognises: Callable[[Path], bool]) -> list[Path]:
    """The tables of a form: the file itself, or those of the first folder that has any.

    Searched are the folder, what archives wrap around a data set, and folders for tables.

    Args:
        path: folder or table.
        recognises: whether a table has the form; a table that it can't read has not.
    """
    if path.is_file():
        return [path] if _try(recognises, path) else []
    for folder in unpacked_folders(path):
        for place in (folder, *(folder / name for name in _BESIDE)):
            if place.is_dir():
                wanted = (table for table in sorted(place.iterdir()) if is_wanted(table.name))
                listed = [table for table in wanted if _try(recognises, table)]
                if listed:
                    return listed
    return []


def has_columns(names: str) -> Callable[[Path], bool]:
    """A test for `find_tables`: whether a table has all these columns, separated by spaces."""
    wanted = frozenset(names.split())
    return lambda table: wanted <= {header_key(name) for name in read_header(table)}


def cells_of(frame: pd.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each line, by `header_key` of the column."""
    keys = [header_key(name) for name in frame.columns]
    for line, values in zip(frame.index, frame.itertuples(index=False, name=None), strict=True):
        yield int(line), dict(zip(keys, values, strict=True))


def films_of(path: Path, table: Path) -> Films:
    """The films that a table of a data set may name."""
    root = root_of(path)
    return Films(root, table.parent)


def list_records(
    rows: Iterable[Row], films: Films, dataset: str, *, unite: bool = False
) -> list[Record]:
    """One record per film, in the order in which the table first names them.

    Facts come from the first line of a film that has them; its boxes are those of all lines.

    Args:
        rows: lines of the table.
        films: where the files are.
        dataset: name of the data set.
        unite: whether labels of several lines are several findings of the film; otherwise the
            lines contradict each other, which is a problem.
    """
    lines: dict[str, list[Row]] = {}
    flaws: dict[str, str] = {}
    for row in rows:
        path, flaw = films.find(row.film)
        if flaw:
            flaw = f"row {row.line}: {flaw}"
            path = path or f"row {row.line}"
            flaws.setdefault(path, flaw)
        lines.setdefault(path, []).append(row)
    return [
        merge_rows(dataset, path, same, unite=unite, problem=flaws.get(path, ""))
        for path, same in lines.items()
    ]


def merge_rows(
    dataset: str, path: str, rows: Sequence[Row], *, unite: bool = False, problem: str = ""
) -> Record:
    """The lines of one film as its record; arguments as for `list_records`.

    Raises:
        IndexError: there are no lines.
    """
    facts: dict[str, str] = {}
    for row in rows:
        facts |= {role: text for role, text in row.facts.items() if text and not facts.get(role)}
    labels = list(dict.fromkeys(row.label for row in rows))
    label = join_findings(filter(None, labels)) if unite else labels[0]
    problem = problem or next((row.problem for row in rows if row.problem), "")
    if len(labels) > 1 and not unite:
        names = ", ".join(label or "no label" for label in labels)
        problem = problem or f"listed with several labels: {names}"
    return make_record(
        dataset,
        path,
        label,
        **facts,
        boxes=tuple(dict.fromkeys(box for row in rows for box in row.boxes)),
        boxes_px=tuple(dict.fromkeys(box for row in rows for box in row.boxes_px)),
        problem=problem,
    )


def is_mark(cell: str) -> bool:
    """Whether a cell fits a column of one finding: found, not found, uncertain or blank."""
    return is_blank(cell) or cell.casefold() in _MARKS


def says_something(cell: str) -> bool:
    """Whether a mark says that a finding is there, or may be."""
    return cell.casefold() in YES | _UNCERTAIN


def read_marks(marks: Mapping[str, str]) -> tuple[str, str]:
    """The class that columns of one finding each give, and why there is none.

    A finding of which another marked one is a kind is left out (`Lung Opacity` beside `Edema`).
    One that is marked as uncertain (-1) makes the film unusable; blank is as 0, not found.

    Args:
        marks: unified finding -> cell.

    Returns:
        Label, several joined, "" where nothing is marked; and a problem.
    """
    yes = {finding for finding, cell in marks.items() if cell.casefold() in YES}
    uncertain = [finding for finding, cell in marks.items() if cell.casefold() in _UNCERTAIN]
    odd = [f"{finding} {cell}" for finding, cell in marks.items() if not is_mark(cell)]
    problem = f"uncertain (-1): {', '.join(uncertain)}" if uncertain else ""
    problem = f"neither 0, 1, -1 nor blank: {', '.join(odd)[:80]}" if odd else problem
    return join_findings(without_wider(yes)), problem


def find_box_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Keys of the four columns of a box, corners or sides; empty where there are none."""
    keys = {header_key(name) for name in names}
    for columns in (*_CORNERS, *_SIDES):
        if keys.issuperset(columns.split()):
            return tuple(columns.split())
    return ()


def read_box(cells: Mapping[str, str], columns: tuple[str, ...]) -> tuple[tuple[Box, ...], str]:
    """The box of a line, none where its cells are blank, and what is wrong with it.

    Args:
        cells: by `header_key`.
        columns: as `find_box_columns` gives them.
    """
    texts = [unify_fact(cells[name]) for name in columns]
    if not any(texts):
        return (), ""
    try:
        x, y, width, height = map(float, texts)
    except ValueError:
        return (), f"the box is not readable: {', '.join(texts)}"
    if " ".join(columns) in _CORNERS:
        width, height = width - x, height - y
    return ((x, y, width, height),), ""


def read_box_list(text: str) -> tuple[tuple[Box, ...], str]:
    """The boxes of one cell, and what is wrong with it.

    Args:
        text: JSON or Python list of `[x, y, width, height]` or of `{"x": .., "y": .., "width": ..,
            "height": ..}`.
    """
    if not unify_fact(text):
        return (), ""
    try:
        listed = ast.literal_eval(text.strip())
        boxes = [
            [box[side] for side in ("x", "y", "width", "height")] if isinstance(box, dict) else box
            for box in listed
        ]
        return tuple((float(x), float(y), float(w), float(h)) for x, y, w, h in boxes), ""
    except (ValueError, TypeError, KeyError, SyntaxError, MemoryError, RecursionError):
        return (), f"the boxes are not readable: {text.strip()[:40]}"


def by_unit(boxes: tuple[Box, ...]) -> dict[str, tuple[Box, ...]]:
    """Boxes of unknown unit as fields of a `Row`: pixels where any number is above 1."""
    is_pixels = any(value > 1 for box in boxes for value in box)
    return {"boxes_px" if is_pixels else "boxes": boxes}


def _try(recognises: Callable[[Path], bool], table: Path) -> bool:
    if table.suffix.lower() not in TABLE_SUFFIXES or not table.is_file():
        return False
    try:
        return recognises(table)
    except DatasetError:
        return False
