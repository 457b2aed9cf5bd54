"""Scores of every two classes, and within a source."""

import pandas as pd
import pytest

from xray_core.evaluation.scores import score_predictions

CLASSES = ("a", "b", "c")


def predictions(labels: list[str], guesses: list[str], sources: list[str]) -> pd.DataFrame:
    columns = {f"p_{name}": [0.8 if name == guess else 0.1 for guess in guesses] for name in "abc"}
    facts = {
        "label": labels,
        "patient": [str(number) for number in range(len(labels))],
        "source": sources,
    }
    return pd.DataFrame(facts | columns)


def test_scores_per_source_and_films_of_other_classes() -> None:
    table = predictions(
        ["a", "b", "c", "a", "zoster"], ["a", "b", "a", "b", "a"], ["X", "X", "X", "Y", "Y"]
    )
    scores = score_predictions(table, CLASSES, n_bootstrap=50)
    assert (scores["n"], scores["n_other_labels"]) == (4, 1)
    assert scores["accuracy"]["value"] == 0.5
    assert {name: part["n"] for name, part in scores["per_source"].items()} == {"X": 3, "Y": 1}
    assert scores["per_source"]["X"]["accuracy"]["value"] == pytest.approx(2 / 3, abs=5e-5)
    assert scores["per_source"]["Y"]["accuracy"]["value"] == 0.0


def test_two_classes_are_told_from_each_other_as_if_there_were_no_third() -> None:
    table = predictions(["a", "a", "b", "b", "c"], ["a", "b", "b", "c", "c"], ["X"] * 5)
    table.loc[3, ["p_a", "p_b", "p_c"]] = [0.1, 0.3, 0.6]  # called c, but b rather than a
    pairs = score_predictions(table, CLASSES, n_bootstrap=50)["pairs"]
    assert [pair["classes"] for pair in pairs] == [["a", "b"], ["a", "c"], ["b", "c"]]
    # the second film of a is rather b, the second of b rather c; between a and c none is wrong
    assert [pair["accuracy"]["value"] for pair in pairs] == [0.75, 1.0, 0.6667]
    assert [pair["accuracy"]["n"] for pair in pairs] == [4, 3, 3]
    # shares of a: 8/9 and 1/9 of the films of a, 1/9 and 1/4 of those of b
    assert pairs[0]["auc"]["value"] == (1 + 1 + 0.5 + 0) / 4


def test_a_pair_without_films_of_both_is_left_out() -> None:
    table = predictions(["a", "a"], ["a", "b"], ["X", "X"])
    assert score_predictions(table, CLASSES, n_bootstrap=20)["pairs"] == []


def films_of_two_sources() -> pd.DataFrame:
    """20 films of a and b each from X, all called right; one of a and 25 of b from Y, all wrong."""
    labels = ["a", "b"] * 20 + ["a"] + ["b"] * 25
    guesses = ["a", "b"] * 20 + ["b"] + ["a"] * 25
    table = predictions(labels, guesses, ["X"] * 40 + ["Y"] * 26)
    return table.assign(id=[f"film {number}" for number in range(len(table))])


def test_a_pair_is_scored_within_every_source_with_enough_films_of_both() -> None:
    (pair,) = score_predictions(films_of_two_sources(), CLASSES, n_bootstrap=20)["pairs"]
    assert pair["auc"]["value"] == round((20 * 20 + 0.5 * 20 * 25 + 0.5 * 20) / (21 * 45), 4)
    assert set(pair["within_source"]) == {"X"}
    within = pair["within_source"]["X"]
    assert (within["n"], within["auc"]["value"]) == (40, 1.0)
    assert within["specificity_at_90"]["value"] == 1.0
    assert pair["specificity_at_90"]["value"] == 0.0  # 18 of 45 lie below every film of a
    fewer = films_of_two_sources().iloc[1:]
    assert score_predictions(fewer, CLASSES, n_bootstrap=20)["pairs"][0]["within_source"] == {}


def test_normal_comes_first_in_a_pair() -> None:
    table = predictions(["a", "b"], ["a", "b"], ["X", "X"]).rename(columns={"p_b": "p_normal"})
    table["label"] = ["a", "normal"]
    (pair,) = score_predictions(table, ("a", "normal"), n_bootstrap=20)["pairs"]
    assert pair["classes"] == ["normal", "a"]


def test_scores_are_given_without_the_films_whose_label_is_denied() -> None:
    table = films_of_two_sources()
    denied = table["id"][table["source"] == "Y"].tolist()
    scores = score_predictions(table, CLASSES, denied=[*denied, "no test film"], n_bootstrap=20)
    assert scores["accuracy"]["value"] == pytest.approx(40 / 66, abs=5e-5)
    without = scores["without_denied"]
    assert (without["n_denied"], without["n"], without["accuracy"]["value"]) == (26, 40, 1.0)
    assert without["pairs"][0]["auc"]["value"] == 1.0
    assert "without_denied" not in score_predictions(table, CLASSES, n_bootstrap=20)
    others = score_predictions(table, CLASSES, denied=["no test film"], n_bootstrap=20)
    assert "without_denied" not in others
