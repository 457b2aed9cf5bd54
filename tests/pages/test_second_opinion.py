import numpy as np
import pytest

from pages.ui.shared import session_films
from tests.pages.conftest import OpenPage
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.quality.trust import Reading
from xray_core.runs.store import Run
from xray_core.settings import Settings

ANSWERS = ("Most like", "Not sure", "The models disagree", "All 3 models", "Both models")
FILM = encode_png(make_phantom("viral", 31).image)


def test_empty_page_offers_a_synthetic_film(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("second_opinion")
    assert not page.exception
    assert page.subheader[0].value == "Your films will appear here"
    page.button[0].click().run()
    assert not page.exception
    assert page.subheader[0].value.startswith(ANSWERS)


def test_research_only_is_said_before_anything_else(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("second_opinion")
    assert "No result here is a diagnosis" in page.warning[0].value


@pytest.mark.usefixtures("no_shipped")
def test_uploaded_film_gets_an_answer_and_is_not_stored(
    open_page: OpenPage, own_run: Run, settings: Settings
) -> None:
    page = open_page("second_opinion")
    page.file_uploader[0].upload("my film.png", FILM, "image/png").run()
    assert not page.exception
    assert not page.error
    assert page.subheader[0].value.startswith(ANSWERS)
    kept = [path for path in settings.cache_dir.rglob("*") if path.is_file()]
    assert not kept


@pytest.mark.usefixtures("no_shipped")
def test_file_that_is_no_film_is_refused_in_words(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("second_opinion")
    page.file_uploader[0].upload("letter.png", b"Dear colleague", "image/png").run()
    assert not page.exception
    assert "letter.png" in page.error[0].value
    assert "What to do" in page.error[0].value


@pytest.mark.usefixtures("no_shipped")
def test_even_grey_gets_no_probabilities(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("second_opinion")
    even = encode_png(np.full((64, 64), 0.5, np.float32))
    page.file_uploader[0].upload("even.png", even, "image/png").run()
    assert not page.exception
    assert [error.value.splitlines()[0].strip() for error in page.error] == [
        "**The picture is one even grey: nothing to judge.**"
    ]
    assert not page.subheader


@pytest.mark.usefixtures("no_shipped")
def test_the_content_decides_not_the_suffix(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("second_opinion")
    assert not page.file_uploader[0].allowed_type, "a browser would hide files without suffix"
    page.file_uploader[0].upload("IM000001", FILM, "application/octet-stream").run()
    assert not page.exception
    assert not page.error
    assert page.subheader[0].value.startswith(ANSWERS)


@pytest.mark.usefixtures("no_shipped")
def test_without_a_model_the_page_leads_to_training(open_page: OpenPage) -> None:
    page = open_page("second_opinion")
    assert not page.exception
    assert page.subheader[0].value == "Results will appear here"


@pytest.mark.usefixtures("no_shipped")
def test_how_far_the_map_can_be_trusted_is_measured_on_demand_and_once(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    asked: list[str] = []

    def measure(*facts: object, layer: str | None) -> tuple[Reading, ...]:
        asked.append(f"{facts[-1]} at {layer}")
        return (Reading("deletion_gain", -0.3),)

    monkeypatch.setattr(session_films, "measured_readings", measure)
    page = open_page("second_opinion")
    page.file_uploader[0].upload("my film.png", FILM, "image/png").run()
    assert any("In the corners" in item.value for item in page.markdown)
    assert asked == []
    page.toggle(key="opinion_measure").set_value(True).run()
    assert not page.exception
    assert any("Poor: " in item.value and "Deletion" in item.value for item in page.warning)
    page.run()
    assert asked == ["grad_cam at stage5_relu2"]
    assert not [path for path in settings.cache_dir.rglob("*") if path.is_file()]
