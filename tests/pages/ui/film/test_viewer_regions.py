import numpy as np
import pytest
import streamlit as st

from pages.ui.film.viewer.regions import (
    MAX_ANNOTATIONS,
    MAX_LETTERS,
    MAX_REGIONS,
    drawn_annotations,
    drawn_regions,
    marked_place,
    read_annotations,
    read_regions,
)
from xray_core.data.decoding.images import Film
from xray_core.viewer.annotation import Annotation

BOX = [[0.25, 0.5], [0.5, 0.5], [0.5, 0.75], [0.25, 0.75]]


def test_regions_come_back_as_they_were_drawn() -> None:
    assert read_regions({"film": "a", "regions": [BOX, BOX[:3]]}, "a") == (
        ((0.25, 0.5), (0.5, 0.5), (0.5, 0.75), (0.25, 0.75)),
        ((0.25, 0.5), (0.5, 0.5), (0.5, 0.75)),
    )


def test_regions_of_another_film_are_not_drawn_on_this_one() -> None:
    assert read_regions({"film": "a", "regions": [BOX]}, "b") == ()


@pytest.mark.parametrize(
    "regions",
    [
        None,
        "box",
        [None],
        ["abc"],
        [BOX[:2]],
        [[[0.1, "x"], [0.2, 0.3], [0.5, 0.5]]],
        [[[0.1], [0.2, 0.3], [0.5, 0.5]]],
        [[[float("nan"), 0.1], [0.2, 0.3], [0.5, 0.5]]],
    ],
)
def test_what_is_no_polygon_is_left_out(regions: object) -> None:
    assert read_regions({"film": "a", "regions": regions}, "a") == ()


def test_regions_are_kept_on_the_film_and_within_bounds() -> None:
    (region,) = read_regions({"film": "a", "regions": [[[-3, 0], [9, 0], [1, 1]]]}, "a")
    assert region == ((0, 0), (1, 0), (1, 1))
    assert len(read_regions({"film": "a", "regions": [BOX] * 99}, "a")) == MAX_REGIONS


def test_regions_are_found_by_the_key_of_the_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    film = Film(np.random.default_rng(0).random((8, 6), np.float32))
    sent = {"edit": {"film": film.id, "regions": [BOX]}}
    monkeypatch.setattr(st, "session_state", {"viewer": sent, "fresh": None})
    assert len(drawn_regions("viewer", film)) == 1
    assert drawn_regions("viewer", film.with_pixels(film.pixels.T)) == ()
    assert drawn_regions("fresh", film) == ()
    assert drawn_regions("other", film) == ()


@pytest.mark.parametrize(
    ("point", "place"),
    [
        ([0.25, 0.5], (0.25, 0.5)),
        ([-1, 2], (0.0, 1.0)),
        ([0.25], None),
        (["x", 0.5], None),
        (None, None),
    ],
)
def test_a_marked_place_is_two_shares_or_none(
    monkeypatch: pytest.MonkeyPatch, point: object, place: tuple[float, float] | None
) -> None:
    film = Film(np.zeros((8, 8), np.float32))
    monkeypatch.setattr(
        st, "session_state", {"viewer": {"mark": {"film": film.id, "point": point}}}
    )
    assert marked_place("viewer", film) == place
    other = Film(np.ones((8, 8), np.float32))
    assert marked_place("viewer", other) is None


RULER = {"kind": "ruler", "from": [0.1, 0.2], "to": [0.4, 1.6], "words": "34.1 mm"}


def test_annotations_are_those_of_the_film_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    film = Film(np.random.default_rng(0).random((8, 6), np.float32))
    monkeypatch.setattr(
        st, "session_state", {"viewer": {"inks": {"film": film.id, "inks": [RULER]}}, "fresh": None}
    )
    drawn = drawn_annotations("viewer", film)
    assert drawn == (Annotation("ruler", (0.1, 0.2), (0.4, 1.0), "34.1 mm"),)
    assert drawn_annotations("viewer", film.with_pixels(film.pixels.T)) == ()
    assert drawn_annotations("fresh", film) == ()


@pytest.mark.parametrize("wrong", [{"kind": "pen"}, {"words": None}, {"to": [0.1]}, {"from": "ab"}])
def test_what_is_no_annotation_is_left_out(wrong: dict[str, object]) -> None:
    assert read_annotations({"film": "a", "inks": [RULER | wrong, None]}, "a") == ()


def test_annotations_are_no_more_and_no_longer_than_the_viewer_lets_them_be() -> None:
    long = RULER | {"words": "x" * 999}
    found = read_annotations({"film": "a", "inks": [long] * 99}, "a")
    assert (len(found), len(found[0].words)) == (MAX_ANNOTATIONS, MAX_LETTERS)
