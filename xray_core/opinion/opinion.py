"""The answer to one film: what each model says, what they say together, and what they cannot know.

Page, reports, command line and Python read the same `Opinion`, so that they give the same numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xray_core.arrays import BoolArray
from xray_core.data.film_facts import FilmFacts
from xray_core.explain.attribution import Attribution
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.similar import Similar
from xray_core.quality.trust import Reading, verdict

Probabilities = Mapping[str, float]
_DIGITS = 4


@dataclass(frozen=True)
class ModelAnswer:
    """What one model says of a film.

    Attributes:
        run_id: of the run, or name of the model's file.
        title: display name.
        weights: first 12 hex digits of the sha256 of the file of its weights; "" without a file.
        probabilities: class -> calibrated probability, over all classes of the model.
        restricted: the same over `possible`, renormalised.
        possible: classes of this age group that it met.
        never_met: its other classes.
        scope_words: what that means; "" where it met all.
        conformal_set: classes that cannot be ruled out at 90 %; None where no validation films are
            known to rest that on.
        attribution: the map of `label` by its measured default; None without a label.
        label: the likeliest of the possible classes, whose map is read; "" without one.
        map_words: how this map was measured, one sentence; "" where it was not.
        readings: what the map of `label` shows by itself.
        zones: where its evidence lies, in words that follow "the map"; "" for a flat map.
    """

    run_id: str
    title: str
    weights: str
    probabilities: Probabilities
    restricted: Probabilities
    possible: tuple[str, ...]
    never_met: tuple[str, ...] = ()
    scope_words: str = ""
    conformal_set: tuple[str, ...] | None = None
    attribution: Attribution | None = field(default=None, repr=False)
    label: str = ""
    map_words: str = ""
    readings: tuple[Reading, ...] = ()
    zones: str = ""

    @property
    def method(self) -> str:
        """Key in `METHODS` of the map; "" without one."""
        return self.attribution.method if self.attribution else ""

    @property
    def layer(self) -> str:
        """Layers that the map explains; "" for a method of the film."""
        return self.attribution.layer if self.attribution else ""

    @property
    def trust(self) -> tuple[str, str]:
        """How far its map can be trusted: one word and one sentence; empty without readings."""
        return verdict(self.readings) if self.readings else ("", "")

    def as_json(self, *, maps: bool) -> dict[str, Any]:
        """What is printed; `maps`: whether anything is said of its map."""
        word, sentence = self.trust
        shown = {
            "class": self.label,
            "method": self.method,
            "layer": self.layer,
            "measured": self.map_words,
            "zones": self.zones,
            "trust": {
                "word": word,
                "words": sentence,
                "readings": {item.name: round(item.value, _DIGITS) for item in self.readings},
            },
        }
        return {
            "run": self.run_id,
            "title": self.title,
            "weights": self.weights,
            "probabilities": _rounded(self.probabilities),
            "restricted": _rounded(self.restricted),
            "possible": list(self.possible),
            "never_met": list(self.never_met),
            "scope": self.scope_words,
            "set": None if self.conformal_set is None else list(self.conformal_set),
            "map": shown if maps and self.label else None,
        }


@dataclass(frozen=True)
class Opinion:
    """The answer to one film.

    >>> opinion = give_opinion(film, [Consulted.of(run)], age_group="child")
    >>> opinion.sure or bool(opinion.reasons)
    True

    Attributes:
        film_id: of the film.
        name: of its file, without folder; may be empty.
        facts: what the tags of its file say.
        age_group: `adult`, `child`, or "" where it is not known.
        gate: what the gate found. A film that it stopped has no model, no class and no map here.
        models: one answer per model; none for a stopped film.
        mean: restricted mean of the models with the same classes; empty for a stopped film, and
            where no model met a patient like this one.
        conformal_set: of that mean; None where no validation films are known to rest it on.
        sure: whether one class can be named. Where not, no map may glow.
        reasons: why it is not sure; empty where it is.
        notes: for the reader: scope of models, models left out of the mean.
        verdict: the headline, a few words with the probability.
        sentence: the whole answer in words, for a report; the reader may amend it.
        spread: largest distance of two models (total variation), in [0, 1]; 0 for one model.
        similar: the films most like it to the first model that has an index of films; None where
            none has.
        lungs: bool mask over the whole film, as `find_lungs` gives it; None where they were not
            found, and for a stopped film, on which they are not looked for.
    """

    film_id: str
    name: str
    facts: FilmFacts
    age_group: str
    gate: GateResult
    models: tuple[ModelAnswer, ...] = ()
    mean: Probabilities = field(default_factory=dict)
    conformal_set: tuple[str, ...] | None = None
    sure: bool = False
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    verdict: str = ""
    sentence: str = ""
    spread: float = 0.0
    similar: Similar | None = None
    lungs: BoolArray | None = field(default=None, repr=False, compare=False)

    @property
    def answered(self) -> bool:
        """Whether the gate let the film through, or was overridden."""
        return self.gate.answered

    @property
    def label(self) -> str:
        """The likeliest class of the mean; "" without one."""
        return max(self.mean, key=lambda label: self.mean[label]) if self.mean else ""

    @property
    def shows_maps(self) -> bool:
        """Whether maps may be shown: only where the answer is sure."""
        return self.answered and self.sure

    def as_json(self) -> dict[str, Any]:
        """What `opinion --json` prints; of a stopped film no class and no probability."""
        return {
            "film": self.film_id,
            "name": self.name,
            "age_group": self.age_group or None,
            "gate": self.gate.as_json(),
            "verdict": self.verdict,
            "sure": self.sure,
            "reasons": list(self.reasons),
            "notes": list(self.notes),
            "sentence": self.sentence,
            "mean": _rounded(self.mean) if self.mean else None,
            "set": None if self.conformal_set is None else list(self.conformal_set),
            "spread": round(self.spread, _DIGITS) if self.models else None,
            "similar": self.similar.as_json() if self.similar else None,
            "models": [item.as_json(maps=self.shows_maps) for item in self.models],
        }


def _rounded(values: Probabilities) -> dict[str, float]:
    return {label: round(float(value), _DIGITS) for label, value in values.items()}
