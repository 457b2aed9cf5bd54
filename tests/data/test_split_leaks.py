"""What several splits share is reported."""

from dataclasses import replace

from tests.drawn_records import film, manifest, own_split
from xray_core.data.records import with_splits
from xray_core.data.split_leaks import Leak, split_leaks


def test_leaks_over_the_own_split_are_reported() -> None:
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
