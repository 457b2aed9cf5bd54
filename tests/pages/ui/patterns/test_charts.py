from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pages.ui.patterns.charts import (
    agreement_chart,
    agreement_table,
    profile_table,
    shown_regions,
    zone_chart,
)
from pages.ui.patterns.source import model_names
from xray_core.explain.explained import ExplainedFilms
from xray_core.patterns.intervals import Mean
from xray_core.patterns.model import ModelPatterns, learn_patterns
from xray_core.runs.store import Run


def stored(n: int = 3) -> ExplainedFilms:
    rng = np.random.default_rng(0)
    return ExplainedFilms(
        ("normal", "covid"),
        tuple(map(str, range(n))),
        ("covid",) * n,
        ("",) * n,
        tuple(map(str, range(n))),
        np.full((n, 2), 0.5, np.float16),
        rng.random((n, 2, 4, 4)).astype(np.float16),
        np.zeros((n, 64, 64), bool),
    )


@pytest.fixture
def models() -> tuple[ModelPatterns, ...]:
    turned = replace(stored(), evidence=(1 - stored().evidence).astype(np.float16))
    return learn_patterns("A", stored()), learn_patterns("B", turned)


def test_dots_of_two_models_stand_at_their_shares_with_an_even_map_beside() -> None:
    shares = {"A": {"corners": Mean(0.2, 0.1, 0.4, 9)}, "B": {"corners": Mean(0.3, 0.3, 0.3, 9)}}
    figure = zone_chart(shares, {"corners": 0.16}, ["corners"])
    first, second, even = figure.data
    assert (first.x[0], second.x[0], even.x[0]) == pytest.approx((20, 30, 16))
    assert first.error_x.array[0] == pytest.approx(20)
    assert first.error_x.arrayminus[0] == pytest.approx(10)
    assert first.y[0] < 0 < second.y[0], "dots do not hide each other"
    assert first.marker.symbol != second.marker.symbol
    assert first.text[0] == "20 % (10 to 40), n = 9"


def test_regions_are_those_that_are_known(models: tuple[ModelPatterns, ...]) -> None:
    assert "film_left_upper" in shown_regions(models)
    with_lungs = replace(stored(), lungs=np.ones((3, 64, 64), bool))
    assert "left_upper" in shown_regions([learn_patterns("A", with_lungs)])


def test_agreement_is_told_for_classes_with_films(models: tuple[ModelPatterns, ...]) -> None:
    table = agreement_table(models)
    assert table[["first", "second", "class", "n"]].values.tolist() == [["A", "B", "covid", 3]]
    assert table["correlation"][0] == pytest.approx(-1, abs=0.01)
    figure = agreement_chart(table)
    assert figure.data[0].name == "A and B"
    assert figure.layout.xaxis.range[0] < -1
    assert agreement_table(models[:1]).empty


def test_the_table_holds_every_share_that_is_known(models: tuple[ModelPatterns, ...]) -> None:
    table = profile_table(models)
    assert set(table["model"]) == {"A", "B"}
    assert set(table["class"]) == {"covid"}
    assert len(table) == 2 * 8, "six parts of the film, corners, border"
    assert table["share"].between(0, 1).all()


def test_models_of_one_kind_are_told_apart_by_letters(make_run: Callable[..., Run]) -> None:
    runs = [
        make_run(f"2026-01-0{day}T000000Z-{name}-0000", network=name)
        for day, name in enumerate(("small_cnn", "xception", "small_cnn"), start=1)
    ]
    assert list(model_names(runs).values()) == ["Small CNN A", "Xception", "Small CNN C"]
