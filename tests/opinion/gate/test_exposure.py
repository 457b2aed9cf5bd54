"""Border, greys and size of a film, planted on a synthetic one."""

import numpy as np
import pytest

from xray_core.arrays import UInt8Array
from xray_core.data.decoding.images import to_uint8
from xray_core.explain.demo import draw_film
from xray_core.opinion.gate.exposure import border_share, exposure_notes, unreadable


@pytest.fixture(scope="module")
def film() -> UInt8Array:
    return to_uint8(draw_film(0).image)


def kinds_on(film: UInt8Array) -> list[str]:
    return [finding.kind for finding in exposure_notes(film)]


def test_a_film_as_it_should_be_has_no_note(film: UInt8Array) -> None:
    assert kinds_on(film) == []
    assert unreadable(film) == ()


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_an_even_border_of_any_grey_is_noted_with_its_share(film: UInt8Array, shade: int) -> None:
    framed = np.pad(film, ((0, 0), (30, 30)), constant_values=shade)
    (note,) = [note for note in exposure_notes(framed) if note.kind == "framed"]
    assert note.value == pytest.approx(60 / framed.shape[1], abs=0.02)
    assert not note.stops


def test_a_border_at_one_edge_counts_as_well(film: UInt8Array) -> None:
    framed = np.pad(film, ((60, 0), (0, 0)))
    assert border_share(framed) == pytest.approx(60 / len(framed), abs=0.02)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda film: film // 4, "very dark"),
        (lambda film: 255 - (255 - film) // 4, "very bright"),
        (lambda film: 100 + film // 5, "little contrast"),
    ],
)
def test_greys_out_of_the_usual_range_are_noted(film: UInt8Array, change, words: str) -> None:  # type: ignore[no-untyped-def]
    (note,) = exposure_notes(change(film))
    assert note.kind == "dark"
    assert words in note.words


def test_a_small_file_is_noted_with_its_size(film: UInt8Array) -> None:
    (note,) = exposure_notes(np.ascontiguousarray(film[::2, ::2]))
    assert (note.kind, note.value) == ("small", len(film[::2]))


def test_greys_that_hardly_differ_stop_the_film(film: UInt8Array) -> None:
    (finding,) = unreadable(120 + film // 16)
    assert (finding.kind, finding.stops) == ("unreadable_contrast", True)
