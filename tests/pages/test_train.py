import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage
from xray_core.data.catalogue import DEMO_NAME, add_dataset, get_dataset
from xray_core.runs import jobs
from xray_core.runs.status import ACTIVE, read_status
from xray_core.runs.store import CONFIG, HISTORY, LOG, SCORES, STATUS, Run, list_runs, write_json
from xray_core.settings import Settings
from xray_core.training.config import TrainingConfig

pytestmark = pytest.mark.usefixtures("few_demo_films")
RUN_ID = "2026-11-22T074210Z-small_cnn-3f2a"


def button(page: AppTest, label: str) -> Any:
    return next(item for item in page.button if item.label == label)


def words(page: AppTest) -> str:
    return "\n".join(item.value for item in (*page.markdown, *page.caption))


@pytest.fixture
def going_on(settings: Settings) -> Path:
    """A run whose training is this very process, in its second epoch of four."""
    folder = settings.models_dir / RUN_ID
    folder.mkdir(parents=True)
    write_json(
        folder / CONFIG,
        {
            "network": "small_cnn",
            "classes": ["normal", "covid"],
            "image_size_px": 64,
            "created": "2026-11-22T07:42:10+00:00",
        },
    )
    (folder / HISTORY).write_text(
        "epoch,accuracy,loss,val_accuracy,val_loss,seconds\n1,0.5,1.2,0.4,1.3,2.0\n"
    )
    (folder / LOG).write_text("first line\nlast line\n")
    say(folder, state="training", epoch=2, epochs=4, step=5, steps=10, films_per_second=81.4)
    return folder


def say(folder: Path, **facts: object) -> None:
    process = psutil.Process()
    me = {"pid": process.pid, "pid_started": process.create_time()}
    write_json(folder / STATUS, me | facts)


def test_first_visit_says_what_will_be_here(open_page: OpenPage) -> None:
    page = open_page("train")
    assert not page.exception
    assert not page.error
    assert "The training shows here" in [item.value for item in page.subheader]
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

    monkeypatch.setattr(jobs, "start_training", start)
    add_dataset(films_dir, "clinic", "index_csv")
    page = open_page("train")
    page.multiselect(key="train_datasets").set_value(["clinic"])
    page.segmented_control(key="train_preset").set_value("Balanced").run()
    page.selectbox(key="train_size_small_cnn").set_value(96).run()
    page = button(page, "Start training").click().run()
    assert not page.exception
    assert started == [
        (
            [films_dir],
            TrainingConfig("small_cnn", epochs=12, image_size_px=96),
            {"keep_own_split": False, "reader": "index_csv"},
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
    assert "arranged in different ways" in words(page)


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


def test_training_that_goes_on_is_found_after_a_reload(open_page: OpenPage, going_on: Path) -> None:
    page = open_page("train")
    assert not page.exception
    assert button(page, "Start training").disabled
    assert "Another training is going on" in words(page)
    bar = page.get("progress")[0].proto
    assert bar.text == "Epoch 2 of 4 · step 5 of 10 · 81 films/s"
    assert bar.value == pytest.approx(100 * 1.5 / 4, abs=1)
    assert page.code[0].value == "first line\nlast line"
    assert page.button(key=f"delete_{RUN_ID}").disabled


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"state": "preparing", "phase": "starting"}, "Starting"),
        ({"state": "preparing", "step": 30, "steps": 40}, "Reading the films: 30 of 40"),
        ({"state": "evaluating"}, "Testing the best epoch"),
        (
            {"state": "training", "epoch": 1, "epochs": 2, "eta_seconds": 300},
            "Epoch 1 of 2 · step 0 of 1 · about 5 min left",
        ),
    ],
)
def test_every_state_has_its_words(
    open_page: OpenPage, going_on: Path, facts: dict[str, object], expected: str
) -> None:
    say(going_on, **facts)
    assert open_page("train").get("progress")[0].proto.text.startswith(expected)


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
        "what": "The loss is no longer a number.",
        "where": "epoch 2",
        "fix": "Lower the rate.",
    }
    say(going_on, state="failed", error=error)
    page = open_page("train")
    assert page.error[0].value == (
        "**The loss is no longer a number.**  \nWhere: epoch 2  \nWhat to do: Lower the rate."
    )
    assert not button(page, "Start training").disabled


def test_training_whose_process_is_gone_is_interrupted(open_page: OpenPage, going_on: Path) -> None:
    write_json(going_on / STATUS, {"state": "training", "pid": os.getpid(), "pid_started": 1.0})
    page = open_page("train")
    assert "its process is gone" in page.error[0].value
    assert "Interrupted" in words(page)


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
    value = own_run.scores["macro_f1"]["value"]
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


def test_model_that_can_no_longer_be_brought_back_says_so(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("train")
    page = page.button(key=f"delete_{own_run.id}").click().run()
    shutil.rmtree(own_run.path.parent / ".trash")
    page = button(page, "Undo").click().run()
    assert not page.exception
    assert "can't be brought back" in page.error[0].value


@pytest.mark.slow
def test_demo_films_are_trained_on_from_the_page(open_page: OpenPage) -> None:
    page = open_page("train")
    page.number_input(key="train_epochs_4").set_value(1)
    page.selectbox(key="train_size_small_cnn").set_value(96).run()
    page = button(page, "Start training").click().run()
    assert not page.error
    assert button(page, "Start training").disabled
    (run,) = [run for run in list_runs() if not run.shipped]
    limit = time.monotonic() + 120
    while read_status(run.path)["state"] in ACTIVE and time.monotonic() < limit:
        time.sleep(0.5)
    page = page.run()
    assert not page.exception
    assert not page.error
    assert read_status(run.path)["state"] == "finished"
    assert "Finished" in words(page)
    assert get_dataset(DEMO_NAME).path.is_file()
