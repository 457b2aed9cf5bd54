"""What the lab comes to, in words, by rules that are stated beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from xray_core.data.labels import label_title
from xray_core.evaluation.intervals import words_for

AREA_WITHOUT = 0.70
"""AUC of a class without the lungs, at the low end of its interval, from which it is a finding."""

AREA_HINT = 0.55
"""The same from which it is a hint: better than chance, but no finding."""

LOSS_OF_MARKS = 0.03
"""Balanced accuracy lost where corners and marks are hidden, at the least end of its interval."""

LOSS_OF_GREYS = 0.05
"""The same where greys are matched."""

LOSS_WITHIN = 0.05
"""AUC lost within one source, from the low end over all sources to the high end within it."""

_WITHOUT = ("without_lungs", "border_alone")

LEANS, QUIET, OPEN = "leans on shortcuts", "no shortcut found", "not measured"

RULE = (
    f"Rule: a class that is told from the rest without the lungs or by the border alone (AUC above "
    f"{AREA_WITHOUT:.2f}), {LOSS_OF_MARKS:.2f} of balanced accuracy lost with marks hidden, "
    f"{LOSS_OF_GREYS:.2f} with greys matched, or {LOSS_WITHIN:.2f} of AUC within one source; each "
    f"beyond its 95 % interval. A hint: AUC above {AREA_HINT:.2f} without the lungs or by the "
    "border alone."
)


@dataclass(frozen=True)
class Verdict:
    """What was found, and by which rule.

    Attributes:
        word: `leans on shortcuts`, `no shortcut found` or `not measured`.
        findings: a sentence each, with its figures.
        rule: that the word follows.
        hints: a sentence each on what is told without the lungs, better than by chance but too
            little for a finding.
    """

    word: str
    findings: tuple[str, ...]
    rule: str = RULE
    hints: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """One sentence."""
        if self.word == LEANS:
            return f"This model leans on shortcuts: {len(self.findings)} of the signs were found."
        if self.word == OPEN:
            return "Whether this model leans on shortcuts was not measured."
        if self.hints:
            return "No shortcut was found, but hints of one: that is no proof that there is none."
        return "No shortcut was found. That is no proof that there is none."

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        lists = {"findings": list(self.findings), "hints": list(self.hints)}
        return asdict(self) | lists | {"words": self.words}


def verdict_of(
    changes: Sequence[Mapping[str, Any]], within: Sequence[Mapping[str, Any]]
) -> Verdict:
    """The verdict on a run.

    Args:
        changes: rows of changed films. Without an AUC that has an interval the question stays
            open, as with films of one class.
        within: rows of classes within one source.
    """
    by_name = {row["change"]: row for row in changes}
    told = [
        (
            area["low"] or 0,
            f"{row['title']}: {label_title(label)} is still told from the rest (AUC "
            f"{words_for(area)}; chance 0.500).",
        )
        for name in _WITHOUT
        if (row := by_name.get(name))
        for label, area in row["auc"].items()
    ]
    findings = [words for low, words in told if low > AREA_WITHOUT]
    hints = tuple(words for low, words in told if AREA_HINT < low <= AREA_WITHOUT)
    for name, least in (("without_marks", LOSS_OF_MARKS), ("matched", LOSS_OF_GREYS)):
        row = by_name.get(name)
        if row and _least_loss(row["difference"]) > least:
            lost = words_for(row["difference"], "{:+.3f}".format, dash=" to ")
            findings.append(
                f"{row['title']}: balanced accuracy {words_for(row['balanced_accuracy'])}, "
                f"changed by {lost}."
            )
    for row in within:
        inside, plain = row["auc"], row["plain"]
        ends = (inside["high"], plain["low"])
        if None not in ends and ends[1] - ends[0] > LOSS_WITHIN:
            findings.append(
                f"{label_title(row['class'])} or normal within {row['source'] or 'one source'}: "
                f"AUC {words_for(inside)} against {words_for(plain)} over all sources."
            )
    if findings:
        return Verdict(LEANS, tuple(findings), hints=hints)
    return Verdict(QUIET if can_tell(changes) else OPEN, (), hints=hints)


def can_tell(changes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it was measured how far a class is told without the lungs or by the border alone."""
    return any(
        area["low"] is not None
        for row in changes
        if row["change"] in _WITHOUT
        for area in row["auc"].values()
    )


def _least_loss(difference: Mapping[str, Any]) -> float:
    """How much is lost at least; the loss itself where every draw of patients gives the same."""
    end = difference["value"] if difference["high"] is None else difference["high"]
    return -float(end or 0)
