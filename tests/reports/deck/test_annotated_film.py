"""What was drawn on a film by hand, on its slide."""

import json
import re
from pathlib import Path

import numpy as np

from xray_core.explain.attribution import Attribution
from xray_core.reports.deck.content import Deck, FilmMaps, Measure, ModelMaps
from xray_core.reports.deck.films import ShownFilm, film_slide, small_film
from xray_core.reports.deck.pictures import film_picture
from xray_core.reports.deck.web_page import write_web_page
from xray_core.viewer.annotation import Annotation

DRAWN = (
    Annotation("ruler", (0.1, 0.2), (0.4, 0.6), "34.1 mm"),
    Annotation("text", (0.5, 0.5), (0.5, 0.5), "line?"),
)
MAPS = ModelMaps("M", "m", (Attribution(np.eye(4, dtype=np.float32), "grad_cam", "covid", 0.9),))


def film_of(drawn: tuple[Annotation, ...]) -> tuple[str, FilmMaps]:
    film = ShownFilm(np.full((1200, 900), 0.5, np.float32), "a", "covid", "file", drawn)
    slide = film_slide(small_film(film), [MAPS], [])
    (block,) = slide.blocks
    assert isinstance(block, FilmMaps)
    return slide.notes, block


def test_notes_and_picture_say_what_was_drawn_by_hand() -> None:
    notes, block = film_of(DRAWN)
    said = "Drawn by hand: ruler 34.1 mm, note line?"
    assert f"{said}.\n" in notes
    assert film_picture(block, "dark").alt.endswith(said)
    notes, block = film_of(())
    assert "Drawn" not in notes + film_picture(block, "dark").alt


def test_the_web_page_draws_it_in_its_viewer(tmp_path: Path) -> None:
    film = ShownFilm(np.full((32, 24), 0.5, np.float32), "a", "covid", "file", DRAWN)
    write_web_page(Deck((film_slide(film, [MAPS], []),), "foot"), tmp_path / "deck.html")
    page = (tmp_path / "deck.html").read_text("utf-8")
    (data,) = re.findall(r'"inks":(\[.*?\}\])', page)
    assert json.loads(data)[0] == {
        "kind": "ruler",
        "from": [0.1, 0.2],
        "to": [0.4, 0.6],
        "words": "34.1 mm",
    }


def test_a_ruler_of_the_web_page_measures_pixels_and_millimetres_of_the_file() -> None:
    pixels = np.full((1536, 2048), 0.5, np.float32)
    measure = Measure(2, (0.1, 0.1), "PixelSpacing")
    film = ShownFilm(pixels, "a", "covid", "file", measure=measure)
    (block,) = film_slide(small_film(film), [MAPS], []).blocks
    assert isinstance(block, FilmMaps)
    assert block.film.shape == (768, 1024)
    assert block.measure == Measure(4, (0.1, 0.1), "PixelSpacing")
