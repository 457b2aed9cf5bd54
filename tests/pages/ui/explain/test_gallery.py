from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pages.ui.explain.film_list import film_item
from pages.ui.explain.gallery import Filter, apply_filter, film_table
from pages.ui.shared.theme import MUTED
from xray_core.arrays import UInt8Array
from xray_core.data.records import Manifest
from xray_core.explain.explained import collect_films
from xray_core.runs.store import Run

TABLE = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "label": ["normal", "covid", "covid", "viral"],
        "answer": ["normal", "covid", "viral", "viral"],
        "probability": [0.9, 0.6, 0.4, 0.8],
        "disagree": [False, True, False, False],
        "known": [True, True, True, True],
        "all_wrong": [False, False, True, False],
        "word": ["good", "poor", "", "doubtful"],
        "inside": [0.8, 0.2, None, 0.5],
        "apart": [0.1, 0.7, 0.3, 0.1],
        "words": ["p1 a.png rsna", "p2 b.png siim", "p2 c.png siim", "p3 d.png kermany"],
    }
)


def black(record_id: str) -> UInt8Array:
    """Any film in small."""
    return np.zeros((8, 6), np.uint8)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Filter(), "abcd"),
        (Filter(labels=("covid",)), "bc"),
        (Filter(outcome="Correct"), "abd"),
        (Filter(outcome="Wrong"), "c"),
        (Filter(outcome="Models disagree"), "b"),
        (Filter(outcome="All models wrong"), "c"),
        (Filter(lowest=0.5, highest=0.8), "bd"),
        (Filter(trust="Good"), "a"),
        (Filter(trust="Doubtful"), "bd"),
        (Filter(order="Most probable"), "adbc"),
        (Filter(order="Least probable"), "cbda"),
        (Filter(order="Models apart"), "bcad"),
        (Filter(order="Least inside the lungs"), "bdac"),
        (Filter(search="P2"), "bc"),
        (Filter(search="siim c.png"), "c"),
        (Filter(labels=("normal",), outcome="Wrong"), ""),
    ],
)
def test_filter_and_order(wanted: Filter, ids: str) -> None:
    assert "".join(apply_filter(TABLE, wanted)["id"]) == ids


def test_no_model_is_wrong_on_a_film_of_a_class_that_it_does_not_have() -> None:
    table = TABLE.assign(known=[True, True, False, True])
    assert "".join(apply_filter(table, Filter(outcome="Wrong"))["id"]) == ""
    assert "".join(apply_filter(table, Filter())["id"]) == "abcd"


def test_no_model_is_right_or_wrong_on_a_film_without_label(tiny_run: Run, films: Manifest) -> None:
    one = Manifest((replace(films.records[0], label=""),), films.roots)
    answers, maps = np.array([[0.7, 0.1, 0.1, 0.1]]), np.zeros((1, 4, 4, 4), np.float16)
    explained = collect_films(tiny_run.classes, one, answers, maps)
    table = film_table(one, (tiny_run, tiny_run), [explained, explained])
    for outcome in ("Correct", "Wrong", "All models wrong"):
        assert apply_filter(table, Filter(outcome=outcome)).empty
    assert len(apply_filter(table, Filter(labels=("",)))) == 1
    item = film_item(next(table.itertuples()), black, explained, (tiny_run,))
    assert (item.title, item.colour, item.mark) == ("No label", MUTED, "")
    assert item.note == "Normal 0.70"


def test_table_tells_answers_disagreement_and_films_seen_in_training(
    tiny_run: Run, films: Manifest
) -> None:
    two = Manifest((films.split("train").records[0], films.split("test").records[0]), films.roots)
    maps = np.zeros((2, 4, 4, 4), np.float16)
    one, other = (
        collect_films(tiny_run.classes, two, np.array([[0.7, 0.1, 0.1, 0.1], answer]), maps)
        for answer in ([0.1, 0.1, 0.2, 0.6], [0.1, 0.5, 0.2, 0.2])
    )
    table = film_table(two, (tiny_run, tiny_run), [one, other])
    assert table["answer"].tolist() == ["normal", "covid"]
    assert table["disagree"].tolist() == [False, True]
    said = np.array([["normal", "covid"], ["normal", "bacterial"]])
    wrong = (said != [record.label for record in two.records]).all(axis=0)
    assert table["all_wrong"].tolist() == wrong.tolist()
    assert table["seen"].tolist() == [True, False]
    assert table["probability"].tolist() == pytest.approx([0.7, 0.6])
    assert table["apart"].tolist() == pytest.approx([0.0, 0.4])
    assert [list(answers) for answers in table["answers"]] == [
        ["normal", "normal"],
        ["covid", "bacterial"],
    ]
    item = film_item(list(table.itertuples())[1], black, one, (tiny_run,) * 2)
    assert [dot.words.split(": ")[1] for dot in item.dots] == ["COVID-19", "Bacterial"]


def test_films_that_not_all_models_have_explained_are_not_in_the_table(
    tiny_run: Run, films: Manifest
) -> None:
    two = Manifest(films.records[:2], films.roots)
    maps = np.zeros((2, 4, 4, 4), np.float16)
    answers = np.full((2, 4), 0.25, np.float32)
    both = collect_films(tiny_run.classes, two, answers, maps)
    first = Manifest(films.records[:1], films.roots)
    one = collect_films(tiny_run.classes, first, answers[:1], maps[:1])
    assert len(film_table(two, (tiny_run, tiny_run), [both, one])) == 1
