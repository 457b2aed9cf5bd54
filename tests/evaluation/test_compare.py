from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from xray_core.data.records import Manifest
from xray_core.errors import DataError, DatasetError
from xray_core.evaluation.compare import COMPARED, Comparison, choose, compare
from xray_core.evaluation.same_films import Answered, own_test, same_films, unseen_by_all
from xray_core.runs.listing import list_runs
from xray_core.runs.store import Run

CLASSES = ("normal", "bacterial", "covid")
N = 240
MakeModel = Callable[..., Answered]


@pytest.fixture
def make_model() -> MakeModel:
    """Makes a model that is right on a share of 240 films, 80 of a class, 20 films a patient."""
    labels = np.arange(N) % 3

    def make(name: str, right: float, seed: int, parameters: int | None = None) -> Answered:
        draws = np.random.default_rng(seed)
        guesses = np.where(draws.random(N) < right, labels, (labels + 1) % 3)
        values = 0.2 * draws.random((N, 3)) + np.eye(3)[guesses]
        values /= values.sum(axis=1, keepdims=True)
        table = pd.DataFrame(values, columns=[f"p_{label}" for label in CLASSES])
        facts: dict[str, Any] = {
            "id": [f"film {row}" for row in range(N)],
            "label": [CLASSES[place] for place in labels],
            "patient": [f"patient {row // 2}" for row in range(N)],
            "source": np.where(np.arange(N) < 150, "here", "there"),
        }
        return Answered(name, CLASSES, table.assign(**facts), parameters)

    return make


@pytest.fixture
def found(make_model: MakeModel) -> Comparison:
    models = [make_model("good", 0.98, 1, 9), make_model("bad", 0.6, 2, 1)]
    return compare([*models, make_model("like good", 0.94, 3, 3)], n_bootstrap=300)


def test_scores_are_those_of_scikit_learn(found: Comparison) -> None:
    films = found.films
    for name, answers in zip(films.names, films.answers, strict=True):
        expected = {
            "accuracy": metrics.accuracy_score(films.labels, answers),
            "balanced_accuracy": metrics.balanced_accuracy_score(films.labels, answers),
            "macro_f1": metrics.f1_score(films.labels, answers, average="macro"),
        }
        for key, value in expected.items():
            assert found.scores[name][key]["value"] == pytest.approx(value, abs=5e-5)
    for item in found.per_class:
        column = films.classes.index(item.label)
        area = metrics.roc_auc_score(films.labels == column, films.probabilities[0, :, column])
        assert item.areas["good"] == pytest.approx(area, abs=5e-5)


def test_a_difference_is_that_of_the_scores_and_lies_in_its_interval(found: Comparison) -> None:
    for key in COMPARED:
        for item in found.differences[key]:
            first, second = (found.scores[name][key]["value"] for name in (item.first, item.second))
            assert item.value == pytest.approx(first - second, abs=2e-4), key
            assert None not in (item.value, item.low, item.high)
            assert np.all(np.diff(np.array([item.low, item.value, item.high], float)) >= 0)
            assert item.holm >= item.p


def test_the_worse_model_is_told_from_the_better_and_like_ones_are_not(found: Comparison) -> None:
    assert found.between("accuracy", "good", "bad").distinguishable
    assert found.between("accuracy", "bad", "good").distinguishable
    assert not found.between("accuracy", "good", "like good").distinguishable
    turned = found.between("accuracy", "good", "bad").turned
    assert (turned.first, turned.second) == ("bad", "good")
    assert turned.value is not None
    assert turned.value < 0


def test_of_models_that_cannot_be_told_apart_the_smallest_is_used(
    found: Comparison, make_model: MakeModel
) -> None:
    assert choose(found, "accuracy") == ("like good", "good", ["like good"])
    unknown = [make_model("good", 0.98, 1, 9), make_model("like good", 0.94, 3)]
    assert choose(compare(unknown, 50))[0] == "good", "a size that is not known is no small one"


def test_normal_is_told_from_others_within_one_source_as_well(found: Comparison) -> None:
    asked = {(item.label, item.against, item.source) for item in found.within}
    assert asked == {
        (label, "normal", source) for label in CLASSES[1:] for source in ("here", "there")
    }
    (item,) = [part for part in found.within if (part.label, part.source) == ("covid", "there")]
    assert {part.n for part in item.differences} == {60}


def test_equal_models_have_no_difference_and_no_interval(make_model: MakeModel) -> None:
    one = make_model("one", 0.9, 1)
    same = compare([one, replace(one, name="other")], 50)
    for key in COMPARED:
        (item,) = same.differences[key]
        assert (item.value, item.low, item.high, item.p, item.smallest) == (0, None, None, 1, 0)
    assert same.kappa[0]["value"] == 1.0


def test_only_films_that_all_have_under_one_label_count_and_it_is_said(
    make_model: MakeModel,
) -> None:
    one, other = make_model("one", 0.9, 1), make_model("other", 0.9, 2)
    assert same_films([one, other]).notes == []
    table = other.table.iloc[:200].copy()
    table.loc[0, "label"] = "covid"
    films = same_films([one, replace(other, table=pd.concat([table, table]))])
    assert films.n == 199
    (note,) = films.notes
    assert note.startswith("Compared on the 199 films that all were tested on; tested in all: one")


def test_models_of_other_classes_answer_among_those_that_all_know(make_model: MakeModel) -> None:
    one, other = make_model("one", 0.9, 1), make_model("other", 0.9, 2)
    narrow = Answered("narrow", ("normal", "covid"), other.table.drop(columns="p_bacterial"))
    films = same_films([one, narrow])
    assert films.classes == ("normal", "covid")
    assert films.n == 160
    assert films.probabilities.sum(axis=2) == pytest.approx(1)
    assert films.notes[-1].endswith("one would know further classes.")


@pytest.mark.parametrize("what", ["one model", "no common class", "no common film"])
def test_what_cannot_be_compared_is_refused_in_words(what: str, make_model: MakeModel) -> None:
    one, other = make_model("one", 0.9, 1), make_model("other", 0.9, 2)
    models = {
        "one model": [one],
        "no common class": [one, replace(other, classes=("normal", "viral"))],
        "no common film": [one, replace(other, table=other.table.assign(id=range(N)))],
    }[what]
    with pytest.raises(DataError):
        same_films(models)


def test_runs_are_compared_on_films_that_none_has_seen(tiny_run: Run, films: Manifest) -> None:
    steps: list[str] = []
    models = unseen_by_all((tiny_run, tiny_run), films, lambda step, *_: steps.append(step))
    test = films.split("test").records
    assert [len(model.table) for model in models] == [len(test)] * 2
    assert set(steps) <= {f"reading and asking {tiny_run.id}"}
    with pytest.raises(DatasetError):
        unseen_by_all((tiny_run,), Manifest(films.split("train").records, films.roots))


@pytest.mark.long
def test_shipped_models_differ_as_the_readme_says() -> None:
    runs = {run.id: run for run in list_runs() if run.shipped}
    found = compare([own_test(runs[name]) for name in ("small_cnn", "resnet50", "xception")])
    assert choose(found)[:2] == ("xception", "xception")
    (siim,) = [item for item in found.within if item.source == "siim"]
    assert [part.distinguishable for part in siim.differences] == [False, True, True]
