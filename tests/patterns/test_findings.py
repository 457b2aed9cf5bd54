"""Each sentence, with maps for which the numbers are known."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.patterns.conftest import MakeStored
from xray_core.data.decoding.images import to_uint8
from xray_core.data.phantom import make_phantom
from xray_core.explain.explained import explain_films
from xray_core.patterns.findings import LEAST_FILMS, Finding, find_patterns
from xray_core.patterns.model import ModelPatterns, learn_patterns
from xray_core.patterns.places import profile

Map = NDArray[np.floating]
N = LEAST_FILMS


@pytest.fixture
def middle() -> Map:
    """All evidence in the middle of the film, over all thirds and both halves."""
    values = np.zeros((20, 20))
    values[4:16, 6:14] = 1
    return values


@pytest.fixture
def corner() -> Map:
    values = np.zeros((20, 20))
    values[0:2, 0:2] = 1
    return values


def alike(values: Map, n: int = N) -> list[Map]:
    """The same map on many films, but for 3 % from place to place: real films differ."""
    rng = np.random.default_rng(0)
    return [values * rng.uniform(0.97, 1.03, values.shape) for _ in range(n)]


def words_of(found: Sequence[Finding]) -> str:
    return " ".join(finding.words for finding in found)


def test_nothing_stands_out_where_the_evidence_is_in_the_middle(
    make_stored: MakeStored, middle: Map
) -> None:
    assert find_patterns([learn_patterns("A", make_stored([middle] * N))]) == ()


def test_corners_are_told_for_all_models_that_look_there(
    make_stored: MakeStored, middle: Map, corner: Map
) -> None:
    # one part in the corner of four or of five: 25 and 20 %
    models = [
        learn_patterns(name, make_stored(alike(middle / middle.sum() * rest + corner / 4)))
        for name, rest in (("A", 3), ("B", 4), ("C", 19))
    ]
    (found,) = [item for item in find_patterns(models) if item.warns]
    assert found.label == "covid"
    assert found.words == (
        "A and B put 20-25 % of their evidence for COVID-19 in the corners of the film "
        "(an even map: 16 %): a marker shortcut is possible."
    )
    assert words_of(find_patterns(models[:2])).startswith("Both models put 20-25 % of their")
    assert words_of(find_patterns(models[:1])).startswith("A puts 25 % of its evidence")


def test_too_few_films_or_too_wide_an_interval_say_nothing(
    make_stored: MakeStored, middle: Map, corner: Map
) -> None:
    few = learn_patterns("A", make_stored([corner] * (N - 1)))
    assert find_patterns([few]) == ()
    wide = learn_patterns("A", make_stored([corner] * 3 + [middle] * (N - 3)))  # 30 %, 0 to 60
    assert "corners" not in words_of(find_patterns([wide]))


def test_a_model_that_looks_past_the_lungs(
    make_stored: MakeStored, middle: Map, lungs: NDArray[np.bool_]
) -> None:
    between = np.zeros((64, 64))
    between[20:40, 28:36] = 1
    past = learn_patterns("A", make_stored(alike(between, 6 * N), lungs=lungs))
    found = find_patterns([past])
    assert words_of(found).startswith("A has only ")
    assert "inside the lungs, less than an even map (18 %)" in words_of(found)
    inside = learn_patterns("A", make_stored([lungs.astype(float)] * N, lungs=lungs))
    assert find_patterns([inside]) == ()


def test_evidence_below_the_diaphragm(make_stored: MakeStored, lungs: NDArray[np.bool_]) -> None:
    low = lungs.astype(float) / 4
    low[52:60, 12:52] = 1
    (found, *_) = find_patterns([learn_patterns("A", make_stored(alike(low), lungs=lungs))])
    assert found.warns
    assert found.words.startswith("A puts ")
    assert found.words.endswith(
        "of its evidence for COVID-19 below the diaphragm (an even map: 28 %), where no pneumonia "
        "is."
    )


def test_wrong_films_whose_evidence_lies_in_the_corners(
    make_stored: MakeStored, middle: Map, corner: Map
) -> None:
    right = [True] * (4 * N) + [False] * N
    model = learn_patterns("A", make_stored([middle] * (4 * N) + [corner] * N, right=right))
    assert (
        "On the COVID-19 films that A gets wrong, 100 % of the evidence lies in the corners; "
        "on the others 0 %." in words_of(find_patterns([model]))
    )


def test_sources_that_are_looked_at_elsewhere(make_stored: MakeStored, middle: Map) -> None:
    low = np.zeros((20, 20))
    low[16:, 5:15] = 1
    sources = ["clinic"] * N + [""] * N
    apart = learn_patterns("A", make_stored([middle] * N + [low] * N, sources=sources))
    found = [item for item in find_patterns([apart]) if item.warns]
    assert len(found) == 1
    assert "A looks elsewhere on films of unknown source than on films of clinic" in words_of(found)
    same = learn_patterns("A", make_stored([middle] * 2 * N, sources=sources))
    assert find_patterns([same]) == ()
    chance = np.random.default_rng(0).random((2 * N, 20, 20))
    assert find_patterns([learn_patterns("A", make_stored(list(chance), sources=sources))]) == ()


def test_a_strong_zone_of_the_lungs_or_part_of_the_film(
    make_stored: MakeStored, lungs: NDArray[np.bool_]
) -> None:
    low = np.zeros((64, 64))
    low[38:44, 42:50] = 1
    found = find_patterns([learn_patterns("A", make_stored(alike(low), lungs=lungs))])
    assert "of its evidence for COVID-19 in the left lower zone (an even map: 3 %)" in words_of(
        found
    )
    assert not found[0].warns
    bare = find_patterns([learn_patterns("A", make_stored(alike(low)))])
    assert "middle third of the film, left (an even map: 17 %)" in words_of(bare)


def test_models_that_look_at_the_same_places_and_one_that_does_not(
    make_stored: MakeStored, middle: Map
) -> None:
    same, other = make_stored([middle] * N), make_stored([np.roll(middle, 6, axis=1)] * N)
    models = [learn_patterns(n, s) for n, s in (("A", same), ("B", same), ("C", other))]
    assert find_patterns(models[:2])[0].words == (
        "Both models look at the same places for COVID-19 (correlation 1.00)."
    )
    told = [item.words for item in find_patterns(models) if "same places" in item.words]
    assert told == [
        "A and B look at the same places for COVID-19 (correlation 1.00); C does not (-0.01)."
    ]
    apart = [item for item in find_patterns(models[1:]) if "places" in item.words]
    assert apart[0].words == (
        "No two models look at the same places for COVID-19 (correlation at most -0.01)."
    )
    assert apart[0].warns


@pytest.fixture(scope="module")
def edge_finder() -> Any:
    """A network that finds sharp bright points, in cells of 12 px, and calls them COVID-19."""
    import keras

    film = keras.Input((98, 98, 1))
    points = keras.layers.Conv2D(1, 3, activation="relu", name="points")(film)
    cells = keras.layers.Conv2D(1, 12, strides=12, use_bias=False, name="cells")(points)
    pooled = keras.layers.GlobalAveragePooling2D()(cells)
    model = keras.Model(film, keras.layers.Dense(2, name="logits")(pooled), name="edges")
    contrast = np.full((3, 3, 1, 1), -1 / 8)
    contrast[1, 1] = 1
    model.get_layer("points").set_weights([contrast, np.zeros(1)])
    model.get_layer("cells").set_weights([np.ones((12, 12, 1, 1))])
    model.get_layer("logits").set_weights([np.array([[-1, 1]]), np.zeros(2)])
    model.target_layer = "cells"
    return model


def test_a_planted_marker_is_found_and_called_a_shortcut(
    make_stored: MakeStored, edge_finder: Any
) -> None:
    models: dict[bool, ModelPatterns] = {}
    for shortcut in (False, True):
        films = [
            to_uint8(make_phantom("covid", seed, size_px=98, shortcut=shortcut).image)
            for seed in range(N)
        ]
        maps = explain_films(edge_finder, np.stack(films))[1]
        models[shortcut] = learn_patterns("A", make_stored(list(maps[:, 1])))
    rows = np.arange(N)
    without, planted = (profile(models[key].places, rows)["corners"] for key in (False, True))
    assert planted.low > without.high
    assert "a marker shortcut is likely" in words_of(find_patterns([models[True]]))
    assert "a marker shortcut is likely" not in words_of(find_patterns([models[False]]))
