"""Copies are found whatever was done to them, and other films are not taken for copies."""

import numpy as np
import pytest

from xray_core.arrays import UInt8Array
from xray_core.audit import local_features
from xray_core.audit.local_features import VARIANTS, find_places, kept_places
from xray_core.audit.twins import in_groups, twins_among
from xray_core.benchmarks.planted import CHANGES


@pytest.fixture(scope="module")
def found(drawn: UInt8Array) -> dict[str, tuple[str, ...]]:
    """What was found of a copy of another film for each change."""
    random = np.random.default_rng(0)
    names = list(CHANGES)
    origins = [number % len(drawn) for number in range(len(names))]
    copies = [CHANGES[name](drawn[row], random) for name, row in zip(names, origins, strict=True)]
    twins = twins_among(np.concatenate([drawn, np.stack(copies)]))
    alike = np.concatenate([np.arange(len(drawn)), origins])
    assert all(alike[item.first] == alike[item.second] for item in twins), "two films are one"
    return {
        name: item.match.changes
        for number, name in enumerate(names)
        for item in twins
        if (item.first, item.second) == (origins[number], len(drawn) + number)
    }


def test_nearly_every_planted_copy_is_found(found: dict[str, tuple[str, ...]]) -> None:
    assert len(found) >= len(CHANGES) - 1, sorted(set(CHANGES) - set(found))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("mirrored", {"mirrored"}),
        ("upside down", {"mirrored", "turned"}),
        ("turned by 90 degrees", {"turned"}),
        ("inverted", {"inverted"}),
        ("cropped to 85 %", {"cropped"}),
        ("coded as JPEG 30", set()),
        ("mirrored, inverted, cropped to 90 %", {"mirrored", "inverted", "cropped"}),
    ],
)
def test_what_was_done_is_said(
    found: dict[str, tuple[str, ...]], change: str, words: set[str]
) -> None:
    assert set(found[change]) == words


@pytest.mark.parametrize("variant", [key for key in VARIANTS if any(key)], ids=str)
def test_a_mirror_image_and_a_negative_have_the_same_numbers_in_other_places(
    drawn: UInt8Array, variant: tuple[bool, bool]
) -> None:
    film = drawn[0]
    other = film[:, ::-1] if variant[0] else film
    other = 255 - other if variant[1] else other
    ours = find_places(film).numbers[:, VARIANTS[variant]].astype(np.float64) / 255
    theirs = find_places(other).numbers.astype(np.float64) / 255
    plain = find_places(film).numbers.astype(np.float64) / 255
    assert np.median((ours @ theirs.T).max(axis=1)) > 0.97
    assert np.median((plain @ theirs.T).max(axis=1)) < 0.93


@pytest.mark.usefixtures("settings")
def test_places_are_looked_for_once(drawn: UInt8Array, monkeypatch: pytest.MonkeyPatch) -> None:
    films = np.concatenate([drawn[:3], np.zeros((1, 160, 160), np.uint8)])
    found = kept_places(films)
    monkeypatch.setattr(local_features, "find_places", lambda _: pytest.fail("looked again"))
    for kept, places in zip(kept_places(films), found, strict=True):
        np.testing.assert_array_equal(kept.at, places.at)
        np.testing.assert_array_equal(kept.numbers, places.numbers)
    monkeypatch.undo()
    plain = find_places(films[0])
    np.testing.assert_array_equal(found[0].at, plain.at)
    np.testing.assert_array_equal(found[0].numbers, plain.numbers)
    assert found[3].at.shape == (0, 2)


def test_films_that_are_even_or_one_alone_have_no_twins(drawn: UInt8Array) -> None:
    assert twins_among(np.zeros((3, 160, 160), np.uint8)) == ()
    assert twins_among(drawn[:1]) == ()


def test_progress_names_the_steps(drawn: UInt8Array) -> None:
    steps: list[tuple[str, int, int]] = []
    twins_among(drawn[:4], lambda *step: steps.append(step))
    assert steps[0] == ("finding places", 4, 4)
    assert ("comparing films", 4, 4) in steps


def test_groups_are_joined_by_chains() -> None:
    links = [("b", "c"), ("e", "f"), ("a", "b")]
    assert in_groups(links) == (("a", "b", "c"), ("e", "f"))
