"""An answer in words, from probabilities alone. "Not sure" is an answer."""

from collections.abc import Collection, Mapping

from xray_core.data.labels import NORMAL
from xray_core.evaluation.probability import probability_text
from xray_core.opinion.scoped import in_sentence

SURE_PROBABILITY = 0.75
"""From this probability on, the likeliest class is named alone."""

WORTH_NAMING = 0.20
"""Classes above this are named when the answer is "not sure"."""


def headline(
    mean: Mapping[str, float], age_group: str, *, sure: bool, left: Collection[str] = ()
) -> str:
    """The answer of all models together in a few words.

    Args:
        mean: restricted to the classes that can be answered; not empty.
        age_group: `adult`, `child`, or "" where it is not known.
        sure: whether the likeliest class may be named alone.
        left: classes that cannot be ruled out: they are named, too, where it may not.

    Returns:
        `No pneumonia seen (0.91)`, `Most like viral pneumonia (0.83)`; for an adult, of whom the
        models met one kind of pneumonia alone, `Opacity like that of COVID-19 films (0.83)`; and
        `Not sure: no pneumonia (0.55) or opacity like that of COVID-19 films (0.45)`.
    """
    ranked = sorted(mean.items(), key=lambda item: -item[1])
    one_kind = age_group == "adult" and len([label for label in mean if label != NORMAL]) == 1
    if sure:
        label, probability = ranked[0]
        return f"{_answer(label, one_kind)} ({probability_text(probability)})"
    kept = [item for item in ranked if item[1] >= WORTH_NAMING or item[0] in left]
    named = kept[:3] if len(kept) > 1 else ranked[:2]
    words = [f"{_lean(label, one_kind)} ({probability_text(value)})" for label, value in named]
    return f"Not sure: {' or '.join(words)}"


def _answer(label: str, one_kind: bool) -> str:
    if label == NORMAL:
        return "No pneumonia seen"
    name = in_sentence(label)
    return f"Opacity like that of {name} films" if one_kind else f"Most like {name}"


def _lean(label: str, one_kind: bool) -> str:
    if label == NORMAL:
        return "no pneumonia"
    name = in_sentence(label)
    return f"opacity like that of {name} films" if one_kind else name
