"""What speaks against relying on the maps of a film."""

from collections.abc import Mapping, Sequence

from pages.ui.film.panel import Attributions
from pages.ui.film.viewer import Doubt
from xray_core.arrays import BoolArray
from xray_core.explain.attribution import Attribution
from xray_core.opinion.verdict import SURE_PROBABILITY
from xray_core.quality.trust import (
    Reading,
    measured_on_boxes,
    quick_readings,
    same_class,
    verdict,
)
from xray_core.runs.store import Run


def readings_of(
    runs: Sequence[Run], attributions: Attributions, lungs: BoolArray | None
) -> dict[tuple[str, str], tuple[Reading, ...]]:
    """What each map alone shows, and what was measured of its kind, by run and class."""
    found: dict[tuple[str, str], tuple[Reading, ...]] = {}
    for run in runs:
        others = [attributions[other.id] for other in runs if other != run]
        for item in attributions[run.id]:
            quick = quick_readings(item, lungs, same_class(item, others))
            of_kind = measured_on_boxes(run, item) if quick else None
            found[run.id, item.label] = (*quick, of_kind) if of_kind else quick
    return found


def doubts_of(
    runs: Sequence[Run],
    attributions: Attributions,
    readings: Mapping[tuple[str, str], Sequence[Reading]],
) -> dict[tuple[str, str], Doubt | None]:
    """What speaks against maps, by run and class: their model is not sure, or they are doubtful."""
    unsure = {run.id: is_unsure(attributions[run.id]) for run in runs}
    return {
        (run_id, label): doubt_of(found, unsure=unsure[run_id])
        for (run_id, label), found in readings.items()
    }


def is_unsure(answers: Sequence[Attribution]) -> bool:
    """Whether a model is not sure of its answer."""
    return max(item.probability for item in answers) < SURE_PROBABILITY


def doubt_of(readings: Sequence[Reading], *, unsure: bool) -> Doubt | None:
    """None for a map that is not shown, and where nothing speaks against it."""
    if not readings:
        return None
    marks, words = [], []
    if unsure:
        marks.append("not sure")
        words.append(f"The model is not sure: no class reaches {SURE_PROBABILITY:.2f}.")
    word, sentence = verdict(readings)
    if word != "good":
        marks.append(f"{word} map")
        words.append(sentence)
    return Doubt(", ".join(marks), " ".join(words)) if marks else None
