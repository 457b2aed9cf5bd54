"""What a model may say of a patient: the classes that its run met in the patient's age group.

Probabilities are restricted to those classes and renormalised, so that they sum to 1 among what can
be answered; the raw ones of all classes are kept beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xray_core.data.labels import label_title
from xray_core.runs.scope import LEAST_TO_MEET, UNKNOWN, Scope

AGE_GROUPS = ("adult", "child")
PLURALS = {"adult": "adults", "child": "children"}


@dataclass(frozen=True)
class Possible:
    """The answers that a run can give.

    Attributes:
        classes: that it met, in the order of its logits; empty where it met none.
        never_met: its other classes.
        words: what that means, one sentence; empty where it met all of them.
        known: whether it is known what the run was trained on.
    """

    classes: tuple[str, ...]
    never_met: tuple[str, ...] = ()
    words: str = ""
    known: bool = True


def possible_for(scope: Scope | None, classes: Sequence[str], age_group: str) -> Possible:
    """What a run may say of a patient of an age group.

    Args:
        scope: of the run; None where its training films are not listed.
        classes: of the run.
        age_group: `adult` or `child`; "" where it is not known: what it met in any of the two.

    Returns:
        All classes where the scope is unknown, and where no training film states its age group
        those that were met at all; the words say either.
    """
    if scope is None:
        words = "It is not known what this model was trained on: it may never have met such films."
        return Possible(tuple(classes), words=words, known=False)
    met = scope.met
    if not any(cell.age_group in AGE_GROUPS for cell in scope.cells) and met.get(UNKNOWN):
        kept = tuple(label for label in classes if label in met[UNKNOWN])
        words = "The films that this model was trained on do not state the patient's age group."
        return Possible(kept, _others(classes, kept), words, known=False)
    groups = (age_group,) if age_group else AGE_GROUPS
    kept = tuple(label for label in classes if any(label in met[group] for group in groups))
    never = _others(classes, kept)
    words = " ".join(filter(None, (_never_met(classes, met[group], group) for group in groups)))
    return Possible(kept, never, words)


def restrict(probabilities: Mapping[str, float], classes: Sequence[str]) -> dict[str, float]:
    """Probabilities among some of the classes alone: divided by their sum.

    >>> restrict({"normal": 0.2, "viral": 0.5, "covid": 0.3}, ("normal", "covid"))
    {'normal': 0.4, 'covid': 0.6}

    Returns:
        Even shares where the model gave all of its probability to the other classes.
    """
    total = sum(probabilities[label] for label in classes)
    if total <= 0:
        return {label: 1 / len(classes) for label in classes}
    return {label: probabilities[label] / total for label in classes}


def in_sentence(label: str) -> str:
    """The title of a class inside a sentence: `viral pneumonia`, but `COVID-19`."""
    title = label_title(label)
    return title if title.isupper() or "-" in title else title[0].lower() + title[1:]


def joined(words: Sequence[str], by: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {by} {words[-1]}"


def _others(classes: Sequence[str], kept: Sequence[str]) -> tuple[str, ...]:
    return tuple(label for label in classes if label not in kept)


def _never_met(classes: Sequence[str], met: Sequence[str], age_group: str) -> str:
    """What a run cannot recognise in an age group; "" where it met all of its classes there."""
    never, who = _others(classes, met), PLURALS[age_group]
    if not never:
        return ""
    least = f"fewer than {LEAST_TO_MEET} real films"
    if not met:
        return f"This model met no class of {who}: it learnt from {least} of each."
    named = joined([in_sentence(label) for label in never])
    return f"For {who} this model cannot recognise {named}: it never met any ({least})."
