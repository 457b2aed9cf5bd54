"""What an audit found: findings ranked by harm, each with its films, its cost and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xray_core.data.records import Manifest, Record

KINDS = {
    "same_bytes": "Same file",
    "near_duplicate": "Near-duplicate",
    "altered_copy": "Altered copy",
    "patient_leak": "Patient in several splits",
    "label_conflict": "Same film, several labels",
    "patient_conflict": "Patient with several labels",
    "doubtful_label": "Doubtful label",
    "confounding": "Class known from something else",
    "split_cost": "What another division would claim",
}
"""Kinds of findings and their titles."""

COPIES = ("same_bytes", "near_duplicate", "altered_copy")
LEAKS = (*COPIES, "patient_leak")
GROUPS_OF_KINDS = {
    "leak": LEAKS,
    "label": ("label_conflict", "patient_conflict", "doubtful_label"),
    "confounding": ("confounding",),
}
"""What `--fail-on` can name."""

DIVIDE = (
    "Divide by patient with all copies together: Divide honestly on the Dataset page, or "
    "audit --divide on the command line."
)
"""What to do where a division leaks."""


@dataclass(frozen=True)
class Finding:
    """One thing in a data set that makes a score say something else than it seems to.

    Attributes:
        kind: key of `KINDS`.
        groups: ids of the records of each group of films that belong together.
        words: what was found, a sentence or two.
        effect: what it does to a score.
        todo: what to do.
        harm: in [0, 1], to rank findings of one audit.
        numbers: figures behind the words, by name.
    """

    kind: str
    groups: tuple[tuple[str, ...], ...]
    words: str
    effect: str = ""
    todo: str = ""
    harm: float = 0.0
    numbers: dict[str, object] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The kind, as it is shown."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class AuditReport:
    """All that an audit found.

    Attributes:
        manifest: the films that were looked at.
        findings: the most harmful first.
        not_evaluated: what could not be looked at, and why, a sentence each.
    """

    manifest: Manifest
    findings: tuple[Finding, ...]
    not_evaluated: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Keys `films`, `findings` (`kind`, `groups` of paths, `words`, `effect`, `todo`, `harm`,
        `numbers`) and `not_evaluated`.

        Paths are relative to the data set's folder; with several data sets they begin with its
        name.
        """
        several = len(self.manifest.roots) > 1
        records = self.manifest.by_id

        def place(film: str) -> str:
            return film if several else records[film].path

        return {
            "films": len(self.manifest.records),
            "findings": [
                {
                    "kind": item.kind,
                    "groups": [[place(film) for film in group] for group in item.groups],
                    "words": item.words,
                    "effect": item.effect,
                    "todo": item.todo,
                    "harm": round(item.harm, 3),
                    "numbers": item.numbers,
                }
                for item in self.findings
            ],
            "not_evaluated": list(self.not_evaluated),
        }

    def has(self, what: str) -> bool:
        """Whether there is a finding of a key of `GROUPS_OF_KINDS`.

        Copies within one split are no leak; where the data set has no split, any copies are.
        """
        return any(
            item.kind in GROUPS_OF_KINDS[what] and item.numbers.get("across_splits", True)
            for item in self.findings
        )


def rank(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The most harmful first; of equal harm in the order of `KINDS`."""
    order = list(KINDS)
    return tuple(sorted(findings, key=lambda item: (-item.harm, order.index(item.kind))))


def share_words(n: int, total: int) -> str:
    """`12 of 240 films (5 %)`."""
    share = 100 * n / max(total, 1)
    number = f"{share:.0f}" if share >= 1 or n == 0 else "less than 1"
    return f"{n:,} of {total:,} films ({number} %)"


def splits_of(records: Sequence[Record]) -> tuple[str, ...]:
    """The splits that these films are in, as the data set gives them; sorted."""
    return tuple(sorted({record.split for record in records if record.split}))
