import os
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.train import list as training_list
from tests.pages.conftest import OpenPage
from tests.pages.reading import button, words
from tests.pages.train_page import RUN_ID, say
from xray_core.data.catalogue import DEMO_NAME, add_dataset
from xray_core.errors import TrainingError
from xray_core.files import write_json
from xray_core.jobs import queue as jobs
from xray_core.runs.store import HISTORY, RESUME, SCORES, STATUS, STEPS, Run, open_run
from xray_core.training.config import TrainingConfig

pytestmark = pytest.mark.usefixtures("measured")


def test_first_visit_says_what_will_be_here(open_page: OpenPage) -> None:
    page = open_page("train")
    assert not page.exception
    assert not page.error
    assert "Your training will appear here" in [item.value for item in page.subheader]
    assert page.multiselect(key="train_datasets").value == [DEMO_NAME]
    assert not button(page, "Start training").disabled
    assert "12 films: Normal, Bacterial pneumonia, Viral pneumonia and COVID-19." in words(page)


def test_training_that_goes_on_is_found_after_a_reload(
    open_page: OpenPage, running: Path, measured: list[TrainingConfig]
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


def test_warnings_of_a_training_are_shown(open_page: OpenPage, running: Path) -> None:
    say(running, state="training", epoch=1, epochs=2, warnings=["The disk is nearly full."])
    page = open_page("train")
    assert "The disk is nearly full." in [item.value for item in page.warning]


def test_curves_begin_before_the_first_epoch_has_ended(open_page: OpenPage, running: Path) -> None:
    (running / HISTORY).unlink()
    page = open_page("train")
    assert not page.exception
    assert len(page.get("plotly_chart")) == 2
    (running / STEPS).unlink()
    assert "Curves appear after the first steps." in words(page.run())


def test_stop_says_what_is_kept(open_page: OpenPage, running: Path) -> None:
    page = open_page("train")
    page = button(page, "Stop").click().run()
    assert not page.exception
    assert (running / jobs.STOP_FILE).is_file()
    assert button(page, "Stopping").disabled
    assert "The best epoch so far is tested and kept." in words(page)


def test_failed_training_says_what_where_and_what_to_do(open_page: OpenPage, running: Path) -> None:
    error = {
        "what": "The loss is NaN or infinite.",
        "where": "epoch 2",
        "fix": "Lower the rate.",
    }
    say(running, state="failed", error=error)
    page = open_page("train")
    assert page.error[0].value == (
        "**The loss is NaN or infinite.**  \nWhere: epoch 2  \nWhat to do: Lower the rate."
    )
    assert not button(page, "Start training").disabled


def test_training_whose_process_is_gone_is_interrupted(open_page: OpenPage, running: Path) -> None:
    write_json(running / STATUS, {"state": "training", "pid": os.getpid(), "pid_started": 1.0})
    page = open_page("train")
    assert "its process is gone" in page.error[0].value
    assert "Interrupted" in words(page)


@pytest.mark.parametrize("state", ["interrupted", "stopped", "failed"])
def test_what_ended_before_its_time_can_be_resumed(
    open_page: OpenPage, running: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    resumed: list[str] = []
    monkeypatch.setattr(training_list, "can_resume", lambda run: True)
    monkeypatch.setattr("pages.ui.train.view.can_resume", lambda run: True)
    monkeypatch.setattr(training_list, "resume_training", lambda run: resumed.append(run.id))
    (running / RESUME).write_bytes(b"")
    if state == "interrupted":
        write_json(running / STATUS, {"state": "training", "pid": os.getpid(), "pid_started": 1.0})
    else:
        say(running, state=state)
    page = open_page("train")
    assert "One epoch is complete: “Resume” continues from there." in words(page)
    page.button(key="resume_last").click().run()
    assert not page.exception
    assert resumed == [RUN_ID]


def test_resume_that_is_refused_says_why(
    open_page: OpenPage, running: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(run: Run) -> None:
        raise TrainingError("The films are gone.", where=run.id, fix="Bring them back.")

    monkeypatch.setattr(training_list, "can_resume", lambda run: True)
    monkeypatch.setattr(training_list, "resume_training", refuse)
    say(running, state="stopped")
    page = open_page("train")
    page.button(key=f"resume_{RUN_ID}").click().run()
    assert not page.exception
    assert page.error[0].value.startswith("**The films are gone.**")


def test_damaged_status_is_named_and_the_run_can_be_deleted(
    open_page: OpenPage, running: Path
) -> None:
    (running / STATUS).write_text("{")
    page = open_page("train")
    assert not page.exception
    assert "status.json could not be read" in page.error[0].value.replace("\\", "")
    assert "Damaged" in words(page)
    page = page.button(key=f"delete_{RUN_ID}").click().run()
    assert not running.exists()


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
    open_page: OpenPage, own_run: Run, running: Path
) -> None:
    say(running, state="stopped")
    page = open_page("train")
    page = page.button(key=f"delete_{own_run.id}").click().run()
    page = page.button(key=f"delete_{RUN_ID}").click().run()
    assert [item.label for item in page.button].count("Undo") == 2
    page = page.button(key=f"undo_{own_run.id}").click().run()
    page = page.button(key=f"undo_{RUN_ID}").click().run()
    assert not page.exception
    assert not page.error
    assert own_run.path.is_dir()
    assert running.is_dir()


def test_model_that_can_no_longer_be_brought_back_says_so(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("train")
    page = page.button(key=f"delete_{own_run.id}").click().run()
    shutil.rmtree(own_run.path.parent / ".trash")
    page = button(page, "Undo").click().run()
    assert not page.exception
    assert "can't be brought back" in page.error[0].value


@pytest.fixture
def waiting(running: Path, films_dir: Path) -> list[str]:
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
    open_page: OpenPage, running: Path, films_dir: Path
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
