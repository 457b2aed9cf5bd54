import random
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from xray_core.data.records import Manifest, Record, film_code, with_splits
from xray_core.data.scan import scan
from xray_core.data.splits import Leak, assign_splits, divide_as, split_leaks
from xray_core.errors import SplitError
from xray_core.runs.store import open_run

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def film(number: int, label: str, patient: str = "", **facts: str) -> Record:
    return Record(
        id=f"d/{label}{number}",
        dataset=facts.pop("dataset", "d"),
        path=f"{label}{number}",
        label=label,
        patient=patient,
        sha256=f"{label}-{number}",
        **facts,  # type: ignore[arg-type]
    )


def films(n: int, label: str, **facts: str) -> list[Record]:
    return [film(number, label, **facts) for number in range(n)]


def manifest(records: list[Record]) -> Manifest:
    return Manifest(tuple(records), {})


def counts(split: Manifest, *facts: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(getattr(record, fact) for fact in facts) for record in split.records)


@pytest.fixture
def mixed() -> Manifest:
    """Two classes, two sources, patients with one to four films, some in both classes."""
    records = films(100, "normal", source="a") + films(40, "normal", source="b")
    records = [
        replace(r, id=f"{r.id}-{r.source}", sha256=f"{r.sha256}-{r.source}") for r in records
    ]
    for number in range(60):
        records.append(film(number, "viral", f"p{number // 3}", source="c"))
        records.append(film(number, "bacterial", f"p{number // 4}", source="c"))
    return manifest(records)


def test_shares_are_met_in_every_class_and_source(mixed: Manifest) -> None:
    split = assign_splits(mixed)

    got = counts(split, "label", "source", "split")
    for (label, source), total in counts(mixed, "label", "source").items():
        for name, share in (("train", 0.7), ("val", 0.15), ("test", 0.15)):
            # a patient has up to seven films here, so a class can't be met to the film
            tolerance = 1.5 if label == "normal" else 7
            assert abs(got[label, source, name] - share * total) <= tolerance, (label, name)


def test_no_patient_is_in_two_splits(mixed: Manifest) -> None:
    split = assign_splits(mixed)

    for patient in {record.patient for record in mixed.records if record.patient}:
        assert len({r.split for r in split.records if r.patient == patient}) == 1
    assert split_leaks(split) == ()


def test_near_duplicates_stay_together() -> None:
    records = films(40, "covid")
    twins = [replace(r, phash=f"{n // 2:064x}") for n, r in enumerate(records)]
    # hashes of neighbours differ in few bits: all 40 films look alike, so nothing is left to divide
    with pytest.raises(SplitError, match="'covid' has 1"):
        assign_splits(manifest(twins))

    random_bits = random.Random(0)
    hashes = [f"{random_bits.getrandbits(256):064x}" for _ in range(20)]
    pairs = [replace(r, phash=hashes[n // 2]) for n, r in enumerate(records)]
    split = assign_splits(manifest(pairs))
    for left, right in zip(split.records[::2], split.records[1::2], strict=True):
        assert left.split == right.split


def test_the_seed_decides_and_nothing_else(mixed: Manifest) -> None:
    expected = {r.id: r.split for r in assign_splits(mixed, seed=1).records}
    shuffled = list(mixed.records)
    random.Random(5).shuffle(shuffled)
    renamed = [replace(r, dataset="other", id=f"other/{r.id}") for r in shuffled]

    again = {r.id: r.split for r in assign_splits(manifest(shuffled), seed=1).records}
    moved = {r.id: r.split for r in assign_splits(manifest(renamed), seed=1).records}
    other = {r.id: r.split for r in assign_splits(mixed, seed=2).records}

    assert again == expected
    assert moved == {f"other/{key}": split for key, split in expected.items()}
    assert other != expected


def test_a_known_division_never_changes() -> None:
    """Written down once: a run of last year must find the same test films on any machine."""
    split = assign_splits(manifest(films(10, "covid") + films(10, "normal")), seed=0)

    letters = {"train": ".", "val": "v", "test": "t"}
    drawn = "".join(letters[record.split] for record in split.records)
    assert drawn == "t.t.v....v.v..t.t..v"


def test_every_class_is_in_every_split() -> None:
    records = films(3, "covid") + films(50, "normal")
    records += [film(n, "viral", source=f"hospital {n}") for n in range(3)]

    split = assign_splits(manifest(records))

    for label in ("covid", "viral"):
        assert counts(split, "label", "split")[label, "test"] == 1
        assert counts(split, "label", "split")[label, "val"] == 1


def test_a_rare_class_inside_large_groups_still_reaches_every_split() -> None:
    """Each patient has nine viral films and one bacterial: three patients, three splits."""
    records = []
    for patient in range(3):
        records += [film(10 * patient + n, "viral", f"p{patient}") for n in range(9)]
        records.append(film(patient, "bacterial", f"p{patient}"))

    split = assign_splits(manifest(records))

    assert len(counts(split, "label", "split")) == 6


def test_a_class_that_is_too_small_is_named() -> None:
    records = films(20, "normal") + films(2, "covid") + [film(n, "viral", "p") for n in range(9)]

    with pytest.raises(SplitError) as caught:
        assign_splits(manifest(records))

    assert "'viral' has 1, 'covid' has 2" in caught.value.what
    assert "leave the class out" in caught.value.fix


def test_no_film_at_all_is_an_error() -> None:
    with pytest.raises(SplitError):
        assign_splits(manifest([]))


@pytest.mark.parametrize(
    "fractions", [(0.7, 0.2, 0.2), (0.8, 0.2, 0.0), (1.2, -0.1, -0.1), (float("nan"), 0.5, 0.5)]
)
def test_bad_shares_are_refused(fractions: tuple[float, float, float]) -> None:
    with pytest.raises(SplitError, match="sum to 1"):
        assign_splits(manifest(films(9, "covid")), fractions=fractions)


def test_unusable_films_get_no_split() -> None:
    records = [*films(9, "covid"), film(99, "covid", problem="cut off", split="train")]

    assert assign_splits(manifest(records)).records[-1].split == ""


def own_split(n_train: int, n_val: int, n_test: int) -> list[Record]:
    records = []
    for label in ("normal", "covid"):
        names = ["train"] * n_train + ["val"] * n_val + ["test"] * n_test
        records += [film(n, label, f"{label} {n}", split=name) for n, name in enumerate(names)]
    return records


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


def test_leaks_over_the_own_split_are_told() -> None:
    records = own_split(20, 0, 5)
    records += [
        film(1, "viral", "p1", split="train"),
        film(2, "viral", "p1", split="test"),
        replace(film(3, "viral", "p2", split="val"), phash="f" * 64),
        replace(film(4, "viral", "p3", split="test"), phash="f" * 64),
    ]

    assert split_leaks(manifest(records)) == (
        Leak("patient", ("train", "test"), ("d/viral1", "d/viral2")),
        Leak("near-duplicate", ("val", "test"), ("d/viral3", "d/viral4")),
    )


def test_films_without_a_split_do_not_leak() -> None:
    records = [film(1, "viral", "p1", split="train"), film(2, "viral", "p1")]

    assert split_leaks(manifest(records)) == ()
    assert split_leaks(with_splits(manifest(records), {"d/viral1": "val", "d/viral2": "test"}))


def test_altered_copies_go_where_their_film_goes() -> None:
    records = films(30, "covid") + films(30, "normal")
    copies = [
        replace(
            record, id=f"{record.id}_{word}", path=f"{record.path}_{word}", sha256=f"{n} {word}"
        )
        for n, record in enumerate(records)
        for word in ("flip", "rot")
    ]

    split = assign_splits(manifest(records + copies))

    assert split_leaks(split) == ()
    of_path = {record.path: record.split for record in split.records}
    assert all(of_path[path] == of_path[path.partition("_")[0]] for path in of_path)
    assert set(of_path.values()) == {"train", "val", "test"}


def test_a_copy_that_came_later_joins_its_film_and_moves_nothing() -> None:
    """As `--split-of` does: films of the earlier run stay where they were."""
    records = films(10, "covid") + films(10, "normal")
    before = assign_splits(manifest(records))
    earlier = {film_code(record): record.split for record in before.records}
    copies = [
        replace(record, id=f"{record.id}_rot", path=f"{record.path}_rot", sha256=f"copy {n}")
        for n, record in enumerate(records)
    ]

    after = divide_as(manifest(records + copies), earlier)

    assert after.records[:20] == before.records
    assert [record.split for record in after.records[20:]] == [r.split for r in before.records]


def test_films_for_maps_only_are_in_no_split_and_change_none() -> None:
    """They have boxes and no label; the data set puts them into its own splits."""
    own = own_split(80, 10, 10)
    boxes = ((0.1, 0.1, 0.5, 0.5),)
    boxed = [
        replace(film(n, "", f"covid {n}", split=split), boxes=boxes)  # the patient has others
        for n, split in enumerate(("train", "val", "test", "test"))
    ]
    elsewhere = [replace(boxed[0], id="e/1", dataset="e", sha256="other")]
    mixed = manifest(own + boxed + elsewhere)
    codes = {film_code(record): record.split for record in own}

    for split in (
        assign_splits(mixed),
        assign_splits(mixed, keep_own=True),
        divide_as(mixed, codes, keep_val=0.5),
    ):
        assert [record.split for record in split.records[200:]] == [""] * 5
        assert set(split.usable.records) == set(split.records[:200])
        assert {record.label for record in split.split("train").records} == {"normal", "covid"}
    assert assign_splits(mixed).records[:200] == assign_splits(manifest(own)).records
    assert split_leaks(mixed) == ()
    with pytest.raises(SplitError, match="there is none"):
        assign_splits(manifest(boxed))
