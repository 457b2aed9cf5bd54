import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pages.ui.film import closer_look, viewer
from pages.ui.film.viewer import FilmMap
from tests.pages.conftest import OpenPage
from xray_core.data import catalogue
from xray_core.quality.trust import Reading
from xray_core.runs.store import WEIGHTS, Run

pytestmark = pytest.mark.usefixtures("few_demo_films")


def test_films_predictions_and_maps_are_shown(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    assert not page.exception
    assert not page.error
    assert page.selectbox(key="dataset").value == catalogue.DEMO_NAME
    assert page.subheader[0].value.startswith("Label: ")
    assert any("Synthetic film" in caption.value for caption in page.caption)


def test_where_the_evidence_lies_is_said_in_words(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    words = " ".join(item.value for item in page.markdown)
    # the demo films come with their true lungs
    assert "rests mostly on the" in words or "too unlikely" in words
    assert "not available" not in " ".join(item.value for item in page.caption)


def test_how_far_the_map_can_be_trusted_is_measured_on_demand_and_once(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages.ui.shared import cache

    asked: list[str] = []

    def measure(*facts: object) -> tuple[Reading, ...]:
        asked.append(str(facts[-1]))
        return (Reading("deletion_gain", -0.3),)

    monkeypatch.setattr(cache, "measured_readings", measure)
    page = open_page("explain")
    lines = [item.value for item in page.markdown if " · " in item.value]
    assert any("Inside the lungs" in line for line in lines)
    assert any("In the corners" in line for line in lines)
    assert asked == []
    page.toggle(key="explain_measure").set_value(True).run()
    assert not page.exception
    assert "Poor: " in page.warning[-1].value
    assert "Deletion" in page.warning[-1].value
    page.run()
    assert asked == ["grad_cam"]


def test_another_method_draws_other_maps_of_the_same_film(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("explain")
    words = [caption.value for caption in page.caption]
    page.selectbox(key="explain_method").set_value("layer_cam").run()
    assert not page.exception
    assert not page.error
    assert [caption.value for caption in page.caption] == words, "the probabilities stay"
    assert page.selectbox(key="explain_method").options == [
        "Grad-CAM",
        "Grad-CAM++",
        "HiResCAM",
        "LayerCAM",
        "Ablation-CAM",
    ]


def test_all_evidence_comes_with_the_maps(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[FilmMap] = []
    show = viewer.film_viewer

    def seen(film: object, maps: list[FilmMap], *facts: Any, **rest: Any) -> viewer.ViewerState:
        shown[:] = maps
        return show(film, maps, *facts, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(closer_look, "film_viewer", seen)
    page = open_page("explain")
    assert not page.exception
    assert len(shown) == 4
    assert all(item.directed for item in shown)
    assert min(item.evidence.min() for item in shown) < 0


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


def test_films_that_a_model_was_trained_on_are_marked(
    open_page: OpenPage, own_run: Run, films_dir: Path
) -> None:
    catalogue.add_dataset(films_dir, "seen")
    page = open_page("explain")
    page.selectbox(key="dataset").set_value("seen").run()
    page.multiselect(key="runs").set_value([own_run.id]).run()
    marked = 0
    for place in range(0, 48, 6):
        page.session_state["explain_place"] = place
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


def test_models_are_held_side_by_side_by_any_method(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    page.segmented_control(key="grid_by").set_value("Methods").run()
    assert not page.exception
    label = next(box for box in page.selectbox if "_method_class_" in str(box.key))
    page.multiselect(key="grid_method_names").set_value(["saliency", "grad_cam"]).run()
    assert not page.exception
    assert not page.error
    captions = [item.value for item in page.caption]
    assert any(item.startswith("Saliency 0.") for item in captions)
    assert any(item.startswith("Grad-CAM 0.") for item in captions)
    assert label.options == ["Normal", "Bacterial pneumonia", "Viral pneumonia", "COVID-19"]
    kept = page.session_state["of_session"]
    assert {key[-1] for key in kept} >= {"saliency", "grad_cam"}
    assert all(np.ptp(item.evidence) > 0 for item in kept.values())
