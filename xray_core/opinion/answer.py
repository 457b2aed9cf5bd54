"""Give an opinion on one film: the gate, each model, their mean, and what they cannot know."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

from xray_core.arrays import BoolArray
from xray_core.data.decoding.images import Film
from xray_core.data.film_facts import FilmFacts
from xray_core.errors import WeightsError
from xray_core.explain.zones import place_of, place_sentence
from xray_core.lungs.finder import find_lungs
from xray_core.opinion.consulted import Consulted, sets_for, shared_classes
from xray_core.opinion.doubt import reasons_of, spread_of
from xray_core.opinion.gate import check
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.opinion import ModelAnswer, Opinion
from xray_core.opinion.scoped import AGE_GROUPS, restrict
from xray_core.opinion.similar import Similar, SimilarIndex, similar_films
from xray_core.opinion.verdict import headline
from xray_core.quality.trust import Reading, measured_on_boxes, quick_readings

StepProgress = Callable[[str, int, int], None]
"""Called with the name of the step that begins, its place from 0, and the number of steps."""

MOST_PIXELS = 4_000_000
"""Larger films are reduced to that before anything looks at them, so that a page, which keeps no
larger ones in memory, gives the same numbers as a command that reads the whole file."""

CHECKING, TOGETHER = "Checking the film", "Taking the models together"
_Sets = dict[str, tuple[str, ...] | None]


def give_opinion(
    film: Film,
    models: Sequence[Consulted],
    *,
    name: str = "",
    facts: FilmFacts | None = None,
    age_group: str = "",
    gate: GateResult | None = None,
    answer_anyway: bool = False,
    progress: StepProgress | None = None,
) -> Opinion:
    """What some models say of one film, and what they cannot know.

    >>> opinion = give_opinion(film, [Consulted.of(run)], age_group="adult")
    >>> opinion.answered, len(opinion.models)
    (True, 1)

    Args:
        film: as it was read.
        models: that are asked, one or more.
        name: of its file; folders in it are left out.
        facts: what the tags of its file say; None for nothing.
        age_group: `adult` or `child`; "" takes that of the facts.
        gate: what the gate found where that is known already; None asks it.
        answer_anyway: whether a film that the gate stops is answered all the same, and marked.
        progress: called with the name of each step as it begins.

    Returns:
        Without any class or map where the gate stopped the film.

    Raises:
        ExplainError: the weights of a model are damaged.
        RunError: a file in the folder of a run is damaged.
    """
    facts, film = facts or FilmFacts(), film.reduced(MOST_PIXELS)
    age_group = age_group or facts.age_group
    steps = [CHECKING, *(item.model.title for item in models), TOGETHER]

    def begin(place: int) -> None:
        if progress is not None:
            progress(steps[place], place, len(steps))

    begin(0)
    gate = check(film, facts) if gate is None else gate
    gate = gate.answer_anyway() if answer_anyway else gate
    head = (film.id, PurePath(name.replace("\\", "/")).name, facts, age_group, gate)
    if not gate.answered:
        words = f"No answer: {gate.stopping[0].words}"
        return Opinion(*head, reasons=tuple(item.words for item in gate.stopping), verdict=words)
    lungs = _lungs_of(film)
    answers = []
    for place, item in enumerate(models, 1):
        begin(place)
        answers.append(_ask(item, film, age_group, lungs))
    begin(len(models) + 1)
    opinion = _together(Opinion(*head, models=tuple(answers), lungs=lungs), models)
    return replace(opinion, similar=_similar(film, models))


def _similar(film: Film, models: Sequence[Consulted]) -> Similar | None:
    """The films most like it to the first model with an index of real films, else with any."""
    drawn: tuple[Consulted, SimilarIndex] | None = None
    for item in models:
        index = item.index
        if index is not None and not index.synthetic:
            return similar_films(film, item.model, index)
        if index is not None:
            drawn = drawn or (item, index)
    return similar_films(film, drawn[0].model, drawn[1]) if drawn else None


def _lungs_of(film: Film) -> BoolArray | None:
    """The lungs; None where they are not found, or the network that finds them is not there."""
    try:
        return find_lungs(film.pixels)
    except WeightsError:
        return None


def _ask(item: Consulted, film: Film, age_group: str, lungs: BoolArray | None) -> ModelAnswer:
    """What one model says of a film that may be answered."""
    raw, maps = item.model.predict_and_explain(film)
    possible = item.possible(age_group)
    restricted = restrict(raw, possible.classes) if possible.classes else {}
    label = max(restricted, key=lambda key: restricted[key]) if restricted else ""
    if label and label not in maps:  # the likeliest class of all is one that it never met
        maps = item.model.explain(film, classes=[label])
    shown = maps.get(label)
    readings: tuple[Reading, ...] = ()
    zones = ""
    if shown is not None:
        measured = measured_on_boxes(item.run, shown) if item.run else None
        readings = quick_readings(shown, lungs) + ((measured,) if measured else ())
        where = place_of(shown.values, lungs)
        zones = place_sentence(where) if where else ""
    default = item.model.default
    return ModelAnswer(
        run_id=item.model.source,
        title=item.model.title,
        weights=item.weights,
        probabilities=raw,
        restricted=restricted,
        possible=possible.classes,
        never_met=possible.never_met,
        scope_words=possible.words,
        conformal_set=_union(_sets([item], possible.classes, restricted and raw, age_group)),
        attribution=shown,
        label=label,
        map_words=default.words if default else "",
        readings=readings,
        zones=zones,
    )


def _together(opinion: Opinion, models: Sequence[Consulted]) -> Opinion:
    """The mean of the models that can be taken together, and whether one class can be named."""
    group, notes = _same_classes(opinion.models)
    able = [answer for answer in group if answer.possible]
    asked = [item for item, answer in zip(models, opinion.models, strict=True) if answer in able]
    mean: dict[str, float] = {}
    sets: _Sets = {}
    spread = 0.0
    if able:
        shared = tuple(
            label for label in able[0].possible if all(label in answer.possible for answer in able)
        )
        raw = {
            label: sum(answer.probabilities[label] for answer in able) / len(able)
            for label in able[0].probabilities
        }
        mean = restrict(raw, shared) if shared else {}
        sets = _sets(asked, shared, raw if shared else {}, opinion.age_group)
        spread = spread_of([restrict(answer.probabilities, shared) for answer in able])
    reasons = reasons_of(opinion.gate, mean, sets, spread)
    words = _none_met(opinion.age_group)
    if mean:
        words = headline(mean, opinion.age_group, sure=not reasons, left=_union(sets) or ())
    opinion = replace(
        opinion,
        mean=mean,
        conformal_set=_union(sets),
        sure=not reasons,
        reasons=reasons,
        notes=notes,
        spread=spread,
        verdict=words,
    )
    return replace(opinion, sentence=_sentence(opinion, len(able)))


def _sets(
    models: list[Consulted], classes: tuple[str, ...], raw: dict[str, float], age_group: str
) -> _Sets:
    """Conformal set by age group; that of both groups where the age group is not known."""
    if not raw:
        return {}
    found: _Sets = {}
    for group in (age_group,) if age_group else AGE_GROUPS:
        met = tuple(label for label in shared_classes(models, group) if label in classes)
        sets = sets_for(models, met, group) if met else None
        found[group] = sets.set_of(restrict(raw, met)) if sets else None
    return found


def _union(sets: _Sets) -> tuple[str, ...] | None:
    """The classes of all sets: with an unknown age group, none that either group would keep."""
    known = [labels for labels in sets.values() if labels is not None]
    return tuple(dict.fromkeys(label for labels in known for label in labels)) if known else None


def _same_classes(
    answers: Sequence[ModelAnswer],
) -> tuple[list[ModelAnswer], tuple[str, ...]]:
    """The largest group of models with the same classes, and notes on the models."""
    groups: dict[tuple[str, ...], list[ModelAnswer]] = {}
    for answer in answers:
        groups.setdefault(tuple(answer.probabilities), []).append(answer)
    largest = max(groups.values(), key=len)
    notes: dict[str, None] = {}
    for answer in answers:
        if answer.scope_words:
            several = len({item.scope_words for item in answers}) > 1
            lead = f"{answer.title}: " if several else ""
            notes[f"{lead}{answer.scope_words}"] = None
        if answer not in largest:
            notes[f"{answer.title} knows other classes and is not part of the mean."] = None
    return largest, tuple(notes)


def _none_met(age_group: str) -> str:
    who = {"adult": "an adult", "child": "a child"}.get(age_group, "any patient")
    return f"Not sure: these models met no real film of {who}"


def _sentence(opinion: Opinion, n_models: int) -> str:
    """The whole answer in words: patient, verdict, models, places, and why it is not sure."""
    who = {"adult": "Adult", "child": "Child"}.get(opinion.age_group, "Age group not known")
    by = f", mean of {n_models} models" if n_models > 1 else ""
    parts = [f"{who}. {opinion.verdict}{by}."]
    if opinion.sure:
        parts += [
            f"{answer.title}: the map {answer.zones}."
            for answer in opinion.models
            if answer.zones and answer.label == opinion.label
        ]
    return " ".join((*parts, *opinion.reasons))
