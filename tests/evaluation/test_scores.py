from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics

from xray_core.evaluation.intervals import TOO_FEW_FOR_AUC
from xray_core.evaluation.replicates import aucs
from xray_core.evaluation.scores import roc_curve, score

# Ten films of three classes. Truth down, prediction across:
#           a  b  c
#       a   3  1  0
#       b   0  2  2
#       c   1  0  1
TRUTH = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
GUESS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 0, 2])
CLASSES = ("a", "b", "c")


def certain(guess: NDArray[np.int64], n_classes: int = 3) -> NDArray[np.float64]:
    return np.eye(n_classes)[guess] * 0.7 + 0.1


def each_its_own(n_films: int) -> list[str]:
    return [f"patient {number}" for number in range(n_films)]


@pytest.fixture(scope="module")
def ten_films() -> dict[str, Any]:
    return score(TRUTH, certain(GUESS), each_its_own(10), CLASSES, n_bootstrap=200)


def test_confusion_and_means_of_ten_films(ten_films: dict[str, Any]) -> None:
    assert ten_films["confusion"] == [[3, 1, 0], [0, 2, 2], [1, 0, 1]]
    assert ten_films["accuracy"]["value"] == 0.6
    # sensitivities 3/4, 2/4, 1/2
    assert ten_films["balanced_accuracy"]["value"] == pytest.approx(0.5833, abs=5e-5)
    # F1: 2*3/(4+4), 2*2/(4+3), 2*1/(2+3)
    assert ten_films["macro_f1"]["value"] == pytest.approx((6 / 8 + 4 / 7 + 2 / 5) / 3, abs=5e-5)
    assert (ten_films["n"], ten_films["n_patients"]) == (10, 10)


@pytest.mark.parametrize(
    ("label", "sensitivity", "specificity", "precision", "f1"),
    [
        ("a", 3 / 4, 5 / 6, 3 / 4, 6 / 8),
        ("b", 2 / 4, 5 / 6, 2 / 3, 4 / 7),
        ("c", 1 / 2, 6 / 8, 1 / 3, 2 / 5),
    ],
)
def test_each_class_of_ten_films(
    ten_films: dict[str, Any],
    label: str,
    sensitivity: float,
    specificity: float,
    precision: float,
    f1: float,
) -> None:
    part = ten_films["per_class"][label]
    wanted = {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "precision": precision,
        "f1": f1,
    }
    for name, value in wanted.items():
        assert part[name]["value"] == pytest.approx(value, abs=5e-5), name


def test_every_score_says_on_how_many_films_it_rests(ten_films: dict[str, Any]) -> None:
    assert ten_films["accuracy"]["n"] == 10
    part = ten_films["per_class"]["a"]  # 4 films with it, 6 without
    assert (part["sensitivity"]["n"], part["specificity"]["n"]) == (4, 6)


def test_every_interval_holds_its_value(ten_films: dict[str, Any]) -> None:
    scores = [ten_films[name] for name in ("accuracy", "balanced_accuracy", "macro_f1")]
    scores += [
        part
        for parts in ten_films["per_class"].values()
        for name, part in parts.items()
        if name != "auc"
    ]
    for part in scores:
        assert 0 <= part["low"] <= part["value"] <= part["high"] <= 1
    assert ten_films["accuracy"]["low"] < 0.6 < ten_films["accuracy"]["high"]


def test_means_agree_with_sklearn_on_many_films() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 4, 300)
    probabilities = random.dirichlet(np.ones(4), 300)
    guess = probabilities.argmax(axis=1)
    ours = score(truth, probabilities, each_its_own(300), tuple("abcd"), n_bootstrap=20)
    for name, theirs in (
        ("accuracy", metrics.accuracy_score(truth, guess)),
        ("balanced_accuracy", metrics.balanced_accuracy_score(truth, guess)),
        ("macro_f1", metrics.f1_score(truth, guess, average="macro")),
        ("auc_macro", metrics.roc_auc_score(truth, probabilities, multi_class="ovr")),
    ):
        assert ours[name]["value"] == pytest.approx(theirs, abs=5e-5), name


def test_auc_agrees_with_sklearn_with_ties_and_weights() -> None:
    random = np.random.default_rng(1)
    positive = random.random(80) < 0.3
    values = random.integers(0, 6, 80) / 5  # six values only: many ties
    weights = random.integers(0, 4, (5, 80)).astype(float)
    for ours, weight in zip(aucs(positive, values, weights), weights, strict=True):
        assert ours == pytest.approx(metrics.roc_auc_score(positive, values, sample_weight=weight))


def test_auc_of_four_films_by_hand() -> None:
    # positives 0.8 and 0.4, negatives 0.4 and 0.1: pairs won 1 + 1 + 0.5 + 1 of 4
    auc = aucs(
        np.array([True, True, False, False]), np.array([0.8, 0.4, 0.4, 0.1]), np.ones((1, 4))
    )
    assert auc[0] == 3.5 / 4


def test_a_constant_prediction_knows_nothing() -> None:
    scores = score(TRUTH, np.full((10, 3), 1 / 3), each_its_own(10), CLASSES, n_bootstrap=50)
    assert scores["auc_macro"]["value"] == 0.5
    assert scores["confusion"] == [[4, 0, 0], [4, 0, 0], [2, 0, 0]]
    assert scores["balanced_accuracy"]["value"] == pytest.approx(1 / 3, abs=5e-5)
    assert scores["per_class"]["b"]["precision"]["value"] is None  # nothing was called b


def test_a_class_without_films_counts_in_no_mean() -> None:
    truth, guess = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])
    scores = score(truth, certain(guess), each_its_own(4), CLASSES, n_bootstrap=200)
    assert scores["balanced_accuracy"]["value"] == 0.75  # of 1 and 1/2
    assert scores["macro_f1"]["value"] == pytest.approx((1 + 2 / 3) / 2, abs=5e-5)
    absent = scores["per_class"]["c"]
    assert (absent["sensitivity"]["value"], absent["sensitivity"]["n"]) == (None, 0)
    assert absent["f1"]["value"] is None
    assert absent["auc"]["value"] is None
    assert (absent["specificity"]["value"], absent["specificity"]["n"]) == (0.75, 4)


def test_a_perfect_network_leaves_room_for_doubt() -> None:
    scores = score(TRUTH, certain(TRUTH), each_its_own(10), CLASSES, n_bootstrap=50)
    # Wilson, all of n right: n / (n + 1.96^2), so 10 / 13.84, and 4, 4, 2 patients per class
    wanted = {"value": 1.0, "low": 0.7225, "high": 1.0, "n": 10, "interval": "wilson"}
    assert scores["accuracy"] == wanted
    lows = [scores["per_class"][name]["sensitivity"]["low"] for name in CLASSES]
    assert lows == pytest.approx([4 / 7.8415, 4 / 7.8415, 2 / 5.8415], abs=1e-4)
    # MOVER: the root of the summed squared distances, by the number of classes
    reach = float(np.sqrt(sum((1 - low) ** 2 for low in lows))) / 3
    assert scores["balanced_accuracy"]["low"] == pytest.approx(1 - reach, abs=1e-4)
    assert scores["macro_f1"]["low"] == scores["balanced_accuracy"]["low"]


def test_one_film_is_no_certainty() -> None:
    scores = score(np.array([0]), certain(np.array([0])), ["a"], CLASSES, n_bootstrap=50)
    assert (scores["accuracy"]["low"], scores["accuracy"]["high"]) == (0.2065, 1.0)
    wrong = score(np.array([0]), certain(np.array([1])), ["a"], CLASSES, n_bootstrap=50)
    assert (wrong["accuracy"]["low"], wrong["accuracy"]["high"]) == (0.0, 0.7935)


def test_many_films_of_one_patient_are_one_patient() -> None:
    truth, guess = np.array([0, 0, 0, 0]), np.array([0, 0, 1, 1])
    found = score(truth, certain(guess), ["a"] * 4, CLASSES, n_bootstrap=50)["accuracy"]
    assert (found["value"], found["n"], found["interval"]) == (0.5, 4, "wilson")
    assert found["high"] - found["low"] > 0.85, "as wide as that of a single film"


def test_a_class_of_one_film_widens_the_mean_over_classes() -> None:
    truth = np.array([0] * 40 + [1])
    guess = np.array([0] * 30 + [1] * 10 + [1])
    found = score(truth, certain(guess), each_its_own(41), CLASSES, n_bootstrap=400)
    mean = found["balanced_accuracy"]
    assert (mean["value"], mean["interval"]) == (0.875, "mover")
    # the lonely film alone reaches down by (1 - 0.2065) / 2
    assert mean["low"] < 0.875 - 0.396


def test_an_auc_of_few_patients_has_no_interval_and_says_why() -> None:
    few = score(TRUTH, certain(TRUTH), each_its_own(10), CLASSES, n_bootstrap=50)
    auc = few["per_class"]["a"]["auc"]
    assert (auc["value"], auc["low"], auc["high"], auc["interval"]) == (1.0, None, None, None)
    assert auc["why"] == TOO_FEW_FOR_AUC
    assert few["auc_macro"]["why"] == f"a class has {TOO_FEW_FOR_AUC}"


def test_a_perfect_order_of_enough_patients_is_no_certainty_either() -> None:
    truth = np.repeat([0, 1], [10, 30])
    found = score(truth, certain(truth, 2), each_its_own(40), ("a", "b"), n_bootstrap=50)
    auc = found["per_class"]["a"]["auc"]  # ten disjoint pairs, all in the right order
    assert (auc["value"], auc["low"], auc["high"]) == (1.0, 0.7225, 1.0)


def test_many_films_of_few_patients_are_less_evidence() -> None:
    # 100 films, half of them right; ten patients whose films are all right or all wrong
    right = np.repeat([True, False] * 5, 10)
    truth = np.tile([0, 1], 50)
    guess = np.where(right, truth, 1 - truth)
    patients = [f"patient {number // 10}" for number in range(100)]
    by_patient = score(truth, certain(guess, 2), patients, ("a", "b"))
    by_film = score(truth, certain(guess, 2), each_its_own(100), ("a", "b"))

    def width(scores: dict[str, Any]) -> float:
        return float(scores["accuracy"]["high"] - scores["accuracy"]["low"])

    assert by_patient["accuracy"]["value"] == by_film["accuracy"]["value"] == 0.5
    assert (by_patient["n_patients"], by_film["n_patients"]) == (10, 100)
    # binomial theory: 2 * 1.96 * sqrt(0.25 / n), n = 10 and n = 100
    assert width(by_patient) == pytest.approx(0.62, abs=0.09)
    assert width(by_film) == pytest.approx(0.196, abs=0.03)


def test_the_same_seed_gives_the_same_interval() -> None:
    def low(seed: int) -> float:
        truth = np.tile([0, 1, 2], 40)
        guess = np.where(np.arange(120) % 7 < 4, truth, 0)
        found = score(truth, certain(guess), each_its_own(120), CLASSES, seed=seed, n_bootstrap=99)
        return float(found["accuracy"]["low"])

    assert low(0) == low(0)
    assert len({low(seed) for seed in range(6)}) > 1


@pytest.mark.parametrize("n_values", [2, 5, 1000])
def test_the_roc_curve_has_the_points_of_the_library(n_values: int) -> None:
    rng = np.random.default_rng(n_values)
    for n_films in (2, 3, 40, 400):
        labels = rng.permutation(np.arange(n_films) % 2 == 0)
        values = rng.integers(0, n_values, n_films).astype(np.float32)
        false, true, _ = metrics.roc_curve(labels, values)
        own_false, own_true = roc_curve(labels, values)
        assert np.array_equal(own_false, false)
        assert np.array_equal(own_true, true)


def test_the_roc_curve_of_a_perfect_order_goes_through_the_corner() -> None:
    false_positive, true_positive = roc_curve(
        np.array([False, False, True, True]), np.array([0.1, 0.2, 0.8, 0.9])
    )
    assert (false_positive[0], true_positive[0]) == (0.0, 0.0)
    assert (0.0, 1.0) in list(zip(false_positive, true_positive, strict=True))
