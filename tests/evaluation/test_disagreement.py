import numpy as np
import pandas as pd
import pytest

from xray_core.evaluation.disagreement import disagreement
from xray_core.evaluation.same_films import Answered, same_films, with_mean

CLASSES = ("normal", "covid")


def model(name: str, normal: list[float]) -> Answered:
    table = pd.DataFrame(
        {
            "id": [f"film {row}" for row in range(len(normal))],
            "label": "covid",
            "patient": [f"p{row}" for row in range(len(normal))],
            "source": "ward",
            "p_normal": normal,
            "p_covid": 1 - np.array(normal),
        }
    )
    return Answered(name, CLASSES, table)


def test_films_that_divide_the_models_most_come_first() -> None:
    one, other = model("one", [0.9, 0.2, 0.6, 0.1]), model("other", [0.8, 0.9, 0.4, 0.4])
    found = disagreement(same_films([one, other]))
    assert (found.n, found.n_films) == (2, 4)
    first, second = found.films
    assert (first["id"], first["label"], first["source"]) == ("film 1", "covid", "ward")
    assert first["apart"] == pytest.approx(0.7)
    assert first["answers"] == {
        "one": {"class": "covid", "probability": 0.8},
        "other": {"class": "normal", "probability": 0.9},
    }
    assert second["id"] == "film 2"


def test_maps_count_as_much_as_answers_where_they_are_known() -> None:
    one, other = model("one", [0.9, 0.2, 0.6, 0.1]), model("other", [0.8, 0.9, 0.6, 0.1])
    maps = np.array([[-0.9, 1.0, np.nan, 0.9]])
    found = disagreement(same_films([one, other]), maps=maps)
    assert found.by_map
    assert found.map_pairs == ({"first": "one", "second": "other", "correlation": 0.9},)
    assert [(film["id"], film["maps"]) for film in found.films] == [
        ("film 0", -0.9),  # one class, for different reasons: (0.1 + 0.95) / 2
        ("film 1", 1.0),  # two classes, by the same places: (0.7 + 0) / 2
        ("film 3", 0.9),
        ("film 2", None),
    ]
    assert not disagreement(same_films([one, other]), maps=np.full((1, 4), np.nan)).by_map


def test_the_mean_has_no_voice_and_so_many_are_named_as_asked_for() -> None:
    models = with_mean([model("one", [0.9, 0.8, 0.7]), model("other", [0.1, 0.1, 0.1])])
    found = disagreement(same_films(models), most=2)
    assert found.n == 3
    assert [film["id"] for film in found.films] == ["film 0", "film 1"]
    assert set(found.films[0]["answers"]) == {"one", "other"}
