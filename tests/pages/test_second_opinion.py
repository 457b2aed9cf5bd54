from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.opinion import answers
from pages.ui.shared import session_films
from tests.pages.conftest import OpenPage
from xray_core.data.decoding.images import Film, encode_png
from xray_core.data.phantom import make_phantom
from xray_core.opinion.answer import give_opinion
from xray_core.opinion.gate.result import OVERRIDDEN, GateFinding, GateResult
from xray_core.quality.trust import Reading
from xray_core.runs.store import Run
from xray_core.settings import Settings

ANSWERS = ("Most like", "Not sure", "No pneumonia seen", "Opacity like")
ON_ITS_SIDE = GateFinding("turned", 90, "This film lies on its side.", True, "Turn it.")
MAP = 'evidence\\": ['
"""In the message of a viewer that is sent a map."""
CLASSES = ("Normal", "Bacterial", "Viral", "COVID")
FILM = encode_png(make_phantom("viral", 31).image)


def upload(page: AppTest, name: str = "my film.png", data: bytes = FILM) -> None:
    page.file_uploader[0].upload(name, data, "image/png").run()
    assert not page.exception
    assert not page.error


def words(page: AppTest) -> str:
    """All that is written on the page, without what lies in fields."""
    kinds = ("markdown", "caption", "subheader", "warning", "error", "info", "text")
    items = (item for kind in kinds for item in page.get(kind))
    return "\n".join(str(getattr(item, "value", "")) for item in items)


def drawn(page: AppTest) -> str:
    """What is drawn as HTML or by components, in the words that are sent for it."""
    items = (item for kind in ("html", "bidi_component") for item in page.get(kind))
    return "\n".join(str(item.proto) for item in items)


def on_its_side(film: Film, _facts: object) -> GateResult:
    """A gate that stops every film that was not turned."""
    turned = any("turned clockwise" in note for note in film.notes)
    return GateResult(() if turned else (ON_ITS_SIDE,))


def sure_of_all(monkeypatch: pytest.MonkeyPatch, *, sure: bool = True) -> None:
    """Answers that are sure, or not, whatever the models say."""
    reasons = () if sure else ("The models are apart.",)

    def give(*asked: Any, **options: Any) -> Any:
        return replace(give_opinion(*asked, **options), sure=sure, reasons=reasons)

    monkeypatch.setattr(answers, "give_opinion", give)


def test_empty_page_offers_a_synthetic_film(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("second_opinion")
    assert not page.exception
    assert page.subheader[0].value == "Your films will appear here"
    page.button[0].click().run()
    assert not page.exception
    assert page.subheader[0].value.startswith(ANSWERS)


def test_research_only_is_said_before_anything_else(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("second_opinion")
    assert "Research only, not a diagnosis" in page.warning[0].value


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
    sure_of_all(monkeypatch)
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


@pytest.mark.usefixtures("no_shipped")
def test_a_stopped_film_shows_no_class_until_it_is_turned(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "check", on_its_side)
    page = open_page("second_opinion")
    upload(page)
    assert page.subheader[0].value == "No answer for this film"
    assert "This film lies on its side" in words(page)
    assert not [name for name in CLASSES if name in words(page) + drawn(page)]
    assert MAP not in drawn(page), "no map is sent"
    assert not [item for item in page.button if item.label == "Accept"]
    page.button(key="opinion_gate_turn").click().run()
    assert not page.exception
    assert page.subheader[0].value.startswith(ANSWERS)
    assert "turned clockwise by 90 degrees" in words(page)
    page.button(key="opinion_gate_undo").click().run()
    assert page.subheader[0].value == "No answer for this film"


@pytest.mark.usefixtures("no_shipped")
def test_a_stopped_film_that_is_answered_anyway_says_so_everywhere(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "check", on_its_side)
    page = open_page("second_opinion")
    upload(page)
    page.button(key="opinion_gate_anyway").click().run()
    assert not page.exception
    assert OVERRIDDEN.split(";")[0] in page.error[0].value
    assert "not a frontal chest film by the gate" in drawn(page), "the caption of the viewer"
    assert "gate overridden" in drawn(page), "the row of the worklist"
    assert page.subheader[0].value.startswith(ANSWERS)
    page.button(key="opinion_gate_back").click().run()
    assert page.subheader[0].value == "No answer for this film"


@pytest.mark.usefixtures("no_shipped")
def test_an_answer_that_is_not_sure_shows_no_map_unless_it_is_asked_for(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sure_of_all(monkeypatch, sure=False)
    page = open_page("second_opinion")
    upload(page)
    assert "The models are apart." in words(page)
    assert "No map is shown" in words(page)
    assert MAP not in drawn(page)
    toggle = next(item for item in page.toggle if item.label == "Show the maps all the same")
    toggle.set_value(True).run()
    assert not page.exception
    assert MAP in drawn(page)
    next(button for button in page.button if button.label == "Add").click().run()
    assert not page.exception
    (item,) = page.session_state["basket"]
    assert item.slide.notes.startswith("Film my film.png of file, label: No label.")


@pytest.mark.usefixtures("no_shipped")
def test_the_age_group_is_asked_once_for_all_films(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("second_opinion")
    upload(page, "a.png")
    page.segmented_control(key="opinion_age_all").set_value("child").run()
    other = encode_png(make_phantom("normal", 3).image)
    upload(page, "b.png", other)
    assert page.segmented_control(key="opinion_age_all").value == "child"
    opinions = page.session_state["opinion_answers"].values()
    assert [(item.name, item.age_group) for item in opinions][-1] == ("b.png", "child")


@pytest.mark.usefixtures("no_shipped")
def test_in_reader_mode_nothing_shows_before_the_reader_has_committed(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("second_opinion")
    page.toggle(key="opinion_reader_mode").set_value(True).run()
    upload(page)
    assert "The models show once you have said what you see" in words(page)
    assert not page.subheader
    assert not [name for name in CLASSES if name in words(page) + drawn(page)]
    assert page.button(key="opinion_commit_show").disabled
    choice = next(item for item in page.segmented_control if "commit" in str(item.key))
    choice.set_value("opacity").run()
    page.button(key="opinion_commit_show").click().run()
    assert not page.exception
    assert "**You:** Opacity seen" in words(page)
    assert page.subheader[0].value.startswith(ANSWERS)
    after = next(item for item in page.segmented_control if "after" in str(item.key))
    after.set_value("not_sure").run()
    assert "Changes of mind: 1 of 1 film with a second assessment" in words(page)


@pytest.mark.usefixtures("no_shipped")
def test_the_readers_word_is_kept_with_the_film_and_its_time(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("second_opinion")
    upload(page)
    choice = next(item for item in page.segmented_control if "opinion_word" in str(item.key))
    choice.set_value("amended").run()
    page.text_area[0].set_value("No infiltrate.").run()
    page.button(key="opinion_word_keep").click().run()
    assert not page.exception
    assert any(": No infiltrate." in item.value for item in page.caption)
    (word,) = page.session_state["opinion_words"].values()
    assert (word.decision, word.sentence) == ("amended", "No infiltrate.")
    assert word.time.tzinfo is not None
