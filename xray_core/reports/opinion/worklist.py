"""A worklist as CSV: a row per film with gate, answer, spread and the reader's assessment."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from xray_core.errors import XrayError
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.opinion import Opinion
from xray_core.opinion.reader import ReaderWord

_HEAD = ("file", "gate", "overridden", "found", "age_group", "verdict", "sure", "spread")
_SAID = ("decision", "sentence", "comment", "time", "report_comment")
_ANSWER = ("verdict", "sure", "spread")


@dataclass(frozen=True)
class WorklistLine:
    """One film of a worklist.

    Attributes:
        name: of the file.
        outcome: the answer; what the gate found where nobody was asked yet; why the file has no
            film; None where it is not read yet.
        age_group: where there is no answer that has it.
        word: of the reader.
        comment: free text of the reader, for the report.
    """

    name: str
    outcome: Opinion | GateResult | XrayError | None
    age_group: str = ""
    word: ReaderWord | None = None
    comment: str = ""


def worklist_csv(lines: Sequence[WorklistLine], labels: Sequence[str]) -> str:
    """The table; text that a spreadsheet would compute begins with an apostrophe.

    Args:
        lines: in their order.
        labels: classes of the models, each a column with the mean of the models.
    """
    text = StringIO()
    table = csv.writer(text)
    table.writerow([*_HEAD, *(f"p_{label}" for label in labels), *_SAID])
    for line in lines:
        table.writerow(map(_cell, [line.name, *_answer(line, labels), *_said(line)]))
    return text.getvalue()


def _answer(line: WorklistLine, labels: Sequence[str]) -> list[str]:
    found, none = line.outcome, [""] * (len(_ANSWER) + len(labels))
    if found is None:
        return ["not read yet", "", "", line.age_group, *none]
    if isinstance(found, XrayError):
        return ["cannot be read", "", found.what, line.age_group, *none]
    gate = found.gate if isinstance(found, Opinion) else found
    words = " ".join(finding.words for finding in gate.findings)
    head = ["passed" if gate.passed else "stopped", _yes(gate.overridden), words]
    if not isinstance(found, Opinion) or not found.answered:
        return [*head, line.age_group, *none]
    mean = [f"{found.mean[label]:.4f}" if label in found.mean else "" for label in labels]
    answer = [found.verdict, _yes(found.sure), f"{found.spread:.4f}"]
    return [*head, found.age_group, *answer, *mean]


def _said(line: WorklistLine) -> list[str]:
    word = list(line.word.as_json().values()) if line.word else [""] * (len(_SAID) - 1)
    return [*word, line.comment]


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
