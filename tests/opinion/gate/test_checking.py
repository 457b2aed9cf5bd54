"""What the shipped gate finds on synthetic films with planted faults."""

from pathlib import Path

import numpy as np
import pytest

from xray_core.data.decoding.greys import HARDLY_A_FILM
from xray_core.data.decoding.images import Film
from xray_core.data.film_facts import FilmFacts
from xray_core.errors import WeightsError
from xray_core.explain.demo import draw_film
from xray_core.opinion.gate import check, checking, invert, network, turn_upright
from xray_core.opinion.gate.checking import findings_of
from xray_core.opinion.gate.network import Seen

FRONTAL = {"frontal": 0.99, "lateral": 0.01}
UPRIGHT = {0: 1.0, 90: 0.0, 180: 0.0, 270: 0.0}
FAULTLESS = {"mirrored": 0.0, "inverted": 0.0, "cut": 0.0, "photographed": 0.0}


@pytest.fixture(scope="module")
def film() -> Film:
    return Film(draw_film(0).image)


def test_an_upright_synthetic_film_passes(film: Film) -> None:
    assert check(film).passed


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_film_is_stopped_with_the_angle_that_puts_it_right(
    film: Film, degrees: int
) -> None:
    turned = film.with_pixels(np.ascontiguousarray(np.rot90(film.pixels, degrees // 90)))
    (finding,) = check(turned).stopping
    assert (finding.kind, finding.value) == ("turned", degrees)
    assert check(turn_upright(turned, degrees)).passed


def test_inverted_greys_are_stopped(film: Film) -> None:
    inverted = invert(film)
    assert [finding.kind for finding in check(inverted).stopping] == ["inverted"]
    assert check(invert(inverted)).passed


def test_noise_is_no_chest_film() -> None:
    noise = np.random.default_rng(0).random((200, 200), dtype=np.float32)
    assert [finding.kind for finding in check(Film(noise)).stopping] == ["not_chest"]


def test_a_lateral_view_is_named() -> None:
    seen = Seen({"frontal": 0.1, "lateral": 0.9}, UPRIGHT, FAULTLESS)
    assert [finding.kind for finding in findings_of(seen)] == ["lateral"]


def test_a_mirrored_film_is_noted_and_not_stopped() -> None:
    seen = Seen(FRONTAL, UPRIGHT, FAULTLESS | {"mirrored": 0.9})
    (finding,) = findings_of(seen)
    assert (finding.kind, finding.stops) == ("mirrored", False)


def test_of_a_film_on_its_side_nothing_else_is_asked() -> None:
    seen = Seen(FRONTAL, {0: 0.0, 90: 1.0}, FAULTLESS | {"mirrored": 0.9, "cut": 0.9})
    assert [finding.kind for finding in findings_of(seen)] == ["turned"]


def test_missing_weights_are_said(
    film: Film, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(network, "shipped_gate", lambda: tmp_path)
    found = check(film)
    assert found.passed
    assert [finding.kind for finding in found.findings] == ["not_checked"]


def test_a_photograph_by_its_file_and_by_its_look_gets_one_note(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Seen(FRONTAL, UPRIGHT, FAULTLESS | {"photographed": 0.9, "mirrored": 0.9})
    monkeypatch.setattr(checking, "look", lambda _: [seen])
    by_look = check(film)
    assert [finding.kind for finding in by_look.findings] == ["mirrored", "photographed"]
    by_both = check(film, FilmFacts(photo_by_file="Its EXIF data name a camera.", mirrored=True))
    assert [finding.kind for finding in by_both.findings] == ["mirrored", "photographed"]
    assert by_both.findings[1].words == "Its EXIF data name a camera."


def test_notes_of_the_tags_are_left_out_where_the_picture_stops_the_film(film: Film) -> None:
    found = check(invert(film), FilmFacts(mirrored=True))
    assert [finding.kind for finding in found.findings] == ["inverted"]


def test_tags_of_a_film_that_was_not_looked_at_are_noted(
    film: Film, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(network, "shipped_gate", lambda: tmp_path)
    found = check(film, FilmFacts(burned_in=True))
    assert [finding.kind for finding in found.findings] == ["burned_in", "not_checked"]


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("inverted", checking.LEAST_INVERTED),
        ("mirrored", checking.LEAST_MIRRORED),
        ("cut", checking.LEAST_CUT),
        ("photographed", checking.LEAST_PHOTOGRAPHED),
    ],
)
def test_a_fault_is_found_from_its_threshold_on(kind: str, least: float) -> None:
    at, below = (
        Seen(FRONTAL, UPRIGHT, FAULTLESS | {kind: share}) for share in (least, 0.999 * least)
    )
    assert [finding.kind for finding in findings_of(at)] == [kind]
    assert findings_of(below) == ()


def test_a_film_that_may_be_no_chest_is_stopped_below_the_threshold() -> None:
    least = checking.LEAST_FRONTAL
    assert findings_of(Seen({"frontal": least, "limb": 1 - least}, UPRIGHT, FAULTLESS)) == ()
    (finding,) = findings_of(Seen({"frontal": 0.2, "limb": 0.8}, UPRIGHT, FAULTLESS))
    assert (finding.kind, finding.stops) == ("not_chest", True)
    assert "limb" in finding.words


def test_what_is_far_from_every_film_is_noted_and_further_still_stopped() -> None:
    def kinds(distance: float, **faults: float) -> list[tuple[str, bool]]:
        seen = Seen(FRONTAL, UPRIGHT, FAULTLESS | faults, distance)
        return [(finding.kind, finding.stops) for finding in findings_of(seen)]

    assert kinds(checking.UNLIKE - 0.1) == []
    assert kinds(checking.UNLIKE) == [("unlike_training", False)]
    assert kinds(checking.STRANGE) == [("not_chest", True)]
    assert kinds(checking.STRANGE, cut=0.9) == [("cut", False)]
    assert kinds(checking.STRANGEST, cut=0.9) == [("not_chest", True)]


def test_smooth_blobs_that_look_like_lungs_to_the_network_are_stopped_by_their_distance() -> None:
    rows, columns = np.mgrid[0:4:400j, 0:4:600j]
    waves = 0.5 + 0.25 * np.sin(2.2 * rows + 0.4 * columns) + 0.2 * np.cos(2.4 * columns)
    assert not check(Film(waves.astype(np.float32))).passed


def test_a_picture_in_clear_colours_is_no_radiograph(film: Film) -> None:
    coloured = Film(film.pixels, (), (f"colour image turned to grey: {HARDLY_A_FILM}",))
    (finding,) = check(coloured).findings
    assert (finding.kind, finding.value, finding.stops) == ("not_chest", "colour", True)


def test_the_greys_of_a_film_are_judged_with_what_the_network_sees(film: Film) -> None:
    flat = film.with_pixels(np.float32(0.5) + film.pixels / np.float32(20))
    assert [finding.kind for finding in check(flat).findings] == ["unreadable_contrast"]
    small = film.with_pixels(np.ascontiguousarray(film.pixels[::2, ::2]))
    assert check(small).has("small")
    assert check(small).passed


def test_a_damaged_record_of_typical_films_is_said(tmp_path: Path) -> None:
    (tmp_path / network.WEIGHTS).write_bytes(
        (network.shipped_gate() / network.WEIGHTS).read_bytes()
    )
    film = np.zeros((1, 96, 96), np.uint8)
    assert network.look(film, tmp_path)[0].distance is None
    (tmp_path / network.TYPICAL).write_bytes(b"damaged")
    with pytest.raises(WeightsError, match="typical"):
        network.look(film, tmp_path)
