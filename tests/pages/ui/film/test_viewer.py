"""The Python side of the film viewer: what is sent to the browser and what comes back."""

import base64
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.ui.film.viewer import (
    CSS,
    JS,
    Edit,
    Facts,
    FilmMap,
    Others,
    ViewerState,
    film_ahead,
    read_state,
    viewer_data,
)
from xray_core.data.decoding.images import Film
from xray_core.data.phantom import make_phantom
from xray_core.explain.overlay import MIN_SHOWN_PROBABILITY
from xray_core.viewer.layers import film_url


def a_map(label: str, probability: float, run: str = "small CNN", value: float = 1.0) -> FilmMap:
    return FilmMap(np.full((2, 3), value, np.float32), run, "Grad-CAM", label, probability)


MAPS = (a_map("normal", 0.2), a_map("covid", 0.8), a_map("covid", 0.3, "ResNet50"))


def data_of(maps: tuple[FilmMap, ...]) -> dict[str, object]:
    return viewer_data(Film(np.zeros((4, 6), np.float32)), maps, Facts("A film", "a.png"))


def sent_maps(maps: tuple[FilmMap, ...]) -> list[dict[str, object]]:
    sent = json.loads(json.dumps(data_of(maps), allow_nan=False))["maps"]
    assert isinstance(sent, list)
    return sent


def decoded(url: str) -> NDArray[np.uint8]:
    kind, text = url.split(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


def test_a_film_travels_as_8_bit_grey_png() -> None:
    film = np.array([[0, 0.5, 1], [-1, 2, 0.2]], np.float32)
    assert decoded(film_url(film)).tolist() == [[0, 128, 255], [0, 255, 51]]


def test_a_large_film_is_made_smaller_and_keeps_its_shape_and_size_in_pixels() -> None:
    film = np.zeros((1024, 2048), np.float32)
    assert decoded(film_url(film)).shape == (512, 1024)
    data = viewer_data(Film(film), (), Facts("A film"))
    assert (data["height"], data["width"]) == (1024, 2048)


def test_maps_travel_raw_with_title_and_colour() -> None:
    evidence = np.array([[-0.5, 1.23456789, 1234.5]], np.float32)
    (sent,) = sent_maps((FilmMap(evidence, "small CNN", "Grad-CAM", "covid", 0.25),))
    assert sent["evidence"] == [-0.5, 1.235, 1234.0]
    (named,) = sent_maps((FilmMap(evidence, "an-id", "Grad-CAM", "covid", 0.25, model="CNN"),))
    assert (sent["model"], named["run"], named["model"]) == ("small CNN", "an-id", "CNN")
    assert (sent["height"], sent["width"], sent["probability"]) == (1, 3, 0.25)
    assert (sent["title"], sent["colour"]) == ("COVID-19", "#CC79A7")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_map_that_is_not_finite_is_sent_without_evidence(value: float) -> None:
    (sent,) = sent_maps((a_map("covid", 0.9, value=value),))
    assert sent["evidence"] is None


def test_four_classes_of_three_runs_take_few_bytes() -> None:
    noise = np.random.default_rng(0).random((10, 10), np.float32)
    maps = tuple(FilmMap(noise, f"run {i}", "Grad-CAM", "covid", 0.5) for i in range(12))
    assert len(json.dumps(sent_maps(maps))) < 15_000


def test_before_any_choice_the_most_probable_class_of_the_first_run_is_shown() -> None:
    assert read_state({}, MAPS) == ViewerState("covid", "small CNN")


def test_without_maps_there_is_no_class() -> None:
    assert read_state({"view": {"label": "covid"}}, ()) == ViewerState()


def test_a_choice_comes_back() -> None:
    view = {"label": "normal", "run": "small CNN", "method": "Grad-CAM", "opacity": 0.25}
    assert read_state({"view": view}, MAPS) == ViewerState("normal", "small CNN")
    assert read_state({"view": view | {"after": False}}, MAPS).after is False


def test_a_choice_that_the_film_does_not_have_falls_back_to_the_most_probable() -> None:
    state = read_state({"view": {"label": "viral", "run": "ResNet50", "method": "Grad-CAM"}}, MAPS)
    assert (state.run, state.label) == ("ResNet50", "covid")
    state = read_state({"view": {"label": "normal", "run": "gone", "method": "Grad-CAM"}}, MAPS)
    assert (state.run, state.label) == ("small CNN", "normal")


def test_nonsense_from_the_browser_does_no_harm() -> None:
    view = {"label": ["covid"], "opacity": "much", "overlay": None, "against": [1]}
    assert read_state({"view": view}, MAPS) == read_state({}, MAPS)
    assert read_state({"view": None}, MAPS) == read_state({}, MAPS)


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_a_probability_outside_0_and_1_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        a_map("covid", probability)


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2, 2, 3\)"):
        FilmMap(np.zeros((2, 2, 3), np.float32), "run", "Grad-CAM", "covid", 0.5)
    with pytest.raises(ValueError, match=r"\(4, 4, 3\)"):
        viewer_data(Film(np.zeros((4, 4, 3), np.float32)), (), Facts(""))


def test_the_browser_shows_maps_from_the_same_probability_on_as_python() -> None:
    assert data_of(MAPS)["min_shown_probability"] == MIN_SHOWN_PROBABILITY
    assert "data.min_shown_probability" in JS


def test_texts_from_outside_never_become_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", JS)
    assert "://" not in JS.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in CSS


def test_a_page_with_two_viewers_runs() -> None:
    def page() -> None:
        import numpy as np
        import streamlit as st

        from pages.ui.film.viewer import Facts, FilmMap, film_viewer
        from xray_core.data.decoding.images import Film

        film = Film(np.zeros((8, 8), np.float32))
        maps = [FilmMap(np.ones((2, 2), np.float32), "small CNN", "Grad-CAM", "covid", 0.8)]
        first = film_viewer(film, maps, Facts("A film", position=(1, 3)), key="first")
        second = film_viewer(film, [], Facts("Another film", synthetic=True), key="second")
        st.write(f"{first.label} {first.go_to} {second.label!r}")

    app = AppTest.from_function(page).run(timeout=20)
    assert not app.exception
    assert app.markdown[-1].value == "covid None ''"


def test_layers_travel_with_the_film() -> None:
    phantom = make_phantom("covid", 5)
    film = Film(phantom.image)
    facts = Facts("A film", synthetic=True, lungs=phantom.lungs, finding=phantom.lesion)
    data = viewer_data(film, (), facts)
    assert data["zones"]
    assert data["lesion"]
    assert "right lower zone" in json.dumps(data["zone_titles"])
    without = viewer_data(film, (), Facts("A film", synthetic=True))
    assert (without["zones"], without["lesion"]) == (None, None)


def test_a_map_says_in_which_unit_it_is() -> None:
    slope = "logit units per unit of brightness"
    (sent,) = sent_maps((replace(MAPS[0], unit=slope),))
    assert sent["unit"] == slope


def test_a_neighbouring_film_travels_in_small_with_its_maps() -> None:
    film = Film(np.zeros((1500, 1000), np.float32))
    near = film_ahead(film, MAPS[:1], Facts("The next", caption="b.png", position=(2, 3)))
    facts = Facts("", "a.png", position=(1, 3))
    data = viewer_data(
        film.with_pixels(film.pixels + 1), MAPS, facts, others=Others(ahead={1: near})
    )
    sent = json.loads(json.dumps(data, allow_nan=False))["ahead"]["1"]
    kind, text = sent["film"].split(",")
    assert kind == "data:image/jpeg;base64"
    assert Image.open(io.BytesIO(base64.b64decode(text))).size == (427, 640)
    assert (sent["height"], sent["width"], sent["position"]) == (1500, 1000, [2, 3])
    assert sent["maps"][0] == sent_maps(MAPS[:1])[0]
    assert sent["film_id"] == film.id != data["film_id"]
    assert (sent["block"], viewer_data(replace(film, block=3), (), Facts(""))["block"]) == (1, 3)
    own = viewer_data(film, (), Facts(""))
    assert {*near} < {*own}, "the viewer finds all that it needs of another film"
    assert own["ahead"] == {}


def test_the_spacing_of_the_pixels_travels_with_the_film() -> None:
    facts = Facts("", spacing_mm=(0.14, 0.15), spacing_from="PixelSpacing, not calibrated")
    film = Film(np.zeros((4, 6), np.float32))
    sent = json.loads(json.dumps(viewer_data(film, (), facts)))
    assert (sent["spacing"], sent["spacing_from"]) == ([0.14, 0.15], "PixelSpacing, not calibrated")
    assert viewer_data(film, (), Facts(""))["spacing"] is None


def test_only_a_film_of_the_address_says_so() -> None:
    film = Film(np.zeros((4, 6), np.float32))
    assert viewer_data(film, (), Facts("", linked="69377940345123ba"))["linked"]
    assert not viewer_data(film, (), Facts(""))["linked"]


def test_a_changed_film_travels_with_its_maps_and_regions() -> None:
    film = Film(np.zeros((4, 6), np.float32))
    box = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0))
    edit = Edit(film.with_pixels(film.pixels + 1), (replace(MAPS[0], probability=0.7),), (box,))
    data = viewer_data(film, MAPS[:1], Facts(""), what_if=True, edit=edit)
    sent = json.loads(json.dumps(data))
    assert decoded(sent["edit"]["film"]).min() == 255
    assert sent["edit"]["maps"][0]["probability"] == 0.7
    assert sent["edit"]["regions"] == [[[0, 0], [0.5, 0], [0.5, 1]]]
    assert sent["film_id"]
    assert data_of(MAPS)["edit"] is None
