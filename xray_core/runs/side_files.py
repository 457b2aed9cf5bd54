"""What the side files of a run must hold, checked where they are read.

A file that holds something else gives a `RunError` that names it and says what to do: what needs
the file is left out, all other runs are shown. Nothing here knows where the files lie.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jsonschema_rs import Draft202012Validator, ValidationErrorKind

from xray_core.errors import RunError
from xray_core.networks.calibration import Calibration
from xray_core.runs.schemas import CALIBRATION, SCORES, Schema

Content = dict[str, Any]

COPY = "Copy the file again from where the run was trained, or train again."
NO_CURVES = "Copy the file again, or delete it: then only the curves are missing."
_FACTS = ("id", "label", "split", "patient", "source")
_SUM_WITHIN = 0.02

_validators: dict[int, Any] = {}
"""Schema -> what checks it, by its address: schemas are constants, and a validator is made once."""

_checked: set[tuple[int, bytes]] = set()
MOST_CHECKED = 512
"""Contents of files that are remembered as sound."""


def damaged(path: Path, why: str, fix: str = COPY) -> RunError:
    """The error of a file in a run folder: `scores.json could not be read: ... | RUN | ...`."""
    folder = path.parent if path.parent.name != "explanations" else path.parent.parent
    return RunError(f"{path.name} could not be read: {why}.", where=folder.name, fix=fix)


def read_object(path: Path, schema: Schema | None = None, fix: str = COPY) -> Content:
    """A JSON object, with its parts of the right kind where a schema is given.

    Raises:
        RunError: it is missing, damaged or holds something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text, parse_constant=_refuse_constant)
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path, _reason(error), fix) from error
    if not isinstance(content, dict):
        raise damaged(path, f"it holds {_kind(content)}, not a JSON object", fix)
    if schema is not None:
        state = (id(schema), hashlib.sha256(text.encode()).digest())
        if state not in _checked:  # the pages read the same files at every redraw
            _check(content, schema, path, fix)
            if len(_checked) >= MOST_CHECKED:
                _checked.clear()
            _checked.add(state)
    return content


def read_scores(path: Path, classes: Sequence[str], *, trained: bool = True) -> Content:
    """Content of `scores.json` for a run of these classes.

    Args:
        path: of the file.
        classes: of the run.
        trained: whether it was trained here, so that the file says how.

    Raises:
        RunError: it is missing, damaged, or of other classes.
    """
    scores = read_object(path, SCORES)
    lacking = [name for name in ("minutes", "best_epoch") if trained and name not in scores]
    if lacking:
        raise damaged(path, f"it lacks {', '.join(lacking)}")
    for part in (scores, *scores["per_source"].values()):
        if set(part["per_class"]) != set(classes):
            raise damaged(path, "its classes are not those of the run")
        if [len(row) for row in part["confusion"]] != [len(classes)] * len(classes):
            raise damaged(path, "its confusion matrix has a different number of classes")
    return scores


def read_predictions(path: Path, classes: Sequence[str]) -> pd.DataFrame:
    """Rows of `predictions.csv`: id, label, split, patient, source, `p_<class>` columns.

    Raises:
        RunError: it is damaged, lacks columns, or holds values that are not probabilities.
    """
    names = [f"p_{label}" for label in classes]
    table = _table(path, text=_FACTS, numbers=names, fix=COPY)
    values = table[names].to_numpy(float)
    if table.empty:
        raise damaged(path, "it has no row")
    wrong = (values < 0) | (values > 1)
    if wrong.any() or (np.abs(values.sum(axis=1) - 1) > _SUM_WITHIN).any():
        raise damaged(path, "a row holds values that are not probabilities")
    if not set(table["split"]) <= {"train", "val", "test"}:
        raise damaged(path, "a row is of no split")
    return table


def read_calibration(path: Path, n_classes: int) -> Calibration | None:
    """Content of `calibration.json`; None where there is no file.

    Raises:
        RunError: it is damaged, or of a different number of classes.
    """
    if not path.exists():
        return None
    try:
        found = Calibration.read(read_object(path, CALIBRATION))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise damaged(path, _reason(error)) from error
    if len(found.shifts) != n_classes:
        raise damaged(path, f"it has {len(found.shifts)} shifts for {n_classes} classes")
    return found


def read_history(path: Path) -> pd.DataFrame:
    """Rows of `history.csv`, one per epoch; empty where there is no file.

    Raises:
        RunError: it is damaged, or lacks columns.
    """
    numbers = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy")
    return _curve(path, numbers)


def read_steps(path: Path) -> pd.DataFrame:
    """Rows of `steps.csv`, about one per second; empty where there is no file.

    Raises:
        RunError: it is damaged, or lacks columns.
    """
    return _curve(path, ("step", "epoch", "loss"))


def _curve(path: Path, numbers: Sequence[str]) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame()
    table = _table(path, text=(), numbers=numbers, fix=NO_CURVES)
    if table.empty or (np.diff(table[numbers[0]].to_numpy(float)) <= 0).any():
        raise damaged(path, f"its column {numbers[0]} does not rise", NO_CURVES)
    return table


def _table(path: Path, *, text: Sequence[str], numbers: Sequence[str], fix: str) -> pd.DataFrame:
    try:
        kinds = dict.fromkeys((*text, "phase"), str)
        table = pd.read_csv(path, dtype=kinds, keep_default_na=False)
    except (OSError, ValueError) as error:  # pandas' own errors are ValueErrors
        raise damaged(path, _reason(error), fix) from error
    missing = [name for name in (*text, *numbers) if name not in table]
    if missing:
        raise damaged(path, f"it lacks the columns {', '.join(missing)}", fix)
    for name in numbers:
        column = pd.to_numeric(table[name], errors="coerce")
        if not np.isfinite(column.to_numpy(float)).all():
            row = int(np.flatnonzero(~np.isfinite(column.to_numpy(float)))[0])
            raise damaged(path, f"row {row + 2} has no number in {name}", fix)
        table[name] = column
    return table


def _check(content: Content, schema: Schema, path: Path, fix: str) -> None:
    if id(schema) not in _validators:
        _validators[id(schema)] = Draft202012Validator(schema)
    errors = _validators[id(schema)].iter_errors(content)
    error = next(errors, None)
    if error is None:
        return
    place = ".".join(map(str, error.instance_path)) or "it"
    if not isinstance(error.kind, ValidationErrorKind.Required):
        raise damaged(path, f"{place} is {_kind(error.instance)}, which it cannot be", fix)
    lacking = [error.kind.property] + [
        other.kind.property
        for other in errors
        if isinstance(other.kind, ValidationErrorKind.Required)
        and other.instance_path == error.instance_path
    ]
    raise damaged(path, f"{place} lacks {', '.join(lacking)}", fix)


def _kind(value: object) -> str:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return f"{value!r:.40}"
    names = {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}
    return names.get(type(value), type(value).__name__)


def _reason(error: BaseException) -> str:
    """Why, without the path that the system's own text may hold."""
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    if isinstance(error, UnicodeDecodeError):
        return "it is not text"
    return str(error).splitlines()[0].rstrip(".")[:120] if str(error) else type(error).__name__


def _refuse_constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which is not a number")
