"""Scores as lines of text, for the command line."""

from collections.abc import Iterator, Mapping
from typing import Any

from xray_core.evaluation.intervals import words_for

_MEANS = ("accuracy", "balanced_accuracy", "macro_f1", "auc_macro")


def score_lines(scores: Mapping[str, Any]) -> Iterator[str]:
    """Everything that `score_predictions` returns; scores of older versions lack some lines."""
    for name in _MEANS:
        yield f"{name:24} {words_for(scores[name])}"
    for label, part in scores["per_class"].items():
        sensitivity, specificity = map(words_for, (part["sensitivity"], part["specificity"]))
        yield f"{label:24} sensitivity {sensitivity}, specificity {specificity}"
    yield from pair_lines(scores)
    for source, part in scores["per_source"].items():
        yield f"source {source:17.60} accuracy {words_for(part['accuracy'])}, n {part['n']}"
    if without := scores.get("without_denied"):
        yield f"without the {without['n_denied']} films whose reading denies their label:"
        for name in _MEANS:
            yield f"  {name:22} {words_for(without[name])}"
        yield from (f"  {line}" for line in pair_lines(without))


def pair_lines(scores: Mapping[str, Any]) -> Iterator[str]:
    """One class against another, over all films and within every source that has both."""
    for pair in scores.get("pairs", ()):
        names = " or ".join(pair["classes"])
        yield f"{names:24} accuracy {words_for(pair['accuracy'])}, {_apart(pair)}"
        for source, part in pair.get("within_source", {}).items():
            yield f"  within {source:15.60} {_apart(part)}, n {part['n']}"


def _apart(part: Mapping[str, Any]) -> str:
    words = f"AUC {words_for(part['auc'])}"
    if found := part.get("specificity_at_90"):
        words += f", specificity at 90 % sensitivity {words_for(found)}"
    return words
