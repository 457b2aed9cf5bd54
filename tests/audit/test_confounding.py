"""A planted link of class and fact is found and put in figures; none is made up."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats.contingency import association, chi2_contingency

from xray_core.audit.confounding import associate, film_facts, find_confounding
from xray_core.audit.division import split_cost
from xray_core.audit.linear import out_of_fold
from xray_core.data.records import Manifest, Record


def films_with(sources: list[str], labels: list[str]) -> Manifest:
    records = tuple(
        Record(f"d/{row}", "d", f"{row}", label, source=source, width=8, height=8)
        for row, (source, label) in enumerate(zip(sources, labels, strict=True))
    )
    return Manifest(records, {"d": Path()})


def test_cramers_v_is_that_of_scipy_and_within_its_interval() -> None:
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 300)
    values = (labels + (random.random(300) < 0.4)) % 3
    link = associate(labels, [str(value) for value in values], [str(row) for row in range(300)])
    table = np.zeros((3, 3), int)
    np.add.at(table, (labels, values), 1)
    assert link.value == pytest.approx(association(table, method="cramer"))
    assert link.low < link.value < link.high
    assert link.chance_of_it == pytest.approx(chi2_contingency(table, correction=False).pvalue)
    assert link.named == pytest.approx(table.max(axis=0).sum() / 300)


def test_a_source_that_gives_the_class_away_is_named_with_a_probe() -> None:
    random = np.random.default_rng(1)
    labels = ["normal"] * 80 + ["covid"] * 60
    sources = ["one"] * 40 + ["two"] * 40 + ["three"] * 60
    features = random.normal(size=(140, 6)).astype(np.float32)
    features[:40, 0] += 8
    films = random.integers(0, 255, (140, 32, 32)).astype(np.uint8)
    manifest = films_with(sources, labels)
    facts = film_facts(manifest, films)
    found, missed = find_confounding(manifest, facts, features, [str(row) for row in range(140)])
    (link,) = [item for item in found if item.numbers["fact"] == "source"]
    assert link.numbers["cramers_v"] == 1.0
    assert link.numbers["named"] == 1.0
    assert link.harm == pytest.approx(1.0)
    assert link.numbers["probe_within_class"]
    assert float(str(link.numbers["probe"])) > 0.95
    assert "can be read off a film with" in link.words
    assert "The age group: not stated." in missed


def test_nothing_is_said_of_facts_that_lie_alike_in_all_classes() -> None:
    random = np.random.default_rng(2)
    labels = ["normal", "covid"] * 60
    sources = [("one", "two")[item] for item in random.integers(0, 2, 120)]
    films = random.integers(0, 255, (120, 32, 32)).astype(np.uint8)
    manifest = films_with(sources, labels)
    facts = film_facts(manifest, films)
    found, _ = find_confounding(manifest, facts, None, [str(row) for row in range(120)])
    assert found == []


def test_borders_and_burned_in_marks_of_one_class_are_seen() -> None:
    random = np.random.default_rng(3)
    films = random.integers(60, 160, (120, 42, 42)).astype(np.uint8)
    films[::2, :4] = 0
    films[1::4, 1:5, 1:6:2] = 255
    films[3, 1, 1:12:2] = 255
    manifest = films_with([""] * 120, ["normal", "covid"] * 60)
    facts = film_facts(manifest, films)
    found, _ = find_confounding(manifest, facts, None, [str(row) for row in range(120)])
    assert {"border", "text"} <= {item.numbers["fact"] for item in found}


def test_a_division_by_image_costs_what_is_learnt_by_heart() -> None:
    random = np.random.default_rng(4)
    patients = np.repeat(np.arange(60), 4)
    labels = random.integers(0, 2, 60)[patients]
    features = random.normal(size=(60, 12)).astype(np.float32)[patients]
    manifest = films_with([""] * 240, [("normal", "covid")[item] for item in labels])
    groups = [str(item) for item in patients]
    honest = out_of_fold(features, labels, groups)
    (found,) = split_cost(manifest, features, groups, honest)
    numbers = found.numbers
    assert numbers["division"] == "random by image"
    assert float(str(numbers["difference"])) == pytest.approx(
        float(str(numbers["score"])) - float(str(numbers["honest"])), abs=2e-4
    )
    assert float(str(numbers["low"])) > 0
    assert found.harm > 0
