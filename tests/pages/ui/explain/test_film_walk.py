from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from pages.ui.explain import film_walk
from pages.ui.explain.film_walk import SHEET, FilmWalk
from pages.ui.explain.gallery import film_table
from pages.ui.film.viewer import Facts
from pages.ui.shared.cache import record_film
from xray_core.data.records import Manifest
from xray_core.errors import ImageReadError
from xray_core.explain.explained import collect_films
from xray_core.runs.store import Run


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Places of the films that were made ready, in order."""
    places: list[int] = []

    def look_ahead(_film: Any, _runs: Any, _maps: Any, facts: Facts) -> dict[str, object]:
        assert facts.position is not None
        places.append(facts.position[0] - 1)
        return {"position": facts.position, "caption": facts.caption}

    monkeypatch.setattr(film_walk, "look_ahead", look_ahead)
    monkeypatch.setattr(film_walk, "record_lungs", lambda *_: None)
    monkeypatch.setattr(st, "session_state", {})
    return places


def walk_of(films: Manifest, run: Run, method: str = "grad_cam") -> FilmWalk:
    n = len(films.records)
    answers = np.full((n, 4), 0.25, np.float32)
    maps = np.ones((n, 4, 2, 2), np.float16)
    explained = collect_films(run.classes, films, answers, maps, method=method)
    table = film_table(films, (run,), [explained])
    return FilmWalk(films, (run,), [explained], table, synthetic=False)


def test_the_films_on_both_sides_are_ready(films: Manifest, tiny_run: Run, made: list[int]) -> None:
    walk = walk_of(films, tiny_run)
    near = walk.neighbours(5)
    assert {step: facts["position"] for step, facts in near.items()} == {
        -1: (5, len(films.records)),
        1: (7, len(films.records)),
    }
    assert list(walk.neighbours(0)) == [1]
    assert list(walk.neighbours(len(films.records) - 1)) == [-1]


def test_who_walks_on_waits_for_one_film_a_step(
    films: Manifest, tiny_run: Run, made: list[int]
) -> None:
    walk = walk_of(films, tiny_run)
    for place in (5, 6, 7, 6):
        walk.neighbours(place)
    assert made == [4, 6, 5, 7, 8, 5]
    walk.neighbours(6)
    assert made == [4, 6, 5, 7, 8, 5], "the same place asks for nothing"


def test_another_method_makes_other_maps(films: Manifest, tiny_run: Run, made: list[int]) -> None:
    walk_of(films, tiny_run).neighbours(5)
    walk_of(films, tiny_run, "layer_cam").neighbours(5)
    assert made == [4, 6, 4, 6]


def test_a_film_whose_maps_are_not_there_yet_is_explained_alone(
    films: Manifest, tiny_run: Run, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    map_of_it: Any = object()

    def alone(run: Run, _film: Any, *_: object) -> tuple[Any, ...]:
        asked.append(run.id)
        return (map_of_it,)

    monkeypatch.setattr(film_walk, "attributions_of", alone)
    walk = replace(walk_of(films, tiny_run), waiting={tiny_run.id: None})
    assert walk.at(5)[1] == {tiny_run.id: (map_of_it,)}
    assert asked == [tiny_run.id]
    there = walk_of(films.where(lambda record: record in films.records[:3]), tiny_run).explained[0]
    partly = replace(walk, waiting={tiny_run.id: there})
    shown = partly.at(2)[1][tiny_run.id]
    assert [item.label for item in shown] == list(tiny_run.classes)
    assert asked == [tiny_run.id], "what is there already is taken"
    assert walk.neighbours(5) == {}, "two more films would wait for their maps"
    assert replace(walk, explained=[None]).sheet(0)


def test_a_film_that_cannot_be_read_is_left_out(
    films: Manifest, tiny_run: Run, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(manifest: Manifest, record_id: str) -> Any:
        if record_id == films.records[6].id:
            raise ImageReadError("The file is cut off.", where="b.png")
        return record_film(manifest, record_id)

    monkeypatch.setattr(film_walk, "record_film", broken)
    assert list(walk_of(films, tiny_run).neighbours(5)) == [-1]


def test_a_contact_sheet_shows_the_films_about_a_place(
    films: Manifest, tiny_run: Run, made: list[int]
) -> None:
    walk = walk_of(films, tiny_run)
    places = [facts["position"] for facts in walk.sheet(SHEET + 1)]
    assert places[0] == (SHEET + 1, len(films.records))
    assert made == list(range(SHEET, min(2 * SHEET, len(films.records))))
    assert walk.sheet(0)[0]["position"] == (1, len(films.records))
    codes = walk.rows["code"].tolist()
    selected = walk.sheet(0, [codes[9], codes[3], "of another data set"])
    n = len(films.records)
    assert [facts["position"] for facts in selected] == [(4, n), (10, n)], (
        "in the order of the list"
    )
    assert len(walk.sheet(0, ["of another data set"])) == SHEET


def test_the_finding_of_a_film_that_is_not_drawn_is_shown_too(
    films: Manifest, tiny_run: Run, made: list[int]
) -> None:
    walk = walk_of(films, tiny_run)
    place = walk.rows["label"].tolist().index("covid")
    _, _, facts = walk.at(place)
    assert facts.finding is not None
    assert facts.finding.any()
