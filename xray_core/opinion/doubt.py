"""When the answer is "not sure", and why. "Not sure" is an answer."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from xray_core.data.labels import NORMAL
from xray_core.evaluation.probability import probability_text
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.scoped import PLURALS, in_sentence, joined
from xray_core.opinion.verdict import SURE_PROBABILITY

MOST_SPREAD = 0.3
"""Models further apart than that are not taken together. Chosen on validation films of the shipped
models: of their answers by one class, 48 of 1,037 are wrong below it and 12 of 50 above."""


def spread_of(models: Sequence[Mapping[str, float]]) -> float:
    """How far apart models are: the largest total variation distance of two of them.

    >>> round(spread_of([{"normal": 0.9, "covid": 0.1}, {"normal": 0.3, "covid": 0.7}]), 2)
    0.6

    Args:
        models: probabilities over the same classes, of each.

    Returns:
        In [0, 1]; 0 for one model.
    """
    apart = (
        sum(abs(one[label] - other[label]) for label in one) / 2
        for one, other in combinations(models, 2)
    )
    return max(apart, default=0.0)


def reasons_of(
    gate: GateResult,
    mean: Mapping[str, float],
    sets: Mapping[str, tuple[str, ...] | None],
    spread: float,
) -> tuple[str, ...]:
    """Why no class can be named alone, in words; none where one can.

    Args:
        gate: what the gate found.
        mean: restricted mean of the models; empty where none met such a patient.
        sets: age group -> conformal set of the mean; both groups where the age is not known. None
            where there are no validation films.
        spread: as `spread_of`.
    """
    if not mean:
        return ("None of the models met real films of patients like this one.",)
    found = [gate.overridden_words] if gate.overridden else []
    top = max(mean, key=lambda label: mean[label])
    several = {group: labels for group, labels in sets.items() if labels is not None}
    if len({*several.values()}) > 1:
        words = "; ".join(f"for {PLURALS[group]} {_set(item)}" for group, item in several.items())
        found.append(f"The patient's age group is not known, and the answer hangs on it: {words}.")
    elif several:
        found += _of_set(next(iter(several.values())), top)
    elif mean[top] < SURE_PROBABILITY:
        least = probability_text(SURE_PROBABILITY)
        found.append(f"No class reaches a probability of {least}.")
    if spread > MOST_SPREAD:
        found.append(
            f"The models are apart: two of them differ by {probability_text(spread)} in what they "
            f"give to the classes (more than {probability_text(MOST_SPREAD)})."
        )
    return tuple(found)


def _of_set(labels: tuple[str, ...], top: str) -> list[str]:
    if len(labels) > 1:
        return [f"At 90 % these cannot be told apart: {_set(labels)}."]
    if not labels:
        return [
            "It lies between the classes: none is as probable as in 90 % of the films of its kind."
        ]
    if labels[0] != top:
        return [f"The only class left at 90 % is {_set(labels)}, which is not the likeliest."]
    return []


def _set(labels: Sequence[str]) -> str:
    names = ["no pneumonia" if label == NORMAL else in_sentence(label) for label in labels]
    return joined(names) if names else "none of the classes"
