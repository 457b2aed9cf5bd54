"""One opinion from end to end, by a network worked out by hand."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.planted import CLASSES, FILM_PX, mover
from xray_core.data.decoding.images import Film
from xray_core.data.film_facts import FilmFacts
from xray_core.opinion.answer import MOST_PIXELS, give_opinion
from xray_core.opinion.conformal import ConformalSets
from xray_core.opinion.consulted import Consulted
from xray_core.opinion.gate.result import GateFinding, GateResult
from xray_core.opinion.gate.tags import stopping_tags
from xray_core.opinion.scoped import Possible

LATERAL = GateResult((GateFinding("lateral", None, "It is a lateral view.", stops=True),))


@pytest.fixture(autouse=True)
def only_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    """The films here are noise and tiny drawings, which the gate would stop by their looks."""
    monkeypatch.setattr(
        "xray_core.opinion.answer.check", lambda film, facts: GateResult(stopping_tags(facts))
    )


@pytest.fixture(scope="module")
def asked() -> Consulted:
    return Consulted(mover())


def film(*, square: bool) -> Film:
    pixels = np.zeros((FILM_PX, FILM_PX), np.float32)
    pixels[0, 0] = 0.1
    if square:
        pixels[40:48, 40:48] = 1
    return Film(pixels)


def test_a_stopped_film_has_no_class_and_no_map_anywhere(asked: Consulted) -> None:
    found = give_opinion(film(square=True), [asked], gate=LATERAL, age_group="adult")
    assert found.verdict == "No answer: It is a lateral view."
    assert not found.answered
    assert not found.shows_maps
    assert found.models == ()
    text = json.dumps(found.as_json())
    assert not any(label in text for label in CLASSES)


def test_a_stopped_film_is_answered_on_request_and_marked(asked: Consulted) -> None:
    found = give_opinion(film(square=True), [asked], gate=LATERAL, answer_anyway=True)
    assert found.gate.overridden
    assert found.models
    assert not found.sure
    assert "Not a frontal chest film by the gate" in found.sentence


def test_a_model_of_unknown_training_answers_among_all_classes_and_says_so(
    asked: Consulted,
) -> None:
    found = give_opinion(film(square=True), [asked], age_group="adult", name="x/y/film.png")
    raw = asked.model.predict(film(square=True))
    assert found.mean == pytest.approx(raw)
    assert found.name == "film.png"
    assert found.conformal_set is None
    assert found.notes == (
        "It is not known what this model was trained on: it may never have met such films.",
    )
    assert found.models[0].map_words == ""
    assert found.models[0].attribution is not None


def test_the_mean_is_that_of_the_models_and_their_distance_is_said(asked: Consulted) -> None:
    other = Consulted(replace(asked.model, classes=CLASSES[::-1], title="Mirrored"))
    same = Consulted(replace(asked.model, title="Twin"))
    found = give_opinion(film(square=True), [asked, same, other], age_group="adult")
    raw = asked.model.predict(film(square=True))
    # The mirrored model has the same two classes in another order: it is no part of the mean.
    assert found.mean == pytest.approx(raw)
    assert found.spread == 0
    assert "Mirrored knows other classes and is not part of the mean." in found.notes


def test_an_age_group_of_the_file_counts_where_none_is_given(asked: Consulted) -> None:
    facts = FilmFacts(age_group="child")
    assert give_opinion(film(square=False), [asked], facts=facts).age_group == "child"
    chosen = give_opinion(film(square=False), [asked], facts=facts, age_group="adult")
    assert chosen.age_group == "adult"


def test_the_map_is_of_the_class_that_is_named_where_the_likeliest_was_never_met(
    asked: Consulted, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = asked.model.predict(film(square=True))
    second = sorted(raw, key=raw.__getitem__)[-2]
    never = tuple(label for label in raw if label != second)
    only = Possible((second,), never, "It met one class.")
    monkeypatch.setattr(Consulted, "possible", lambda self, age_group: only)
    (answer,) = give_opinion(film(square=True), [asked], age_group="adult").models
    assert answer.label == second
    assert answer.attribution is not None
    assert answer.attribution.label == second
    own = asked.model.explain(film(square=True))[second]
    np.testing.assert_allclose(answer.attribution.values, own.values, rtol=1e-3, atol=1e-5)


def test_steps_are_named_as_they_begin(asked: Consulted) -> None:
    steps: list[tuple[str, int, int]] = []
    give_opinion(film(square=False), [asked], progress=lambda *step: steps.append(step))
    assert steps == [
        ("Checking the film", 0, 3),
        ("Mover", 1, 3),
        ("Taking the models together", 2, 3),
    ]


def test_maps_show_only_where_the_set_holds_one_class(
    asked: Consulted, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = asked.model.predict(film(square=True))
    top = max(raw, key=lambda label: raw[label])

    def sets(least: dict[str, float]) -> None:
        fitted = ConformalSets(least, least, dict.fromkeys(CLASSES, 100))
        monkeypatch.setattr("xray_core.opinion.answer.sets_for", lambda *_: fitted)

    sets({label: 0.0 if label == top else 1.1 for label in CLASSES})
    found = give_opinion(film(square=True), [asked], age_group="adult")
    assert found.conformal_set == (top,)
    assert found.shows_maps
    assert found.as_json()["models"][0]["map"]["class"] == top
    sets(dict.fromkeys(CLASSES, 0.0))
    found = give_opinion(film(square=True), [asked], age_group="adult")
    assert found.conformal_set == CLASSES
    assert found.verdict.startswith("Not sure: ")
    assert found.as_json()["models"][0]["map"] is None


def test_a_large_film_is_answered_as_the_page_that_keeps_it_smaller_does(asked: Consulted) -> None:
    pixels = np.random.default_rng(0).random((2200, 2000), dtype=np.float32)
    large = Film(pixels)
    small = large.reduced(MOST_PIXELS)
    assert small.pixels.shape == (1100, 1000)
    assert small.id == large.id
    assert give_opinion(large, [asked]).mean == give_opinion(small, [asked]).mean
