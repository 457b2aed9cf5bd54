"""Opinions made by hand: no network is asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from xray_core.data.decoding.images import Film
from xray_core.data.film_facts import FilmFacts
from xray_core.explain.attribution import Attribution
from xray_core.opinion.gate.result import GateFinding, GateResult
from xray_core.opinion.opinion import ModelAnswer, Opinion
from xray_core.opinion.scoped import restrict
from xray_core.quality.trust import Reading
from xray_core.reports.opinion.content import OpinionReport, opinion_report

TITLES = ("Small CNN", "ResNet50", "Xception")
CLASSES = ("normal", "bacterial", "viral", "covid")
MET = ("normal", "covid")
NEVER = "For adults this model cannot recognise bacterial pneumonia or viral pneumonia."
TIME = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
PASSED = GateResult()
SIDE = GateResult((GateFinding("turned", 90, "The film lies on its side.", True, "Turn it."),))

MakeReport = Callable[..., OpinionReport]


@pytest.fixture(scope="session")
def film() -> Film:
    return Film(np.tile(np.linspace(0, 1, 96, dtype=np.float32), (80, 1)))


def answer_of(number: int) -> ModelAnswer:
    """What one model says; each number of it is another one."""
    covid = 0.83 + 0.03 * number
    raw = {"normal": 0.071, "bacterial": 0.012, "viral": 0.917 - covid, "covid": covid}
    evidence = np.zeros((8, 8), np.float32)
    evidence[5, 2 + number] = 1
    return ModelAnswer(
        run_id=f"run-{number}",
        title=TITLES[number],
        weights=f"{number}a2b3c4d5e6f",
        probabilities=raw,
        restricted=restrict(raw, MET),
        possible=MET,
        never_met=("bacterial", "viral"),
        scope_words=NEVER,
        attribution=Attribution(evidence, "grad_cam", "covid", covid, layer="conv"),
        label="covid",
        readings=(Reading("corners", 0.9, 0.04),),
        zones="rests mostly on the left lower zone (41 %) and the right lower zone (27 %)",
    )


def opinion_of(gate: GateResult, *, sure: bool, name: str) -> Opinion:
    head = ("0123456789abcdef", name, FilmFacts(), "adult", gate)
    if not gate.answered:
        return Opinion(*head, verdict="No answer: The film lies on its side.")
    models = tuple(map(answer_of, range(3)))
    raw = {label: sum(item.probabilities[label] for item in models) / 3 for label in CLASSES}
    return Opinion(
        *head,
        models=models,
        mean=restrict(raw, MET),
        conformal_set=("covid",) if sure else MET,
        sure=sure,
        reasons=() if sure else ("At 90 % these cannot be told apart.",),
        notes=(NEVER,),
        verdict="Opacity like that of COVID-19 films (0.92)" if sure else "Not sure: either",
        sentence="Adult. Opacity.",
        spread=0.06,
    )


@pytest.fixture(scope="session")
def make_report(film: Film) -> MakeReport:
    """Makes the report of an answer that is sure, unless something else is asked for."""

    def make(
        gate: GateResult = PASSED, *, sure: bool = True, name: str = "film.png", **more: Any
    ) -> OpinionReport:
        return opinion_report(film, opinion_of(gate, sure=sure, name=name), time=TIME, **more)

    return make
