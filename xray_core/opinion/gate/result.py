"""What the gate found on a film, and whether an answer may follow."""

from dataclasses import dataclass
from typing import Any

KINDS = (
    "unreadable_contrast",
    "not_chest",
    "several",
    "lateral",
    "oblique",
    "inverted",
    "turned",
    "decubitus",
    "mirrored",
    "cut",
    "framed",
    "photographed",
    "burned_in",
    "dark",
    "small",
    "unlike_training",
    "not_checked",
)
"""What the gate can find, in the order in which it looks."""

PASSED = "Nothing found against an upright frontal chest film"
"""Said of a film that the gate does not stop."""

OVERRIDDEN = "Not a frontal chest film by the gate; answered all the same because that was asked."
"""Stands on every view and export of a film that was stopped and answered all the same."""


@dataclass(frozen=True)
class GateFinding:
    """One thing that the gate noticed.

    Attributes:
        kind: one of `KINDS`.
        value: of `turned`, the degrees (90, 180 or 270) by which the film has to be turned
            clockwise to stand upright; of the others what was measured, or None.
        words: one sentence for the reader.
        stops: whether no answer is given; a note otherwise.
        advice: what to do about it, one sentence; may be empty.
    """

    kind: str
    value: float | str | None
    words: str
    stops: bool
    advice: str = ""

    def as_json(self) -> dict[str, Any]:
        """`kind`, `value` and `words`."""
        return {"kind": self.kind, "value": self.value, "words": self.words}


@dataclass(frozen=True)
class GateResult:
    """What the gate found on one film.

    >>> GateResult().passed
    True

    Attributes:
        findings: in the order in which the gate looks; what would be nonsense after an earlier
            finding (whether a hand is mirrored) is not among them.
        overridden: whether an answer was asked for whatever the gate found, and it would have
            stopped the film.
    """

    findings: tuple[GateFinding, ...] = ()
    overridden: bool = False

    @property
    def passed(self) -> bool:
        """Whether no finding stops the film."""
        return not self.stopping

    @property
    def stopping(self) -> tuple[GateFinding, ...]:
        """The findings that stop it."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def notes(self) -> tuple[GateFinding, ...]:
        """The findings that do not stop it."""
        return tuple(finding for finding in self.findings if not finding.stops)

    @property
    def answered(self) -> bool:
        """Whether an answer may be given."""
        return self.passed or self.overridden

    @property
    def overridden_words(self) -> str:
        """What every view and export must then carry; empty where nothing was overridden."""
        if not self.overridden:
            return ""
        return f"{OVERRIDDEN} {' '.join(finding.words for finding in self.stopping)}"

    def has(self, kind: str) -> bool:
        """Whether that kind is among the findings."""
        return any(finding.kind == kind for finding in self.findings)

    def answer_anyway(self) -> "GateResult":
        """The same, overridden where it had stopped the film."""
        return GateResult(self.findings, overridden=not self.passed)

    def as_json(self) -> dict[str, Any]:
        """`passed`, `overridden` and `findings`, as `predict --json` prints them."""
        return {
            "passed": self.passed,
            "overridden": self.overridden,
            "findings": [finding.as_json() for finding in self.findings],
        }
