from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from xray_core.data.folds import choose_classes, divide_folds
from xray_core.data.records import Manifest, Record
from xray_core.errors import SplitError

MakeRecord = Callable[..., Record]


@pytest.fixture
def ward(make_record: MakeRecord) -> Manifest:
    """120 films of two classes, three of each patient."""
    records = [
        make_record(f"{row}.png", "covid" if row < 60 else "normal", patient=f"p{row // 3}")
        for row in range(120)
    ]
    return Manifest(tuple(records), {})


@pytest.mark.parametrize("group", ["patient", "image"])
def test_every_film_is_tested_once_and_trained_on_elsewhere(ward: Manifest, group: str) -> None:
    folds = divide_folds(ward, 4, group=group)
    tested = Counter(record.id for fold in folds for record in fold.split("test").records)
    assert tested == {record.id: 1 for record in ward.records}
    for fold in folds:
        sizes = {name: len(fold.split(name).records) for name in ("train", "val", "test")}
        assert sum(sizes.values()) == 120
        assert 24 <= sizes["test"] <= 36
        assert sizes["val"] >= 9
        for name in sizes:
            labels = Counter(record.label for record in fold.split(name).records)
            assert abs(labels["covid"] - labels["normal"]) <= 6, "as many of each class"


def test_a_patient_is_in_one_part_unless_films_are_divided_singly(ward: Manifest) -> None:
    def shared(group: str) -> int:
        return sum(
            len(
                {record.patient for record in fold.split("train").records}
                & {record.patient for record in fold.split("test").records}
            )
            for fold in divide_folds(ward, 4, group=group)
        )

    assert shared("patient") == 0
    assert shared("image") > 20


def test_another_seed_gives_other_folds_and_the_same_seed_the_same(ward: Manifest) -> None:
    first, again, other = (divide_folds(ward, 3, seed=seed)[0] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_too_few_patients_or_folds_are_refused(ward: Manifest, make_record: MakeRecord) -> None:
    with pytest.raises(SplitError, match="two folds or more"):
        divide_folds(ward, 1)
    with pytest.raises(SplitError, match="too few patients"):
        divide_folds(ward, 20)
    divide_folds(ward, 20, group="image")
    one = Manifest(tuple(replace(record, label="covid") for record in ward.records), {})
    with pytest.raises(SplitError, match="fewer than two classes"):
        divide_folds(one, 3)


def test_classes_are_chosen_and_put_together(make_record: MakeRecord) -> None:
    labels = ("normal", "bacterial", "viral", "covid")
    films = Manifest(tuple(make_record(f"{label}.png", label) for label in labels), {})
    found = choose_classes(films, ["normal", "pneumonia=bacterial+viral"])
    assert [record.label for record in found.records] == ["normal", "pneumonia", "pneumonia"]
    with pytest.raises(SplitError, match="A class has no film"):
        choose_classes(films, ["asthma"])
