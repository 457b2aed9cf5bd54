"""The picture of a film and its maps: panes, bars, words and files."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from xray_core import __version__
from xray_core.errors import ExplainError
from xray_core.explain.attribution import Attribution
from xray_core.explain.overlay import blue_orange, inferno
from xray_core.reports.map_picture import (
    BAR_PX,
    DPI,
    GAP_PX,
    LINE_PX,
    MARGIN_PX,
    PANE_PX,
    MapPane,
    caption_of,
    map_kind,
    map_picture,
    picture_bytes,
)
from xray_core.viewer.annotation import Annotation

FILM = np.full((60, 40), 0.5, np.float32)
BAR_ROW = PANE_PX + 2 * LINE_PX + BAR_PX // 2


def pane(probability: float = 0.9, *, versus: str = "") -> MapPane:
    values = np.zeros((4, 4), np.float32)
    values[0, 0], values[3, 3] = 2, -4 if versus else 1
    return MapPane(Attribution(values, "grad_cam", "covid", probability, versus), "Small CNN")


def drawn(*panes: MapPane, **looks: str) -> NDArray[np.uint8]:
    picture = map_picture(FILM, panes, caption_of("film a"), **looks)  # type: ignore[arg-type]
    return np.asarray(picture)[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]


@pytest.mark.parametrize("n_maps", [1, 3])
def test_a_pane_for_the_film_and_one_for_each_map(n_maps: int) -> None:
    picture = drawn(*[pane()] * n_maps)
    assert picture.shape[1] == (n_maps + 1) * (PANE_PX + GAP_PX) - GAP_PX >= 1600
    film, heat = picture[:PANE_PX, :PANE_PX], picture[:PANE_PX, -PANE_PX:]
    assert np.ptp(film.astype(int), axis=2).max() == 0, "the film has no colour"
    assert np.ptp(heat.astype(int), axis=2).max() > 40
    assert (film[:, :20] == 0).all(), "beside a narrow film is black"


def test_below_a_map_stands_its_bar_in_its_colours() -> None:
    row = drawn(pane())[BAR_ROW, -PANE_PX:]
    np.testing.assert_allclose(row[2], inferno()[0], atol=6)
    np.testing.assert_allclose(row[-3], inferno()[-1], atol=6)
    row = drawn(pane(versus="normal"))[BAR_ROW, -PANE_PX:]
    np.testing.assert_allclose(row[2], blue_orange()[0], atol=6)
    np.testing.assert_allclose(row[-3], blue_orange()[-1], atol=6)


def test_the_contour_of_half_of_the_strongest_place_is_white() -> None:
    heat = drawn(pane())[:PANE_PX, -PANE_PX:]
    assert (heat == 255).all(axis=2).sum() > 200


def test_a_map_that_is_not_shown_has_no_bar() -> None:
    for hidden in (
        pane(0.05),
        MapPane(Attribution(np.zeros((2, 2), np.float32), "grad_cam", "covid", 0.9)),
    ):
        row = drawn(hidden)[BAR_ROW, -PANE_PX:]
        assert np.ptp(row.astype(int), axis=1).max() < 40


def test_light_and_dark_differ_around_the_film_alone() -> None:
    dark, light = drawn(pane()), drawn(pane(), theme="light")
    np.testing.assert_array_equal(dark[:PANE_PX, :PANE_PX], light[:PANE_PX, :PANE_PX])
    assert light[-1, -1].tolist() == [255, 255, 255]
    assert dark[-1, -1].max() < 32


def test_a_changed_film_is_marked_in_amber_on_a_line_of_its_own() -> None:
    plain, warned = drawn(pane()), drawn(pane(), warning="Film changed by what-if")
    assert warned.shape[0] == plain.shape[0] + LINE_PX
    foot = warned[-2 * LINE_PX :].astype(int)
    assert (foot[..., 0] - foot[..., 2]).max() > 100


def test_names_say_class_probability_and_model() -> None:
    assert pane().name == "COVID-19 0.90, Small CNN"
    assert pane(versus="normal").name == "COVID-19 against Normal 0.90, Small CNN"
    assert pane().title == "Grad-CAM"


def test_the_caption_says_version_day_and_purpose() -> None:
    words = caption_of("film a", "", "run b 1234")
    assert words.startswith(f"film a · run b 1234 · ThoraxLens {__version__} · 20")
    assert words.endswith(" · Research only, not a diagnosis.")


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_files_have_the_resolution_of_print_and_lose_nothing(kind: str) -> None:
    picture = map_picture(FILM, [pane()], caption_of())
    read = Image.open(BytesIO(picture_bytes(picture, kind)))
    assert read.format == kind
    assert [round(float(part)) for part in read.info["dpi"]] == [DPI, DPI]
    np.testing.assert_array_equal(np.asarray(read), np.asarray(picture))


def test_the_ending_says_what_is_written() -> None:
    kinds = [map_kind(Path(name)) for name in ("a.png", "a.TIF", "a.tiff", "a.npy")]
    assert kinds == ["PNG", "TIFF", "TIFF", "NPY"]
    with pytest.raises(ExplainError, match=r"written as \.png, \.tif, \.tiff, \.npy"):
        map_kind(Path("a.bmp"))


def test_what_was_drawn_on_the_film_is_on_every_pane_and_never_beyond_it() -> None:
    plain, line = drawn(pane()), Annotation("ruler", (0.2, 0.75), (0.8, 0.75), "34.1 mm")
    note = Annotation("text", (0.99, 0.01), (0.99, 0.01), "a long note " * 6)
    picture = map_picture(FILM, [pane()], caption_of("film a"), drawn=[line, note])
    changed = (np.asarray(picture)[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX] != plain).any(axis=2)
    edge = (PANE_PX - PANE_PX * 40 // 60) // 2
    for left in (0, PANE_PX + GAP_PX):
        own = changed[:PANE_PX, left : left + PANE_PX]
        assert own[600, PANE_PX // 2], "the ruler"
        assert own[:80].any(), "the note"
        assert not own[:, :edge].any()
        assert not own[:, -edge:].any()
    assert not changed[PANE_PX:].any()
