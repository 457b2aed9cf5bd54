import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage
from xray_core.data import catalogue
from xray_core.data.masks import lungs_of
from xray_core.data.records import Manifest, anonymise
from xray_core.explain.explained import collect_films
from xray_core.explain.stored import read_maps, write_maps
from xray_core.files import write_json
from xray_core.patterns import prototypes
from xray_core.runs.ids import new_run_id
from xray_core.runs.map_default import MapDefault, MeasuredOn, write_map_default
from xray_core.runs.store import EXPLAIN, MANIFEST, PREDICTIONS, SCORES, TEST_MAPS, Run
from xray_core.settings import Settings

pytestmark = pytest.mark.usefixtures("no_shipped", "few_demo_films")

CLASSES = ("normal", "bacterial", "viral", "covid")
SLOW = 300  # TensorFlow is loaded
PARTS = [
    "What stands out",
    "Mean maps",
    "Where the evidence lies",
    "Agreement between models",
    "Typical and odd films",
]


@pytest.fixture
def kept_run(make_run: Callable[..., Run], films: Manifest, films_dir: Path) -> Run:
    """A run with kept maps of its test films, which needs no network to be shown."""
    run = make_run(classes=list(CLASSES), image_size_px=64, datasets=[films_dir.name])
    Manifest(tuple(map(anonymise, films.records)), {}).to_csv(run.path / MANIFEST)
    for path in (run.weights_path, run.path / PREDICTIONS):
        path.write_text("none")
    write_json(run.path / SCORES, {"macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6}, "n": 8})
    tested, rng = films.split("test"), np.random.default_rng(0)
    n = len(tested.records)
    columns = [CLASSES.index(record.label) + row % 2 for row, record in enumerate(tested.records)]
    probabilities = np.eye(4, dtype=np.float32)[np.array(columns) % 4]  # every second is right
    maps = rng.random((n, 4, 4, 4)).astype(np.float16)
    lungs = [lungs_of(tested, record) for record in tested.records]
    write_maps(run.path / TEST_MAPS, collect_films(CLASSES, tested, probabilities, maps, lungs))
    return run


def captions(page: AppTest) -> str:
    return " ".join(item.value for item in page.caption)


def titles(page: AppTest) -> list[str]:
    return [str(item.value) for item in page.subheader]


def test_without_a_model_the_page_leads_to_training(open_page: OpenPage) -> None:
    page = open_page("patterns")
    assert not page.exception
    assert titles(page) == ["What models have learnt will appear here"]
    assert page.get("page_link")[0].proto.label == "Train a model"


def test_kept_maps_of_the_test_films_are_shown_at_once(
    open_page: OpenPage, kept_run: Run, films: Manifest
) -> None:
    page = open_page("patterns")
    assert not page.exception
    assert not page.error
    assert titles(page)[: len(PARTS)] == PARTS
    assert f"{len(films.split('test').records)} films" in captions(page)
    assert "the films are not on this machine" in captions(page)
    assert len(page.image) == len(CLASSES)
    page.multiselect(key="patterns_runs").set_value([]).run()
    assert "Choose at least one model." in [notice.value for notice in page.info]


def test_maps_of_another_layer_than_the_run_shows_are_said_to_be_old(
    open_page: OpenPage, kept_run: Run
) -> None:
    page = open_page("patterns")
    assert not page.warning
    assert page.image[0].proto.imgs[0].alt.startswith("Mean Grad-CAM at the last layer of Small")
    measured = MeasuredOn(40, "clinic", peak_in_box=0.7, chance=0.2)
    default = MapDefault("layer_cam", "stage3_relu2", measured, None, "LayerCAM at stage 3")
    write_map_default(kept_run.path / EXPLAIN, default)
    page = open_page("patterns")
    assert not page.exception
    assert len(page.image) == len(CLASSES), "they are shown all the same"
    words = page.warning[0].value
    assert "computed with Grad-CAM at the last layer" in words
    assert "now shows LayerCAM at stage 3" in words
    stored = read_maps(kept_run.path / TEST_MAPS, CLASSES)
    assert stored is not None
    new = replace(stored, method="layer_cam", layer="stage3_relu2")
    write_maps(kept_run.path / TEST_MAPS, new)
    page = open_page("patterns")
    assert not page.warning
    assert "LayerCAM at stage 3" in " ".join(item.value for item in page.markdown)


def test_films_that_are_at_hand_stand_behind_the_maps(
    open_page: OpenPage, kept_run: Run, films_dir: Path
) -> None:
    catalogue.add_dataset(films_dir, films_dir.name)
    page = open_page("patterns")
    assert "not on this machine" not in captions(page)
    before = [image.proto.imgs[0].url for image in page.image]
    page.segmented_control(key="patterns_outcome").set_value("wrong").run()
    assert not page.exception
    assert not page.error
    assert len(page.image) == len(CLASSES)
    assert [image.proto.imgs[0].url for image in page.image] != before


def test_models_are_compared_and_one_without_maps_is_named(
    open_page: OpenPage, kept_run: Run
) -> None:
    for _ in range(2):
        other = kept_run.path.with_name(new_run_id("small_cnn"))
        shutil.copytree(kept_run.path, other)
    (other / TEST_MAPS).unlink()
    page = open_page("patterns")
    assert not page.exception
    assert not page.error
    assert "Left out, as the maps of their test films are not stored: Small CNN" in captions(page)
    assert "Mean correlation of both models' maps" in captions(page)
    assert len(page.image) == 2 * len(CLASSES) + 1, "and their difference"


def test_a_class_keeps_its_column_where_a_model_lacks_another(
    open_page: OpenPage, kept_run: Run, make_run: Callable[..., Run], films: Manifest
) -> None:
    three = tuple(label for label in CLASSES if label != "viral")
    run = make_run(classes=list(three), image_size_px=64)
    for name in (SCORES, MANIFEST, PREDICTIONS):
        shutil.copy(kept_run.path / name, run.path / name)
    run.weights_path.write_text("none")
    tested = films.split("test")
    tested = replace(
        tested, records=tuple(record for record in tested.records if record.label in three)
    )
    n, rng = len(tested.records), np.random.default_rng(0)
    lungs = [lungs_of(tested, record) for record in tested.records]
    answers = np.full((n, 3), 1 / 3, np.float32)
    maps = rng.random((n, 3, 4, 4)).astype(np.float16)
    write_maps(run.path / TEST_MAPS, collect_films(three, tested, answers, maps, lungs))
    page = open_page("patterns")
    assert not page.error
    shown = [item.value for item in page.caption if " film" in item.value or " – " in item.value]
    columns = [words.split(" · ")[0].split(" – ")[0] for words in shown]
    at = next(place for place, words in enumerate(shown) if "not one of its classes" in words)
    assert columns[at - 2 : at + 2] == [
        "Normal",
        "Bacterial pneumonia",
        "Viral pneumonia",
        "COVID-19",
    ]


def test_damaged_maps_and_damaged_weights_are_said_in_words(
    open_page: OpenPage, kept_run: Run, settings: Settings
) -> None:
    (kept_run.path / TEST_MAPS).write_bytes(b"damaged")
    page = open_page("patterns")
    assert titles(page) == ["What the models have learnt will appear here"]
    next(item for item in page.button if "demo films" in item.label).click().run(timeout=SLOW)
    assert not page.exception
    assert page.selectbox(key="patterns_films").value == catalogue.DEMO_NAME
    assert "What to do" in page.error[0].value
    assert (kept_run.path / TEST_MAPS).read_bytes() == b"damaged"
    assert not (settings.cache_dir / "maps").exists()


def test_prototypes_are_made_by_a_button(
    open_page: OpenPage, kept_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xray_core.networks.registry import build_network, save_weights

    save_weights(build_network("small_cnn", len(CLASSES), 64), kept_run.weights_path)
    monkeypatch.setattr(prototypes, "N_STEPS", 2)
    page = open_page("patterns")
    before = len(page.image)
    page.button(key="patterns_prototype_button").click().run(timeout=SLOW)
    assert not page.exception
    assert not page.error
    assert len(page.image) == before + len(CLASSES)
    assert page.image[-1].proto.imgs[0].alt == "Prototype of Small CNN for COVID-19"


@pytest.mark.slow
def test_maps_of_the_demo_films_are_computed_by_a_button(
    open_page: OpenPage, own_run: Run, settings: Settings
) -> None:
    (own_run.path / TEST_MAPS).unlink()
    page = open_page("patterns")
    assert page.selectbox(key="patterns_films").value == catalogue.DEMO_NAME
    next(item for item in page.button if item.label == "Compute the maps").click().run(timeout=SLOW)
    assert not page.exception
    assert not page.error
    assert titles(page)[: len(PARTS)] == PARTS
    assert "12 films" in captions(page)
    assert len(list((settings.cache_dir / "maps").iterdir())) == 1
    assert not (own_run.path / TEST_MAPS).exists(), "kept for the test films alone"
