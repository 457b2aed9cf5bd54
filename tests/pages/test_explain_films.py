"""Which films Explain shows: filters, films seen in training, films that cannot be shown."""

import shutil
from pathlib import Path

import pytest

from tests.pages.conftest import OpenPage
from tests.pages.explain_page import codes_of
from xray_core.data import catalogue
from xray_core.runs.store import WEIGHTS, Run

pytestmark = pytest.mark.usefixtures("few_demo_films")


def test_filter_that_fits_no_film_says_so(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    page.slider(key="explain_probability").set_range(0.0, 0.05).run()
    assert not page.exception
    assert page.subheader[0].value == "No film matches"


def test_filter_by_class_leaves_films_of_that_class(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    page.multiselect(key="explain_labels").set_value(["covid"]).run()
    assert page.subheader[0].value == "Label: COVID-19"


@pytest.mark.usefixtures("no_shipped")
def test_without_a_model_the_page_leads_to_training(open_page: OpenPage) -> None:
    page = open_page("explain")
    assert not page.exception
    assert page.subheader[0].value == "Films with heatmaps will appear here"


def test_without_a_chosen_model_it_asks_for_one(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    page.multiselect(key="runs").set_value([]).run()
    assert "Choose at least one model." in [notice.value for notice in page.info]


def test_damaged_weights_are_an_error_in_words(open_page: OpenPage, own_run: Run) -> None:
    (own_run.path / WEIGHTS).write_bytes(b"no weights")
    page = open_page("explain")
    page.multiselect(key="runs").set_value([own_run.id]).run()
    assert not page.exception
    assert "The weights could not be read" in page.error[0].value
    assert "What to do" in page.error[0].value


def test_vanished_data_set_is_an_error_in_words(
    open_page: OpenPage, own_run: Run, films_dir: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "clinic"
    shutil.copytree(films_dir, folder)
    catalogue.add_dataset(folder)
    shutil.rmtree(folder)
    page = open_page("explain")
    page.selectbox(key="dataset").set_value("clinic").run()
    assert not page.exception
    assert page.error
    assert str(tmp_path) not in page.error[0].value


@pytest.mark.long
def test_films_that_a_model_was_trained_on_are_marked(
    open_page: OpenPage, own_run: Run, films_dir: Path
) -> None:
    catalogue.add_dataset(films_dir, "seen")
    page = open_page("explain")
    page.selectbox(key="dataset").set_value("seen").run()
    page.multiselect(key="runs").set_value([own_run.id]).run()
    marked = 0
    for code in codes_of(page, "seen")[::6]:
        page.session_state["explain_film"] = code
        page.run()
        marked += any("trained on this film" in warning.value for warning in page.warning)
    assert 0 < marked <= 8


def test_a_film_with_boxes_and_no_label_is_shown_and_can_be_picked(
    open_page: OpenPage, own_run: Run, films_dir: Path, tmp_path: Path
) -> None:
    films = sorted(path for path in films_dir.rglob("*.png") if "images" in path.parts)[:2]
    (tmp_path / "boxed").mkdir()
    lines = ["path,label,boxes"]
    for number, film in enumerate(films):
        shutil.copyfile(film, tmp_path / "boxed" / f"{number}.png")
        lines.append(f'{number}.png,{"covid" * number},"[[0.25, 0.25, 0.25, 0.25]]"')
    (tmp_path / "boxed" / "index.csv").write_text("\n".join(lines) + "\n")
    catalogue.add_dataset(tmp_path / "boxed")
    page = open_page("explain")
    page.selectbox(key="dataset").set_value("boxed").run()
    labels = page.multiselect(key="explain_labels")
    assert labels.options == ["COVID-19", "No label"]
    labels.set_value([""]).run()
    assert not page.exception
    assert not page.error
    assert page.subheader[0].value == "No label"
    page.multiselect(key="explain_labels").set_value(["covid"]).run()
    assert page.subheader[0].value == "Label: COVID-19"


def test_films_with_doubtful_maps_can_be_picked(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    page.selectbox(key="explain_trust").set_value("Doubtful").run()
    assert not page.exception
    if page.subheader[0].value != "No film matches":
        words = [item.value for item in page.markdown]
        assert any("doubtful" in item or "poor" in item for item in words)
