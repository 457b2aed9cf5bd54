from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from xray_core.arrays import UInt8Array
from xray_core.data import film_cache
from xray_core.data.records import Manifest, Record, patient_code
from xray_core.errors import DatasetError, RunError
from xray_core.evaluation import evaluate
from xray_core.evaluation.evaluate import (
    evaluate_run,
    predict_manifest,
    prediction_table,
    unseen_films,
)
from xray_core.evaluation.predict import predict
from xray_core.runs.listing import list_runs
from xray_core.runs.store import Run


def test_without_films_the_stored_test_split_is_scored(tiny_run: Run, films: Manifest) -> None:
    scores = evaluate_run(tiny_run)
    assert scores["run"] == tiny_run.id
    assert scores["n"] == len(films.split("test").records)
    for name in ("accuracy", "macro_f1", "confusion", "per_class", "per_source"):
        assert scores[name] == tiny_run.scores()[name]


@pytest.mark.long
@pytest.mark.parametrize("run", [run for run in list_runs() if run.shipped], ids=lambda run: run.id)
def test_the_scores_of_a_shipped_model_are_those_of_its_predictions(run: Run) -> None:
    found = evaluate_run(run)
    assert found.pop("run") == run.id
    newer = found.keys() - run.scores().keys()
    assert newer <= {"without_denied"}
    for name in found.keys() - newer - {"pairs"}:
        assert run.scores()[name] == found[name], name
    for kept, pair in zip(run.scores()["pairs"], found["pairs"], strict=True):
        assert kept == {name: pair[name] for name in kept}  # those of an older version lack some


def test_films_seen_in_training_are_left_out(tiny_run: Run, films: Manifest) -> None:
    unsplit = Manifest(tuple(replace(film, split="") for film in films.records), films.roots)
    scores = evaluate_run(tiny_run, unsplit)
    n_test = len(films.split("test").records)
    assert (scores["n"], scores["n_left_out"]) == (n_test, len(films.records) - n_test)
    assert scores["accuracy"] == tiny_run.scores()["accuracy"]


def test_other_films_of_a_patient_seen_in_training_are_left_out(
    tiny_run: Run, films: Manifest
) -> None:
    seen, unknown = films.split("train").records[0], films.split("test").records[0]
    second_film = replace(seen, id="new/1.png", sha256="never seen", split="")
    left = unseen_films(
        tiny_run, Manifest((second_film, replace(unknown, split="")), films.roots)
    ).records
    assert [record.id for record in left] == [unknown.id]


def test_films_that_all_have_problems_are_not_called_seen(tiny_run: Run, films: Manifest) -> None:
    broken = replace(films.split("test").records[0], problem="only black and white")
    with pytest.raises(DatasetError, match="None of the films can be used"):
        unseen_films(tiny_run, Manifest((broken,), films.roots))


def test_a_film_seen_under_another_name_and_patient_is_left_out(
    tiny_run: Run, films: Manifest
) -> None:
    seen = replace(films.split("val").records[0], id="new/1.png", patient="someone else", split="")
    with pytest.raises(DatasetError, match="has seen all these films"):
        unseen_films(tiny_run, Manifest((seen,), films.roots))


def test_a_data_sets_own_test_split_is_all_that_is_taken(tiny_run: Run, films: Manifest) -> None:
    first, second, third = films.split("test").records[:3]
    data = Manifest((first, replace(second, split=""), replace(third, split="train")), films.roots)
    assert [record.id for record in unseen_films(tiny_run, data).records] == [first.id]


def test_films_of_an_unknown_class_are_counted_and_left_out(tiny_run: Run, films: Manifest) -> None:
    first, second = films.split("test").records[:2]
    data = Manifest((first, replace(second, label="zoster")), films.roots)
    scores = evaluate_run(tiny_run, data)
    assert (scores["n"], scores["n_other_labels"], scores["n_left_out"]) == (1, 1, 0)


def test_films_of_unknown_classes_alone_cannot_be_scored(tiny_run: Run, films: Manifest) -> None:
    data = Manifest((replace(films.split("test").records[0], label="zoster"),), films.roots)
    with pytest.raises(DatasetError, match="No film has a label that the model knows") as caught:
        evaluate_run(tiny_run, data)
    assert "zoster" in caught.value.where


def test_predicting_again_gives_what_the_run_stored(tiny_run: Run, films: Manifest) -> None:
    again = predict_manifest(tiny_run, films.split("test"))
    stored = tiny_run.predictions()
    stored = stored[stored["split"] == "test"]
    assert again["id"].tolist() == stored["id"].tolist()
    columns = [f"p_{label}" for label in tiny_run.classes]
    np.testing.assert_allclose(again[columns], stored[columns], atol=2e-5)


@pytest.mark.usefixtures("settings")
def test_what_was_stopped_goes_on_with_the_films_that_were_not_asked_about(
    tiny_run: Run, films: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = films.split("test")
    n, asked = len(test.records), []

    def counted(model: object, part: UInt8Array) -> NDArray[np.float32]:
        asked.append(len(part))
        return predict(model, part)

    def stop(done: int, _: int) -> None:
        if asked:
            raise KeyboardInterrupt

    monkeypatch.setattr(film_cache, "BLOCK", n - 1)
    monkeypatch.setattr(evaluate, "predict", counted)
    with pytest.raises(KeyboardInterrupt):
        predict_manifest(tiny_run, test, stop)
    whole = predict_manifest(tiny_run, test)
    assert asked == [n - 1, 1], "no film is asked about twice"
    assert predict_manifest(tiny_run, test).equals(whole)
    assert asked == [n - 1, 1]


def test_a_table_holds_codes_instead_of_patients() -> None:
    record = Record("set/john.png", "set", "john.png", "covid", patient="john.doe", source="Madrid")
    table = prediction_table(
        Manifest((record,), {}), np.array([[0.25, 0.75]], np.float32), ("normal", "covid")
    )
    assert table.columns.tolist()[-2:] == ["p_normal", "p_covid"]
    assert table.loc[0, "patient"] == patient_code(record)
    assert "john" not in table.to_csv()


def test_a_run_that_has_not_ended_has_no_scores(make_run: Callable[..., Run]) -> None:
    with pytest.raises(RunError, match="no predictions yet"):
        evaluate_run(make_run())


def test_films_for_maps_only_are_not_scored(tiny_run: Run, films: Manifest) -> None:
    first, second = films.split("test").records[:2]
    boxed = replace(second, label="", boxes=((0.1, 0.1, 0.5, 0.5),))
    scores = evaluate_run(tiny_run, Manifest((first, boxed), films.roots))
    assert (scores["n"], scores["n_other_labels"], scores["n_left_out"]) == (1, 0, 0)
    with pytest.raises(DatasetError, match="None of the films can be used"):
        unseen_films(tiny_run, Manifest((boxed,), films.roots))
