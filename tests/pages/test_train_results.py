"""What the Train page shows of a finished training, and the word when one has ended."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.shared import visit
from tests.pages.conftest import OpenPage
from tests.pages.reading import button, words
from xray_core.runs.naming import rename_run
from xray_core.runs.store import Run, open_run
from xray_core.settings import PROJECT_DIR

pytestmark = pytest.mark.usefixtures("few_demo_films", "no_shipped", "measured")


def press(page: AppTest, label: str) -> AppTest:
    page = button(page, label).click().run()
    assert not page.exception
    return page


def test_a_finished_training_shows_its_confusion_and_its_worst_films(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("train")
    assert not page.exception
    assert "What it calls the test films of each class" in words(page)
    wrong = own_run.test_predictions()
    answers = wrong.filter(regex="^p_").idxmax(axis=1).str[2:]
    n_wrong = int((answers != wrong["label"]).sum())
    assert f"It is wrong on {n_wrong} of {len(wrong)} films" in words(page)


def test_a_run_is_renamed_and_a_name_that_is_taken_is_refused(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("train")
    page.text_input(key=f"name_{own_run.id}").set_value("Baseline")
    page = press(page, "Rename")
    assert open_run(own_run.id).title == "Baseline"
    assert "Baseline · Small CNN, random initialisation" in words(page)
    page.text_input(key=f"name_{own_run.id}").set_value(" ")
    page = press(page, "Rename")
    assert "no name that can be shown" in page.error[0].value
    page = press(page, "Back to “Small CNN”")
    assert open_run(own_run.id).title == "Small CNN"


def test_the_name_stands_in_every_legend(open_tab: OpenPage, own_run: Run) -> None:
    rename_run(own_run, "Baseline [1]")
    compare = open_tab("Confusion")
    assert not compare.exception
    assert "Baseline [1]" in compare.multiselect(key="compare_runs").options[0]
    assert "Baseline \\[1\\]" in words(compare)


def test_the_end_of_a_training_is_said_once_on_any_page_and_kept_on_train(own_run: Run) -> None:
    home = AppTest.from_file(str(PROJECT_DIR / "app.py"), default_timeout=90)
    home.session_state[visit.WATCHED.name] = {own_run.id}  # it was seen running
    home.run()
    assert "has finished: macro-F1" in home.toast[0].value
    assert home.session_state[visit.WATCHED.name] == set()
    train = home.switch_page("pages/train.py").run()
    assert any("has finished" in note.value for note in train.info)
    train = press(train, "Got it")
    assert not any("has finished" in note.value for note in train.info)
