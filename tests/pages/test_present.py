"""The Present page: empty, with a basket, while slides are made, and when they cannot be."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from pages.ui.present import show
from tests.pages.conftest import OpenPage
from xray_core.errors import RunError
from xray_core.explain.attribution import Attribution
from xray_core.reports.deck import on_demand
from xray_core.reports.deck.basket import Basket, added
from xray_core.reports.deck.content import Bars, FilmMaps, ModelMaps, Slide
from xray_core.runs.store import Run

Open = Callable[[], AppTest]
SCORE = {"value": 0.5, "low": 0.25, "high": 0.75, "n": 4}


def film_slide() -> Slide:
    maps = Attribution(np.eye(4, dtype=np.float32), "grad_cam", "covid", 0.9)
    film = FilmMaps(
        np.full((32, 24), 90, np.uint8), "film a", True, (ModelMaps("M", "m", (maps,)),)
    )
    return Slide("Film a", "notes of a", blocks=(film,), footer="run m 1234")


@pytest.fixture
def basket() -> Basket:
    chart = Slide("Chart b", "notes of b", blocks=(Bars("AUC", ("x",), {"M": (SCORE,)}),))
    return added(added((), film_slide()), chart, "say this")


@pytest.fixture
def present(open_page: OpenPage, basket: Basket) -> Open:
    """Opens the page with two slides in the basket."""

    def opened() -> AppTest:
        page = open_page("present")
        page.session_state["basket"] = basket
        return page.run()

    return opened


def titles(page: AppTest) -> list[str]:
    return [item.slide.title for item in page.session_state["basket"]]


@pytest.mark.usefixtures("no_shipped")
def test_an_empty_basket_leads_to_films(open_page: OpenPage) -> None:
    page = open_page("present")
    assert not page.exception
    assert page.subheader[0].value == "Your slides will appear here"
    assert [button.label for button in page.button] == ["Look at films"]
    page.button[0].click().run()
    assert page.title[0].value == "Explain"


@pytest.mark.usefixtures("no_shipped")
def test_slides_are_moved_renamed_grouped_and_removed_with_undo(present: Open) -> None:
    page = present()
    assert not page.exception
    page.button(key="basket_up_2").click().run()
    assert titles(page) == ["Chart b", "Film a"]
    page.text_input(key="basket_title_1").set_value("The film").run()
    page.text_input(key="basket_case_2").set_value("Case 1").run()
    assert titles(page) == ["Chart b", "The film"]
    assert page.session_state["basket"][0].case == "Case 1"
    page.button(key="basket_remove_1").click().run()
    assert titles(page) == ["Chart b"]
    page.button(key="basket_undo").click().run()
    assert titles(page) == ["Chart b", "The film"]
    page.button(key="basket_clear").click().run()
    assert titles(page) == []
    page.button(key="basket_undo").click().run()
    assert titles(page) == ["Chart b", "The film"]
    assert not page.exception


@pytest.mark.usefixtures("no_shipped")
def test_the_basket_is_a_file_with_its_notes_and_footers(present: Open, own_run: Run) -> None:
    page = present()
    page.button(key="present_make").click().run()
    assert not page.exception
    _, data = page.session_state["present_slides"]
    slides = list(Presentation(io.BytesIO(data)).slides)
    assert [slide.shapes.title.text_frame.text for slide in slides] == ["Film a", "Chart b"]
    assert slides[1].notes_slide.notes_text_frame.text == "say this\nnotes of b"
    told = [shape.text_frame.text for shape in slides[0].shapes if shape.has_text_frame]
    assert "run m 1234" in told
    page.multiselect(key="present_runs").set_value([own_run.id]).run()
    page.button(key="present_make").click().run()
    assert not page.exception
    _, data = page.session_state["present_slides"]
    after = [s.shapes.title.text_frame.text for s in Presentation(io.BytesIO(data)).slides]
    assert after[0].startswith("What does")
    assert after[-2:] == ["Film a", "Chart b"]


@pytest.mark.usefixtures("no_shipped")
def test_slides_are_shown_step_by_step_until_they_are_closed(
    present: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[int, int]] = []

    def making(basket: Basket, runs: object, ending: str, theme: str, progress: object) -> bytes:
        assert callable(progress)
        for step in (1, 2):
            progress(step, 2)
            steps.append((step, 2))
        return f"<p>{len(basket)} {theme} {ending}</p>".encode()

    monkeypatch.setattr(show, "basket_slides", making)
    page = present()
    assert not page.get("iframe")
    page.button(key="present_show").click().run()
    assert steps == [(1, 2), (2, 2)]
    assert page.get("iframe")[0].proto.srcdoc == "<p>2 dark .html</p>"
    page.button(key="basket_remove_1").click().run()
    assert any("older than the basket" in text.value for text in page.caption)
    page.button(key="present_close").click().run()
    assert not page.get("iframe")


@pytest.mark.usefixtures("no_shipped")
def test_what_stops_the_slides_is_told_and_the_basket_stays(
    present: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> bytes:
        raise RunError("scores.json is damaged.", where="run m", fix="Train it again.")

    monkeypatch.setattr(on_demand, "basket_slides", damaged)
    page = present()
    page.button(key="present_make").click().run()
    assert not page.exception
    assert "scores.json is damaged" in page.error[0].value
    assert titles(page) == ["Film a", "Chart b"]


@pytest.mark.usefixtures("few_demo_films")
def test_a_film_of_explain_is_put_into_the_basket_with_its_note(open_page: OpenPage) -> None:
    page = open_page("explain")
    page.text_input(key="explain_basket_note").set_value("look here")
    added_by = next(button for button in page.button if button.label == "Add")
    added_by.click().run()
    assert not page.exception
    (item,) = page.session_state["basket"]
    assert item.slide.notes.startswith("look here\nFilm ")
    assert "synthetic films" in item.slide.notes
    (block,) = item.slide.blocks
    assert block.film.dtype == np.uint8
    assert block.label in item.slide.notes.lower().replace("-19", "")
