import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.train import list as training_list
from tests.pages.conftest import OpenPage
from xray_core.data.catalogue import DEMO_NAME, add_dataset
from xray_core.errors import TrainingError
from xray_core.files import write_json
from xray_core.jobs import queue as jobs
from xray_core.jobs.estimate import Speed
from xray_core.jobs.speeds import store_speed
from xray_core.runs.store import CONFIG, HISTORY, LOG, RESUME, SCORES, STATUS, STEPS, Run, open_run
from xray_core.settings import Settings
from xray_core.training.config import TrainingConfig

RUN_ID = "2026-11-22T074210Z-small_cnn-3f2a"
SPEED = Speed(10.0, 50.0, 20.0, 3_000_000_000, ("block4", "block5", "block6"))


@pytest.fixture(autouse=True)
def measured(few_demo_films: None, monkeypatch: pytest.MonkeyPatch) -> list[TrainingConfig]:
    """Twelve demo films, and settings whose speed a page asks to be measured, instead of that."""
    asked: list[TrainingConfig] = []
    monkeypatch.setattr("pages.ui.train.estimate.start_measuring", asked.append)
    return asked


def button(page: AppTest, label: str) -> Any:
    return next(item for item in page.button if item.label == label)


def words(page: AppTest) -> str:
    return "\n".join(item.value for item in (*page.markdown, *page.caption))


@pytest.fixture
def going_on(settings: Settings) -> Path:
    """A run whose training is this very process, in its second epoch of four."""
    folder = a_run(settings, RUN_ID, TrainingConfig("small_cnn", epochs=4, image_size_px=64))
    (folder / HISTORY).write_text(
        "epoch,phase,accuracy,loss,val_accuracy,val_loss,seconds\n1,training,.5,1.2,.4,1.3,2\n"
    )
    (folder / STEPS).write_text("step,epoch,phase,loss\n1,1,training,1.5\n11,2,training,1.1\n")
    (folder / LOG).write_text("first line\nlast line\n")
    say(folder, state="training", epoch=2, epochs=4, step=5, steps=10, films_per_second=81.4)
    return folder


def a_run(settings: Settings, run_id: str, config: TrainingConfig, **facts: object) -> Path:
    """A run folder that holds its settings alone."""
    folder = settings.models_dir / run_id
    folder.mkdir(parents=True)
    head = {"classes": ["normal", "covid"], "created": "2026-11-22T07:42:10+00:00"}
    write_json(folder / CONFIG, asdict(config) | head | facts)
    return folder


def say(folder: Path, **facts: object) -> None:
    process = psutil.Process()
    me = {"pid": process.pid, "pid_started": process.create_time()}
    write_json(folder / STATUS, me | facts)


def test_first_visit_says_what_will_be_here(open_page: OpenPage) -> None:
    page = open_page("train")
    assert not page.exception
    assert not page.error
    assert "Your training will appear here" in [item.value for item in page.subheader]
    assert page.multiselect(key="train_datasets").value == [DEMO_NAME]
    assert not button(page, "Start training").disabled
    assert "12 films: Normal, Bacterial pneumonia, Viral pneumonia and COVID-19." in words(page)


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


def test_training_that_goes_on_is_found_after_a_reload(
    open_page: OpenPage, going_on: Path, measured: list[TrainingConfig]
) -> None:
    page = open_page("train")
    assert not page.exception
    assert not button(page, "Add to the queue").disabled
    assert "Training the network: epoch 2 of 4" in [item.value for item in page.subheader]
    assert page.get("progress")[0].proto.value == pytest.approx(100 * 1.5 / 4, abs=1)
    assert "Step 5 of 10 · 81 films/s" in words(page)
    assert page.code[0].value == "first line\nlast line"
    assert page.button(key=f"delete_{RUN_ID}").disabled
    assert "can be measured when no training is running" in words(page)
    assert measured == []


def test_warnings_of_a_training_are_shown(open_page: OpenPage, going_on: Path) -> None:
    say(going_on, state="training", epoch=1, epochs=2, warnings=["The disk is nearly full."])
    page = open_page("train")
    assert "The disk is nearly full." in [item.value for item in page.warning]


def test_curves_begin_before_the_first_epoch_has_ended(open_page: OpenPage, going_on: Path) -> None:
    (going_on / HISTORY).unlink()
    page = open_page("train")
    assert not page.exception
    assert len(page.get("plotly_chart")) == 2
    (going_on / STEPS).unlink()
    assert "Curves appear after the first steps." in words(page.run())


def test_stop_says_what_is_kept(open_page: OpenPage, going_on: Path) -> None:
    page = open_page("train")
    page = button(page, "Stop").click().run()
    assert not page.exception
    assert (going_on / jobs.STOP_FILE).is_file()
    assert button(page, "Stopping").disabled
    assert "The best epoch so far is tested and kept." in words(page)


def test_failed_training_says_what_where_and_what_to_do(
    open_page: OpenPage, going_on: Path
) -> None:
    error = {
        "what": "The loss is NaN or infinite.",
        "where": "epoch 2",
        "fix": "Lower the rate.",
    }
    say(going_on, state="failed", error=error)
    page = open_page("train")
    assert page.error[0].value == (
        "**The loss is NaN or infinite.**  \nWhere: epoch 2  \nWhat to do: Lower the rate."
    )
    assert not button(page, "Start training").disabled


def test_training_whose_process_is_gone_is_interrupted(open_page: OpenPage, going_on: Path) -> None:
    write_json(going_on / STATUS, {"state": "training", "pid": os.getpid(), "pid_started": 1.0})
    page = open_page("train")
    assert "its process is gone" in page.error[0].value
    assert "Interrupted" in words(page)


@pytest.mark.parametrize("state", ["interrupted", "stopped", "failed"])
def test_what_ended_before_its_time_can_be_resumed(
    open_page: OpenPage, going_on: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    resumed: list[str] = []
    monkeypatch.setattr(training_list, "can_resume", lambda run: True)
    monkeypatch.setattr("pages.ui.train.view.can_resume", lambda run: True)
    monkeypatch.setattr(training_list, "resume_training", lambda run: resumed.append(run.id))
    (going_on / RESUME).write_bytes(b"")
    if state == "interrupted":
        write_json(going_on / STATUS, {"state": "training", "pid": os.getpid(), "pid_started": 1.0})
    else:
        say(going_on, state=state)
    page = open_page("train")
    assert "One epoch is complete: “Resume” continues from there." in words(page)
    page.button(key="resume_last").click().run()
    assert not page.exception
    assert resumed == [RUN_ID]


def test_resume_that_is_refused_says_why(
    open_page: OpenPage, going_on: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(run: Run) -> None:
        raise TrainingError("The films are gone.", where=run.id, fix="Bring them back.")

    monkeypatch.setattr(training_list, "can_resume", lambda run: True)
    monkeypatch.setattr(training_list, "resume_training", refuse)
    say(going_on, state="stopped")
    page = open_page("train")
    page.button(key=f"resume_{RUN_ID}").click().run()
    assert not page.exception
    assert page.error[0].value.startswith("**The films are gone.**")


def test_damaged_status_is_named_and_the_run_can_be_deleted(
    open_page: OpenPage, going_on: Path
) -> None:
    (going_on / STATUS).write_text("{")
    page = open_page("train")
    assert not page.exception
    assert "status.json could not be read" in page.error[0].value.replace("\\", "")
    assert "Damaged" in words(page)
    page = page.button(key=f"delete_{RUN_ID}").click().run()
    assert not going_on.exists()


def test_finished_training_shows_scores_and_the_way_on(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("train")
    assert not page.exception
    assert not page.error
    value = own_run.scores()["macro_f1"]["value"]
    assert f"Macro-F1 **{value:.2f}" in words(page)
    assert "Finished" in words(page)
    assert [link.proto.label for link in page.get("page_link")] == [
        "Compare it",
        "Explain its films",
    ]


def test_damaged_scores_are_an_error_in_words(open_page: OpenPage, own_run: Run) -> None:
    (own_run.path / SCORES).write_text("{")
    page = open_page("train")
    assert not page.exception
    assert "scores.json could not be read" in page.error[0].value.replace("\\", "")
    assert not page.button(key=f"delete_{own_run.id}").disabled


def test_deleted_model_can_be_brought_back(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("train")
    page = page.button(key=f"delete_{own_run.id}").click().run()
    assert not own_run.path.exists()
    page = button(page, "Undo").click().run()
    assert not page.exception
    assert own_run.path.is_dir()
    assert "Undo" not in [item.label for item in page.button]


def test_several_deleted_models_can_be_brought_back(
    open_page: OpenPage, own_run: Run, going_on: Path
) -> None:
    say(going_on, state="stopped")
    page = open_page("train")
    page = page.button(key=f"delete_{own_run.id}").click().run()
    page = page.button(key=f"delete_{RUN_ID}").click().run()
    assert [item.label for item in page.button].count("Undo") == 2
    page = page.button(key=f"undo_{own_run.id}").click().run()
    page = page.button(key=f"undo_{RUN_ID}").click().run()
    assert not page.exception
    assert not page.error
    assert own_run.path.is_dir()
    assert going_on.is_dir()


def test_model_that_can_no_longer_be_brought_back_says_so(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("train")
    page = page.button(key=f"delete_{own_run.id}").click().run()
    shutil.rmtree(own_run.path.parent / ".trash")
    page = button(page, "Undo").click().run()
    assert not page.exception
    assert "can't be brought back" in page.error[0].value


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


@pytest.fixture
def waiting(going_on: Path, films_dir: Path) -> list[str]:
    """Two trainings that wait behind the one that runs."""
    configs = [TrainingConfig("small_cnn", epochs=n, image_size_px=32) for n in (2, 3)]
    return [jobs.add_training([films_dir], config) for config in configs]


def places(page: AppTest, waiting: list[str]) -> list[str]:
    """Ids of the waiting runs in the order of the page."""
    keys = [item.key or "" for item in page.button]
    return [key.removeprefix("drop_") for key in keys if key.startswith("drop_")]


def test_waiting_trainings_change_places(open_page: OpenPage, waiting: list[str]) -> None:
    first, second = waiting
    page = open_page("train")
    assert not page.exception
    assert places(page, waiting) == [first, second]
    assert page.button(key=f"up_{first}").disabled
    assert page.button(key=f"down_{second}").disabled
    page = page.button(key=f"up_{second}").click().run()
    assert places(page, waiting) == [second, first]
    page = page.button(key=f"down_{second}").click().run()
    assert places(page, waiting) == [first, second]


def test_waiting_training_tells_where_it_will_start(
    open_page: OpenPage, going_on: Path, films_dir: Path
) -> None:
    jobs.add_training([films_dir], TrainingConfig("xception"))
    add_dataset(films_dir, "clinic")
    text = words(open_page("train"))
    assert "1. Xception · ImageNet initialisation" in text
    assert "clinic · 224 px · at most 27 epochs" in text


def test_waiting_training_is_removed_and_brought_back(
    open_page: OpenPage, waiting: list[str]
) -> None:
    first, second = waiting
    page = open_page("train")
    page = page.button(key=f"drop_{first}").click().run()
    assert places(page, waiting) == [second]
    page = page.button(key=f"undo_{first}").click().run()
    assert not page.exception
    assert open_run(first).path.is_dir()
