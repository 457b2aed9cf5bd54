import shutil
import threading
from typing import Any

import numpy as np
import pytest

from pages.ui.film import closer_look, viewer
from pages.ui.film.picked import BY_COST, passes_title
from pages.ui.film.viewer import FilmMap
from tests.pages.conftest import OpenPage
from tests.pages.explain_page import codes_of
from xray_core.classifier import Classifier
from xray_core.data import catalogue
from xray_core.data.records import Manifest
from xray_core.explain import kept_films
from xray_core.quality.trust import Reading
from xray_core.runs.map_default import MapDefault, MeasuredOn, write_map_default
from xray_core.runs.store import EXPLAIN, Run
from xray_core.settings import Settings

pytestmark = pytest.mark.usefixtures("few_demo_films")


@pytest.mark.usefixtures("no_shipped")
def test_films_come_in_while_the_first_ones_are_shown(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    explain = Classifier.explain_films

    def hold(model: Classifier, films: Manifest, *rest: Any, **at: Any) -> Any:
        if len(films.records) != 4:
            goes_on.wait(60)
        return explain(model, films, *rest, **at)

    monkeypatch.setattr(kept_films, "FIRST_CHUNK", 4)
    monkeypatch.setattr(Classifier, "explain_films", hold)
    page = open_page("explain")
    assert not page.exception
    assert page.subheader[0].value.startswith("Label: ")
    assert page.get("progress")[0].proto.text == "4 of 12 films"
    page.button(key="explain_stop").click().run()
    goes_on.set()
    for _ in range(50):
        if page.run().get("progress") == []:
            break
    assert page.get("progress") == [], "those that had begun are shown"


@pytest.mark.usefixtures("no_shipped")
def test_a_link_opens_its_film(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    codes = codes_of(page, catalogue.DEMO_NAME)
    shown = page.query_params["film"]
    other = next(code for code in codes if shown not in (code, [code]))
    page.query_params["film"] = other
    page.run()
    assert page.session_state["explain_film"] == other
    page.session_state["explain_film"] = codes[0]
    page.run()
    assert page.query_params["film"] in (codes[0], [codes[0]]), "a choice goes into the address"
    page.query_params["film"] = "of another data set"
    page.run()
    assert not page.exception
    assert page.session_state["explain_film"] in codes


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
    assert "outside the lungs" in words or "too unlikely" in words
    assert "not available" not in " ".join(item.value for item in page.caption)


@pytest.mark.usefixtures("no_shipped")
def test_how_far_the_map_can_be_trusted_is_measured_on_demand_and_once(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages.ui.shared import cache

    asked: list[str] = []

    def measure(*facts: object, layer: str | None) -> tuple[Reading, ...]:
        asked.append(f"{facts[-1]} at {layer}")
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
    assert asked == ["grad_cam at stage5_relu2"]


@pytest.mark.usefixtures("no_shipped")
def test_another_method_draws_other_maps_of_the_same_film(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("explain")
    words = [caption.value for caption in page.caption]
    page.selectbox(key="explain_method").set_value("layer_cam").run()
    assert not page.exception
    assert not page.error
    assert [caption.value for caption in page.caption] == words, "the probabilities stay"
    options = page.selectbox(key="explain_method").options
    assert options == ["Grad-CAM, not measured", *map(passes_title, BY_COST)]


@pytest.fixture
def measured_run(own_run: Run) -> Run:
    """The run, measured: it shows LayerCAM at its third stage."""
    measured = MeasuredOn(40, "clinic", peak_in_box=0.7, chance=0.2)
    words = "LayerCAM at stage 3: peak in a radiologist's box in 0.61 of 82 test films, chance 0.16"
    default = MapDefault("layer_cam", "stage3_relu2", measured, measured, words)
    write_map_default(own_run.path / EXPLAIN, default)
    return own_run


@pytest.mark.usefixtures("no_shipped")
def test_the_map_is_the_one_that_was_measured_best_until_a_layer_is_picked(
    open_page: OpenPage, measured_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[list[FilmMap]] = []
    show = viewer.film_viewer

    def remember(film: Any, maps: Any, *rest: Any, **options: Any) -> Any:
        shown.append(list(maps))
        return show(film, maps, *rest, **options)

    monkeypatch.setattr(closer_look, "film_viewer", remember)
    page = open_page("explain")
    assert not page.exception
    assert page.selectbox(key="explain_method").options[0] == "Measured best"
    assert {item.method for item in shown[-1]} == {"LayerCAM at stage 3"}
    assert shown[-1][0].evidence.shape == (16, 16), "64 px after two halvings"
    assert "0.61 of 82 test films" in " ".join(item.value for item in page.caption)
    page.selectbox(key="explain_method").set_value("grad_cam").run()
    layer = page.selectbox(key=f"explain_layer_{measured_run.id}")
    assert layer.options == [
        "stage 2 (32 x 32 cells)",
        "stage 3 (16 x 16 cells)",
        "stage 4 (8 x 8 cells)",
        "stage 5 (4 x 4 cells, last layer)",
    ]
    assert layer.value == "stage3_relu2"
    page.session_state["grid_fold"] = True
    layer.set_value("stage4_relu2").run()
    assert not page.exception
    assert {item.method for item in shown[-1]} == {"Grad-CAM at stage 4"}
    assert shown[-1][0].evidence.shape == (8, 8)
    captions = " ".join(item.value for item in page.caption)
    assert "Grad-CAM at stage 4: not measured at this layer" in captions
    images = [image.proto.imgs[0].alt for image in page.image]
    assert any(alt.startswith("Grad-CAM at stage 4 of Small CNN for") for alt in images)


@pytest.mark.usefixtures("no_shipped")
def test_a_method_of_many_passes_explains_the_film_that_is_shown_alone(
    open_page: OpenPage, own_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xray_core.classifier import Classifier

    asked: list[str | None] = []
    explain = Classifier.explain_films

    def remember(model: Classifier, films: Any, method: Any = None, *rest: Any, **at: Any) -> Any:
        asked.append(method)
        return explain(model, films, method, *rest, **at)

    monkeypatch.setattr(Classifier, "explain_films", remember)
    page = open_page("explain")
    page.selectbox(key="explain_method").set_value("saliency").run()
    assert not page.exception
    assert not page.error
    assert asked == ["grad_cam"]
    words = " ".join(item.value for item in page.markdown)
    assert "Saliency of Small CNN for" in words or "too unlikely" in words
    keys = {box.key for box in page.selectbox}
    assert f"explain_layer_{own_run.id}" not in keys, "it has no layer"


@pytest.mark.usefixtures("no_shipped")
def test_films_with_boxes_and_no_label_show_maps_and_count_as_neither_right_nor_wrong(
    open_page: OpenPage, own_run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = sorted((settings.cache_dir / catalogue.DEMO_NAME / "images").rglob("*.png"))
    folder = settings.cache_dir / "clinic"
    folder.mkdir()
    text = ["path,label,boxes,reading"]
    for number, image in enumerate(images[:3]):
        label, reading = (("", "typical"), ("covid", "negative"), ("covid", ""))[number]
        boxes = '"[[0.1, 0.2, 0.3, 0.4]]"' if number == 0 else ""
        shutil.copy(image, folder / f"{number}.png")
        text.append(f"{number}.png,{label},{boxes},{reading}")
    (folder / "clinic.csv").write_text("\n".join(text))
    catalogue.add_dataset(folder / "clinic.csv", "clinic")
    findings: dict[str, Any] = {}
    show = viewer.film_viewer

    def remember(film: Any, maps: Any, facts: Any, **options: Any) -> Any:
        findings[facts.alt] = facts.finding
        return show(film, maps, facts, **options)

    monkeypatch.setattr(closer_look, "film_viewer", remember)
    page = open_page("explain")
    page.selectbox(key="dataset").set_value("clinic").run()
    heads, notes = [], []
    for code in codes_of(page, "clinic"):
        page.session_state["explain_film"] = code
        page.run()
        assert not page.exception
        assert not page.error
        heads.append(page.subheader[0].value)
        notes += [item.value for item in (*page.caption, *page.warning)]
    assert sorted(heads) == ["Label: COVID-19", "Label: COVID-19", "No label"]
    assert any("neither right nor wrong" in words for words in notes)
    assert any("it shows nothing of its label" in words for words in notes)
    boxes = findings["Chest film without label"]
    assert boxes is not None
    assert boxes.mean() == pytest.approx(0.12, abs=0.02)
    page.selectbox(key="explain_outcome_3").set_value("Wrong").run()
    assert page.subheader[0].value != "No label"


@pytest.mark.usefixtures("no_shipped")
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


def test_models_are_held_side_by_side_by_any_method(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    page.session_state["grid_fold"] = True
    page.run()
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
    found = page.session_state["of_session"]
    kept = {key: part for key, part in found.items() if key[0] == "map"}
    assert {key[2] for key in kept} >= {"saliency", "grad_cam"}
    assert all(np.ptp(item.evidence) > 0 for item in kept.values())
