import numpy as np
import pytest

from pages.ui.opinion.similar_panel import cards
from tests.pages.conftest import OpenPage
from tests.pages.test_second_opinion import drawn, upload, words
from xray_core.data.decoding.images import encode_jpeg, encode_png
from xray_core.data.phantom import make_phantom
from xray_core.networks.registry import target_layer_of
from xray_core.opinion.similar import IndexedFilm, Neighbour, SimilarIndex
from xray_core.opinion.similar_index import write_index
from xray_core.runs.loading import load_model
from xray_core.runs.store import Run

SMALL = encode_jpeg(np.zeros((8, 8), np.uint8))


def test_what_is_known_of_a_film_is_written_and_nothing_in_it_is_markup() -> None:
    film = IndexedFilm("a", "<b>", "<ward>", "test film", "covid", 0.75)
    shown = cards([Neighbour(film, 0.25, same=False, thumbnail=SMALL)])
    assert "&lt;ward&gt;, test film" in shown
    assert "<ward>" not in shown
    assert "model: COVID-19 0.75" in shown
    assert "distance 0.250" in shown


@pytest.mark.usefixtures("no_shipped")
def test_without_an_index_the_command_is_named_and_with_one_the_films_are_shown(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("second_opinion")
    upload(page)
    assert "No index of films" in words(page)
    assert any("similar-index --run" in code.value for code in page.code)
    network = load_model(own_run)
    channels = int(network.get_layer(target_layer_of(network)).output.shape[-1])
    rows = np.eye(6, channels, dtype=np.float16) + np.float16(0.5)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    known = [IndexedFilm(str(n), "viral", "ward", "test film", "viral", 0.9) for n in range(6)]
    write_index(own_run, SimilarIndex(tuple(known), rows, (SMALL,) * 6))
    upload(page, "another.png", encode_png(make_phantom("viral", 77).image))
    assert "5 of 5 come from one source (ward)" in words(page)
    assert drawn(page).count("data:image/jpeg") >= 5
