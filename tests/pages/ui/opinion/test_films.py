import pytest
import streamlit as st

from pages.ui.opinion import films, uploads
from pages.ui.opinion.uploads import Upload
from xray_core.data.decoding.images import Film, encode_png
from xray_core.data.film_facts import FilmFacts
from xray_core.data.phantom import make_phantom

IMAGE = make_phantom("normal", 3, size_px=128).image


@pytest.fixture(autouse=True)
def _session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})


def film(file: Upload) -> Film:
    found = films.opinion_film(file).film
    assert isinstance(found, Film)
    return found


def test_steps_put_the_film_right_and_can_be_undone() -> None:
    file = Upload("a.png", encode_png(IMAGE), "one")
    first = film(file)
    films.step(films.opinion_film(file), 90)
    films.step(films.opinion_film(file), films.INVERT)
    done = film(file)
    assert done.pixels[0, -1] == pytest.approx(1 - first.pixels[0, 0], abs=1e-6)
    assert "turned clockwise by 90 degrees at the reader's wish" in done.notes
    assert done.id != first.id
    item = films.opinion_film(file)
    st.session_state.clear()  # downloads are made outside the session
    assert item.full_size().pixels[0, -1] == pytest.approx(done.pixels[0, -1], abs=1e-6)
    films.undo_steps(films.opinion_film(file))
    assert film(file).id == first.id


def test_distances_of_pixels_turn_with_the_film(monkeypatch: pytest.MonkeyPatch) -> None:
    said = FilmFacts(pixel_spacing_mm=(0.14, 0.2))
    monkeypatch.setattr(films, "facts_of", lambda *_: said)
    file = Upload("a.png", encode_png(IMAGE), "one")
    for degrees, spacing in (
        (0, (0.14, 0.2)),
        (90, (0.2, 0.14)),
        (180, (0.2, 0.14)),
        (90, (0.14, 0.2)),
    ):
        if degrees:
            films.step(films.opinion_film(file), degrees)
        assert films.opinion_film(file).spacing_mm == spacing


def test_small_films_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def count(data: bytes, name: str, *, max_pixels: int, window: str) -> Film:
        calls.append(name)
        return Film(IMAGE)

    monkeypatch.setattr(films, "decode_image", count)
    file = Upload("a.png", b"", "one")
    assert not films.is_read(file)
    assert films.thumbnail(file) == films.thumbnail(file)
    assert films.is_read(file)
    assert calls == ["a.png"]


def test_what_the_file_says_is_read_once_and_freed_with_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def say(data: bytes, name: str) -> FilmFacts:
        asked.append(name)
        return FilmFacts(age_group="child")

    monkeypatch.setattr(films, "facts_of", say)
    file = Upload("a.png", encode_png(IMAGE), "one")
    facts = [films.opinion_film(file).facts.age_group for _ in range(3)]
    assert (facts, asked) == (["child"] * 3, ["a.png"])
    uploads.kept_films().forget()
    assert not uploads.kept_films().facts
