"""Planted wrong labels and contradictions are found; figures are those of cleanlab and sklearn."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from xray_core.audit.labels import doubtful_labels, label_conflicts, label_quality, too_few
from xray_core.audit.linear import balanced_accuracy, out_of_fold
from xray_core.data.conflicts import mark_conflicts
from xray_core.data.records import Manifest, Record


def record(name: str, label: str, patient: str = "", **facts: object) -> Record:
    facts = {"sha256": name, "width": 8} | facts
    return Record(f"d/{name}", "d", name, label, patient, **facts)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def planted() -> tuple[Manifest, np.ndarray, list[str], set[str]]:
    """Two classes of 60 films that features tell apart; six films have the other's label."""
    random = np.random.default_rng(0)
    truth = np.repeat([0, 1], 60)
    features = random.normal(size=(120, 8)).astype(np.float32)
    features[:, 0] += 6 * truth
    wrong = {3, 17, 40, 70, 85, 110}
    names = ("normal", "covid")
    records = tuple(record(f"{row}", names[int(truth[row]) ^ (row in wrong)]) for row in range(120))
    return (
        Manifest(records, {"d": Path()}),
        features,
        [f"{row}" for row in range(120)],
        {f"d/{row}" for row in wrong},
    )


def test_planted_wrong_labels_are_the_most_doubtful(
    planted: tuple[Manifest, np.ndarray, list[str], set[str]],
) -> None:
    manifest, features, groups, wrong = planted
    (found,), probabilities = doubtful_labels(manifest, features, groups)
    named = [group[0] for group in found.groups]
    assert named
    assert set(named) <= wrong
    labels = np.array([manifest.classes.index(item.label) for item in manifest.records])
    quality = label_quality(probabilities, labels)
    assert {manifest.records[row].id for row in np.argsort(quality)[:6]} == wrong
    assert np.allclose(probabilities.sum(axis=1), 1)
    right = balanced_accuracy_score(labels, probabilities.argmax(axis=1))
    assert found.numbers["balanced_accuracy"] == pytest.approx(right, abs=1e-4)
    assert found.harm == pytest.approx(len(named) / 120 * (right - 0.5) / 0.5), "by its worth"


def test_the_quality_of_a_label_is_that_of_cleanlab() -> None:
    """Definition: probability less the mean of the class's own films, moved up and normalised."""
    random = np.random.default_rng(1)
    probabilities = random.dirichlet((1, 1, 1), 60)
    labels = np.arange(60) % 3
    means = [probabilities[labels == label, label].mean() for label in range(3)]
    moved = probabilities - means + max(means)
    expected = (moved / moved.sum(axis=1, keepdims=True))[np.arange(60), labels]
    assert label_quality(probabilities, labels) == pytest.approx(expected)


def test_balanced_accuracy_is_that_of_sklearn() -> None:
    random = np.random.default_rng(2)
    labels, guesses = random.integers(0, 3, 50), random.integers(0, 3, 50)
    weights = np.vstack([np.ones(50), random.integers(0, 3, 50)])
    expected = [balanced_accuracy_score(labels, guesses, sample_weight=row) for row in weights]
    assert balanced_accuracy(labels, guesses, weights) == pytest.approx(expected)


def test_films_of_one_group_are_never_learnt_and_asked_about() -> None:
    """Labels are noise and each patient's films are the same: only memory could tell them."""
    random = np.random.default_rng(3)
    patients = np.repeat(np.arange(60), 4)
    labels = random.integers(0, 2, 60)[patients]
    features = random.normal(size=(60, 12)).astype(np.float32)[patients]
    guesses = out_of_fold(features, labels, [str(item) for item in patients]).argmax(axis=1)
    by_heart = out_of_fold(features, labels, None).argmax(axis=1)
    assert (guesses == labels).mean() < 0.65
    assert (by_heart == labels).mean() > (guesses == labels).mean() + 0.05


def test_too_few_films_are_said() -> None:
    records = tuple(record(f"{row}", ("normal", "covid")[row % 2]) for row in range(10))
    groups = [str(row) for row in range(10)]
    manifest = Manifest(records, {"d": Path()})
    assert too_few(manifest, groups) == "Normal has 5 unrelated films, 20 are needed"
    assert too_few(Manifest(records[::2], {}), groups[::2]) == "there is only one class"


def test_contradictions_of_films_and_patients_are_found() -> None:
    records = mark_conflicts(
        [
            record("a", "normal", sha256="same"),
            record("b", "covid", sha256="same"),
            record("c", "normal", "p"),
            record("d", "covid", "p"),
            record("e", "covid", "q"),
        ]
    )
    found = {item.kind: item.groups for item in label_conflicts(records)}
    assert found == {
        "label_conflict": (("d/a", "d/b"),),
        "patient_conflict": (("d/c", "d/d"),),
    }
