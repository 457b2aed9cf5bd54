"""An answer in words, from probabilities alone. "Not sure" is an answer."""

from collections.abc import Collection, Mapping

from xray_core.data.labels import NORMAL, label_title
from xray_core.evaluation.probability import probability_text

SURE_PROBABILITY = 0.75
"""From this probability on, the likeliest class is named alone."""

WORTH_NAMING = 0.20
"""Classes above this are named when the answer is "not sure"."""


def verdict(probabilities: Mapping[str, float]) -> str:
    """What one model answers.

    Args:
        probabilities: by class; they sum to 1.

    Returns:
        `Most like COVID-19 (0.83)` or `Not sure: COVID-19 (0.48) or viral pneumonia (0.37)`.
    """
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])
    label, probability = ranked[0]
    if probability >= SURE_PROBABILITY:
        return f"Most like {_name(label)} ({probability_text(probability)})"
    named = [item for item in ranked if item[1] >= WORTH_NAMING][:3] or ranked[:2]
    words = " or ".join(f"{_name(label)} ({probability_text(value)})" for label, value in named)
    return f"Not sure: {words}"


def joint_verdict(probabilities: Mapping[str, Mapping[str, float]]) -> str:
    """What several models answer together.

    Args:
        probabilities: by model title, then by class.

    Returns:
        One sentence: they agree on a class, they disagree, or none is clear.
    """
    if len(probabilities) == 1:
        return verdict(next(iter(probabilities.values())))
    tops = {
        model: max(values, key=lambda label: values[label])
        for model, values in probabilities.items()
    }
    sure = [
        model for model, label in tops.items() if probabilities[model][label] >= SURE_PROBABILITY
    ]
    if len(set(tops.values())) == 1:
        label = next(iter(tops.values()))
        everyone = "both models" if len(tops) == 2 else f"all {len(tops)} models"
        if len(sure) == len(tops):
            return f"{everyone.capitalize()}: most like {_name(label)}"
        return f"Not sure: {everyone} lean to {_name(label)}, {len(sure)} of them clearly"
    words = ", ".join(f"{model}: {_name(label)}" for model, label in tops.items())
    return f"The models disagree. {words}"


def _name(label: str) -> str:
    """The title inside a sentence: `viral pneumonia`, but `COVID-19`."""
    title = label_title(label)
    return title if title.isupper() or "-" in title else title[0].lower() + title[1:]


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
    return f"Opacity like that of {_name(label)} films" if one_kind else f"Most like {_name(label)}"


def _lean(label: str, one_kind: bool) -> str:
    if label == NORMAL:
        return "no pneumonia"
    return f"opacity like that of {_name(label)} films" if one_kind else _name(label)
