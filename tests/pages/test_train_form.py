"""The form of the Train page: what it offers, refuses and hands over."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.pages.conftest import OpenPage
from tests.pages.reading import button, words
from tests.pages.train_page import RUN_ID, a_run, say
from xray_core.data.catalogue import DEMO_NAME, add_dataset
from xray_core.jobs import queue as jobs
from xray_core.jobs.estimate import Speed
from xray_core.jobs.speeds import store_speed
from xray_core.runs.store import Run
from xray_core.settings import Settings
from xray_core.training.config import TrainingConfig

pytestmark = pytest.mark.usefixtures("measured")


def test_start_hands_over_what_the_form_says(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, films_dir: Path
) -> None:
    started: list[tuple[object, ...]] = []

    def start(paths: Sequence[Path], config: TrainingConfig, **rest: object) -> str:
        started.append((paths, config, rest))
        return RUN_ID

    monkeypatch.setattr(jobs, "add_training", start)
    add_dataset(films_dir, "clinic", "index_csv")
    page = open_page("train")
    page.multiselect(key="train_datasets").set_value(["clinic"])
    page.segmented_control(key="train_preset").set_value("Balanced").run()
    page.selectbox(key="train_image_size_px").set_value(96).run()
    page.number_input(key="train_ema_momentum").set_value(0.99).run()
    page = button(page, "Start training").click().run()
    assert not page.exception
    assert started == [
        (
            [films_dir],
            TrainingConfig("small_cnn", epochs=12, image_size_px=96, ema_momentum=0.99),
            {"keep_own_split": False, "reader": "index_csv", "one_finding": False},
        )
    ]


def test_without_a_data_set_there_is_nothing_to_start(open_page: OpenPage) -> None:
    page = open_page("train")
    page.multiselect(key="train_datasets").set_value([]).run()
    assert not page.exception
    assert not page.error
    assert button(page, "Start training").disabled
    assert "Choose a data set." in words(page)


def test_one_class_is_not_enough(open_page: OpenPage, films_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "single" / "covid").mkdir(parents=True)
    for place, film in enumerate(sorted(films_dir.rglob("*.png"))[:3]):
        shutil.copyfile(film, tmp_path / "single" / "covid" / f"{place}.png")
    add_dataset(tmp_path / "single")
    page = open_page("train")
    page.multiselect(key="train_datasets").set_value(["single"]).run()
    assert button(page, "Start training").disabled
    assert "at least two classes" in words(page)


def test_differently_arranged_data_sets_are_trained_one_at_a_time(
    open_page: OpenPage, films_dir: Path
) -> None:
    add_dataset(films_dir, "clinic", "index_csv")
    page = open_page("train")
    page.multiselect(key="train_datasets").set_value([DEMO_NAME, "clinic"]).run()
    assert button(page, "Start training").disabled
    assert "have different layouts" in words(page)


def test_vanished_data_set_leaves_the_rest_of_the_page(
    open_page: OpenPage, films_dir: Path, tmp_path: Path, own_run: Run
) -> None:
    shutil.copytree(films_dir, tmp_path / "clinic")
    add_dataset(tmp_path / "clinic")
    shutil.rmtree(tmp_path / "clinic")
    page = open_page("train")
    page.multiselect(key="train_datasets").set_value(["clinic"]).run()
    assert not page.exception
    assert "The data set doesn't exist" in page.error[0].value
    assert "Your models" in [item.value for item in page.subheader]


def test_a_pretrained_network_brings_its_own_settings(open_page: OpenPage) -> None:
    page = open_page("train")
    page.number_input(key="train_seed").set_value(7)
    page.selectbox(key="train_network").set_value("xception").run()
    assert not page.exception
    assert page.session_state["train_start"] == "imagenet"
    assert page.selectbox(key="train_image_size_px").value == 224
    assert page.selectbox(key="train_fine_tune_from").value == "block5"
    assert page.segmented_control(key="train_preset").value == "Quick look"
    assert (page.session_state["train_head_epochs"], page.session_state["train_epochs"]) == (20, 0)
    assert "Only the last layer is trained" in words(page)
    assert page.number_input(key="train_seed").value == 7, "what is not the network's stays"

    page.segmented_control(key="train_preset").set_value("Best").run()
    assert page.number_input(key="train_epochs").value == 10
    page.number_input(key="train_epochs").set_value(11).run()
    assert page.segmented_control(key="train_preset").value is None
    assert "Custom settings." in words(page)


def test_a_random_start_has_no_layer_to_begin_with(open_page: OpenPage) -> None:
    page = open_page("train")
    page.selectbox(key="train_network").set_value("xception").run()
    page.selectbox(key="train_start").set_value("none").run()
    assert not page.exception
    assert "train_head_epochs" not in [item.key for item in page.number_input]
    assert page.number_input(key="train_epochs").value == 4
    assert page.number_input(key="train_learning_rate").value == pytest.approx(2e-3)
    assert "It starts from random weights" in words(page)


def test_weights_that_are_not_here_are_named(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    page = open_page("train")
    page.selectbox(key="train_network").set_value("resnet50").run()
    assert "ResNet50 are not on this machine: they are downloaded" in words(page)
    assert not button(page, "Start training").disabled


def test_a_file_of_weights_is_looked_at_before_anything_starts(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("train")
    page.selectbox(key="train_start").set_value("file").run()
    assert button(page, "Start training").disabled
    assert "Name the weights file" in words(page)
    page.text_input(key="train_weights_file").set_value(str(own_run.path / "nowhere.npz")).run()
    assert button(page, "Start training").disabled
    assert "There is no such file of weights." in words(page)
    path = str(own_run.path / "weights.npz")
    page.text_input(key="train_weights_file").set_value(path).run()
    assert not page.exception
    assert not button(page, "Start training").disabled
    assert "It starts from further-trained random weights" in words(page)


def test_settings_outlive_a_visit_to_another_page(open_page: OpenPage) -> None:
    page = open_page("train")
    page.selectbox(key="train_network").set_value("xception").run()
    page.number_input(key="train_batch_size").set_value(8).run()
    page = page.switch_page("pages/dataset.py").run().switch_page("pages/train.py").run()
    assert not page.exception
    assert page.selectbox(key="train_network").value == "xception"
    assert page.number_input(key="train_batch_size").value == 8


def test_speed_is_measured_first(open_page: OpenPage, measured: list[TrainingConfig]) -> None:
    page = open_page("train")
    assert "Measuring how fast this machine is" in words(page)
    assert measured[0] == TrainingConfig("small_cnn", epochs=4)


def test_estimate_and_its_worries_stand_before_the_start(open_page: OpenPage) -> None:
    store_speed(
        TrainingConfig("xception"), Speed(0.001, 50.0, 20.0, 10**15, ("block4", "block5", "block6"))
    )
    page = open_page("train")
    page.selectbox(key="train_network").set_value("xception").run()
    page.segmented_control(key="train_preset").set_value("Balanced").run()
    assert "1250000.0 GB of memory (0.0 films/s measured here)" in words(page)
    warned = "\n".join(item.value for item in page.warning)
    assert "There is not enough memory." in warned
    assert "It takes" in warned
    assert not button(page, "Start training").disabled
    assert page.selectbox(key="train_fine_tune_from").options == [
        "block4",
        "block5",
        "block6",
        "the first layer",
    ]


def test_preview_shows_variants_and_draws_others(open_page: OpenPage) -> None:
    page = open_page("train")
    page.session_state["train_preview"] = True
    page.run()
    assert not page.exception
    images = page.image
    assert len(images) == 2
    first = [image.proto.imgs[0].url for image in images]
    page = button(page, "Draw again").click().run()
    others = [image.proto.imgs[0].url for image in page.image]
    assert others != first
    seen = [first, others]
    for share in ("train_lung_focus", "train_tone_mixing"):
        page.slider(key=share).set_value(1.0).run()
        assert not page.exception
        assert [image.proto.imgs[0].url for image in page.image] not in seen
        seen.append([image.proto.imgs[0].url for image in page.image])


def test_settings_of_a_run_are_used_again(
    open_page: OpenPage, settings: Settings, films_dir: Path
) -> None:
    config = TrainingConfig("xception", image_size_px=96, epochs=7, batch_size=4, balance="none")
    folder = a_run(settings, RUN_ID, config, datasets=["clinic"])
    say(folder, state="stopped")
    add_dataset(films_dir, "clinic")
    page = open_page("train")
    page = page.button(key=f"settings_{RUN_ID}").click().run()
    assert not page.exception
    assert page.multiselect(key="train_datasets").value == ["clinic"]
    assert page.selectbox(key="train_network").value == "xception"
    assert page.selectbox(key="train_image_size_px").value == 96
    assert page.number_input(key="train_epochs").value == 7
    assert page.number_input(key="train_batch_size").value == 4
    assert page.selectbox(key="train_balance").value == "none"
    assert page.segmented_control(key="train_preset").value is None


def test_settings_that_this_version_lacks_are_refused_in_words(
    open_page: OpenPage, settings: Settings
) -> None:
    folder = a_run(settings, RUN_ID, TrainingConfig("small_cnn"), network="vgg99")
    say(folder, state="stopped")
    page = open_page("train")
    page = page.button(key=f"settings_{RUN_ID}").click().run()
    assert not page.exception
    assert "There is no network 'vgg99'" in page.error[0].value.replace("\\", "")
