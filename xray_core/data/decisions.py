"""What a person decided of films whose label is doubtful: a small table beside the data.

`film-decisions.csv` in the data set's folder has one line per film,
`path,decision,label,sha256,time`. `scan` honours it, and so does everything that scans.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xray_core.data.labels import label_title, unify_label
from xray_core.errors import DatasetError
from xray_core.files import replacing
from xray_core.settings import require_changes_allowed

if TYPE_CHECKING:
    from xray_core.data.records import Record

DECISIONS = "film-decisions.csv"
"""The table's name."""

KEEP, RELABEL, LEAVE_OUT = "keep", "relabel", "leave out"
CHOICES = (KEEP, RELABEL, LEAVE_OUT)
LEFT_OUT = "left out by a decision"
"""Problem of a film that somebody left out."""

_COLUMNS = ("path", "decision", "label", "sha256", "time")


@dataclass(frozen=True)
class Decision:
    """What was decided of one film.

    Attributes:
        path: of the film, relative to the data set's folder.
        decision: one of `CHOICES`.
        label: the new label of `relabel`; else "".
        sha256: of the film when it was decided; "" counts for whatever the file holds.
        time: when, as ISO 8601; "" where it is not known.
    """

    path: str
    decision: str
    label: str = ""
    sha256: str = ""
    time: str = ""


def read_decisions(folder: Path) -> dict[str, Decision]:
    """Decisions by path; empty where there is no table.

    Raises:
        DatasetError: the table cannot be read, or a line is no decision.
    """
    try:
        text = (folder / DECISIONS).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(f"cannot be read ({type(error).__name__})") from error
    found: dict[str, Decision] = {}
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
        item = Decision(*((row.get(name) or "").strip() for name in _COLUMNS))
        if not item.path or item.decision not in CHOICES:
            raise _damaged(f"line {line} has no path, or none of {', '.join(CHOICES)}")
        if (item.decision == RELABEL) != bool(item.label):
            raise _damaged(f"line {line}: a new label belongs to {RELABEL}, and only to it")
        found[item.path] = item
    return found


def write_decision(folder: Path, decision: Decision) -> None:
    """Keep a decision, in place of an earlier one on the same film.

    Raises:
        DatasetError: the table there is damaged, or nothing may be written.
    """
    known = read_decisions(folder)
    time = decision.time or datetime.now(UTC).isoformat(timespec="seconds")
    _write(folder, known | {decision.path: replace(decision, time=time)})


def take_back(folder: Path, path: str) -> None:
    """Forget the decision on a film; the table goes with its last line.

    Raises:
        DatasetError: the table there is damaged, or nothing may be written.
    """
    known = {name: item for name, item in read_decisions(folder).items() if name != path}
    _write(folder, known)


def apply_decisions(
    records: "Iterable[Record]", decisions: Mapping[str, Decision]
) -> "tuple[tuple[Record, ...], str]":
    """The films with what was decided, and a note; "" where nothing was.

    A decision on a film whose bytes have changed since is not used.
    """
    made, changed, counts = [], 0, dict.fromkeys(CHOICES, 0)
    for record in records:
        item = decisions.get(record.path)
        if item is None:
            made.append(record)
        elif item.sha256 and record.sha256 and item.sha256 != record.sha256:
            changed += 1
            made.append(record)
        else:
            counts[item.decision] += 1
            made.append(_decided(record, item))
    parts = [f"{n:,} {name}" for name, n in counts.items() if n]
    note = f"{DECISIONS}: {', '.join(parts) or 'nothing used'}" if decisions else ""
    if changed:
        note += f"; not used on {changed:,} films that have changed since"
    return tuple(made), note


def _decided(record: "Record", item: Decision) -> "Record":
    if item.decision == LEAVE_OUT:
        return replace(record, problem=record.problem or LEFT_OUT)
    if item.decision == RELABEL:
        return replace(record, label=unify_label(item.label))
    return record


def decision_words(item: Decision) -> str:
    """`keep`, `leave out`, or `relabel as COVID-19`."""
    return f"{RELABEL} as {label_title(item.label)}" if item.label else item.decision


def _write(folder: Path, decisions: Mapping[str, Decision]) -> None:
    require_changes_allowed()
    path = folder / DECISIONS
    try:
        if not decisions:
            path.unlink(missing_ok=True)
            return
        with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(_COLUMNS)
            for name in sorted(decisions):
                item = decisions[name]
                table.writerow((item.path, item.decision, item.label, item.sha256, item.time))
    except OSError as error:
        raise DatasetError(
            f"The decision could not be kept: {error.strerror or type(error).__name__}.",
            where=DECISIONS,
            fix="Give this program the right to write into the data set's folder.",
        ) from error


def _damaged(why: str) -> DatasetError:
    return DatasetError(
        f"The table of decisions {why}.", where=DECISIONS, fix="Correct the line, or remove it."
    )
