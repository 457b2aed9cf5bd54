import random
from dataclasses import replace

import pytest

from tests.drawn_records import counts, film, films, manifest, own_split
from xray_core.data.records import Manifest, film_code
from xray_core.data.split_leaks import split_leaks
from xray_core.data.splits import assign_splits, divide_as
from xray_core.errors import SplitError


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
