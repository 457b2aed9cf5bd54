"""The own split of a data set, and that of an earlier run, are kept."""

from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.drawn_records import counts, film, films, manifest, own_split
from xray_core.data.records import Manifest, film_code
from xray_core.data.scan import scan
from xray_core.data.split_leaks import split_leaks
from xray_core.data.splits import assign_splits, divide_as
from xray_core.errors import SplitError
from xray_core.runs.store import open_run

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def test_an_own_test_split_is_kept_and_validation_drawn_from_training() -> None:
    split = assign_splits(manifest(own_split(85, 0, 15)), keep_own=True)

    assert counts(split, "label", "split")["covid", "test"] == 15
    for before, after in zip(own_split(85, 0, 15), split.records, strict=True):
        assert (before.split == "test") == (after.split == "test")
    # 15 of 85 parts of the rest: 15 films of 85
    assert counts(split, "label", "split")["covid", "val"] == 15


def test_a_tiny_own_validation_split_is_drawn_anew() -> None:
    """Kermany on Kaggle has 16 validation films of 5,856."""
    split = assign_splits(manifest(own_split(82, 3, 15)), keep_own=True)

    assert counts(split, "split")[("val",)] == 30


def test_a_usable_own_validation_split_is_kept() -> None:
    records = own_split(80, 10, 10)

    assert assign_splits(manifest(records), keep_own=True).records == tuple(records)


def test_films_outside_the_own_split_join_training() -> None:
    records = [*own_split(80, 10, 10), film(999, "covid")]

    assert assign_splits(manifest(records), keep_own=True).records[-1].split == "train"


def test_there_must_be_an_own_split_to_keep() -> None:
    with pytest.raises(SplitError, match="none at all"):
        assign_splits(manifest(films(20, "covid")), keep_own=True)

    records = own_split(20, 0, 5) + [film(n, "viral", split="train") for n in range(9)]
    with pytest.raises(SplitError, match="not for viral"):
        assign_splits(manifest(records), keep_own=True)


def test_an_earlier_division_is_taken_over_and_new_films_train(mixed: Manifest) -> None:
    before = assign_splits(mixed)
    splits = {film_code(record): record.split for record in before.records}
    moved = tuple(replace(record, id=f"e/{record.id}") for record in reversed(before.records))
    new = film(1007, "normal", source="c", dataset="e")
    held_out = next(film for film in before.records if film.split == "test" and film.patient)
    again = film(1008, "normal", held_out.patient, source=held_out.source)
    broken = film(1009, "normal", dataset="e", problem="cut off", split="train")

    divided = divide_as(manifest([*moved, new, again, broken]), splits)

    for earlier, record in zip(reversed(before.records), divided.records, strict=False):
        assert record.split == earlier.split
    assert [record.split for record in divided.records[-3:]] == ["train", "test", ""]
    assert not split_leaks(divided)


def test_films_that_were_not_there_keep_the_split_of_their_data_set(mixed: Manifest) -> None:
    before = assign_splits(mixed)
    splits = {film_code(record): record.split for record in before.records}
    trained = next(film for film in before.records if film.split == "train" and film.patient)
    own = ["train", "val", "test", "test"]
    new = [film(1010 + n, "normal", split=split, dataset="e") for n, split in enumerate(own)]
    known = film(1020, "normal", trained.patient, source=trained.source, split="test")

    for keep_val in (1.0, 0.4):
        divided = divide_as(manifest([*before.records, *new, known]), splits, keep_val=keep_val)
        assert [record.split for record in divided.records[-5:-1]] == own
        assert divided.records[-1].split == "", "its patient is trained on, so it tests nothing"
        assert not split_leaks(divided)


@pytest.mark.parametrize("own", ["val", "test"])
@pytest.mark.parametrize("keep_val", [1.0, 0.4])
def test_no_film_trains_that_its_data_set_holds_out(
    mixed: Manifest, own: str, keep_val: float
) -> None:
    before = assign_splits(
        manifest([replace(r, phash=sha256(r.id.encode()).hexdigest()) for r in mixed.records])
    )
    splits = {film_code(record): record.split for record in before.records}
    copies = [
        replace(film(2000 + n, known.label, split=own, dataset="e"), phash=known.phash)
        for n, known in enumerate(before.records)
    ]

    divided = divide_as(manifest([*before.records, *copies]), splits, keep_val=keep_val)

    known, copied = divided.records[: len(copies)], divided.records[len(copies) :]
    assert {record.split for record in copied} == {"", "val", "test"}
    assert not any(record.split == "train" for record in copied)
    assert all(
        there.split == "train" for there, copy in zip(known, copied, strict=True) if not copy.split
    )
    assert not split_leaks(divided)


@pytest.mark.skipif(not (SHARED / "siim").is_dir(), reason="../shared/data/siim is not here")
def test_no_film_held_out_by_siim_is_trained_on_with_the_division_of_the_shipped_models() -> None:
    run = open_run("small_cnn")
    splits = {record.id: record.split for record in run.manifest().records}
    siim = scan(SHARED / "siim").usable
    divided = divide_as(siim, splits)
    own = Counter(record.split for record in siim.records)
    assert own["val"] > 0
    assert own["test"] > 0
    for before, after in zip(siim.records, divided.records, strict=True):
        assert before.split == after.split, before.id


def test_an_earlier_division_of_other_films_cannot_be_taken_over() -> None:
    with pytest.raises(SplitError, match=r"held out before is among these: test, val\."):
        divide_as(manifest(films(20, "covid")), {"another film": "test"})


def test_part_of_the_earlier_validation_films_may_train(mixed: Manifest) -> None:
    before = assign_splits(mixed)
    splits = {film_code(record): record.split for record in before.records}

    divided = divide_as(before, splits, keep_val=0.4, seed=3)

    changed = {
        (earlier.split, record.split)
        for earlier, record in zip(before.records, divided.records, strict=True)
    }
    assert changed == {("train", "train"), ("val", "val"), ("val", "train"), ("test", "test")}
    earlier, kept = before.split("val").records, divided.split("val").records
    assert len(kept) == pytest.approx(0.4 * len(earlier), abs=3)
    assert {record.label for record in kept} == {record.label for record in earlier}
    assert not split_leaks(divided)
    assert divided == divide_as(before, splits, keep_val=0.4, seed=3)
    assert divided != divide_as(before, splits, keep_val=0.4, seed=4)


def test_a_validation_film_does_not_train_while_its_patient_is_tested(mixed: Manifest) -> None:
    before = assign_splits(mixed)
    splits = {film_code(record): record.split for record in before.records}
    tested = next(film for film in before.records if film.split == "test" and film.patient)
    other = film(1007, tested.label, tested.patient, source=tested.source)
    splits[film_code(other)] = "val"

    divided = divide_as(manifest([*before.records, other]), splits, keep_val=0.01)

    assert divided.records[-1].split == "val"


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_a_bad_share_of_validation_films_is_refused(mixed: Manifest, share: float) -> None:
    with pytest.raises(SplitError, match="above 0 and at most 1"):
        divide_as(mixed, {}, keep_val=share)
