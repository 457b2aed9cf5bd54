from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.ui.shared.access import READ_ONLY_LINE, data_roots
from tests.pages.conftest import OpenPage
from xray_core.data import download
from xray_core.data.catalogue import DEMO_NAME, add_dataset, forget_dataset, get_dataset
from xray_core.errors import SettingsError
from xray_core.jobs import queue as jobs
from xray_core.runs.listing import list_runs
from xray_core.runs.register import register_model
from xray_core.runs.store import Run, open_run
from xray_core.runs.trash import restore_run, trash_run
from xray_core.settings import Settings, get_settings


@pytest.fixture
def read_only(settings: Settings) -> None:
    object.__setattr__(get_settings(), "read_only", True)


@pytest.mark.parametrize(
    ("address", "is_home"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.168.1.7", False),
        ("films.example", False),
        (None, False),
    ],
)
def test_the_home_folder_is_open_where_nobody_else_can_reach_the_app(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str | None, *, is_home: bool
) -> None:
    object.__setattr__(settings, "data_roots", None)
    monkeypatch.setattr(st, "get_option", {"server.address": address}.__getitem__)
    assert data_roots() == ((Path.home().resolve(),) if is_home else ())


def test_folders_that_were_set_count_wherever_the_app_listens(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.address": "0.0.0.0"}.__getitem__)
    object.__setattr__(settings, "data_roots", (tmp_path,))
    assert data_roots() == (tmp_path,)


@pytest.mark.usefixtures("few_demo_films")
def test_a_folder_outside_is_neither_added_nor_opened_nor_a_target(
    open_page: OpenPage, settings: Settings, films_dir: Path, tmp_path: Path
) -> None:
    add_dataset(films_dir, "before")  # while its folder might be opened
    object.__setattr__(settings, "data_roots", (tmp_path,))
    page = open_page("dataset")
    for path in (str(films_dir), "/no/such/folder"):
        page.text_input(key="add_dataset_path").set_value(path)
        page.button(key="FormSubmitter:add_dataset-Add").click().run()
        assert "does not open that path" in page.error[0].value
    page.text_input(key="download_folder").set_value(str(films_dir.parent))
    page.checkbox(key="accept_radiography").check().run()
    page.button(key="download").click().run()
    assert "does not open that path" in page.error[0].value
    page.selectbox(key="dataset").set_value("before").run()
    assert "does not open that path" in page.error[0].value
    assert not page.exception


@pytest.mark.usefixtures("read_only", "few_demo_films")
def test_a_read_only_app_shows_no_control_that_changes_anything(
    open_page: OpenPage, own_run: Run
) -> None:
    for name in ("dataset", "train"):
        page = open_page(name)
        assert not page.error
        assert not page.exception
        assert [line.value for line in page.caption if READ_ONLY_LINE in line.value], name
        words = {item.label for item in page.button if "basket" not in str(item.key)}
        assert not words & {"Forget", "Add", "Download", "Delete", "Start training", "Resume"}
        assert not words & {"Use these settings", "Stop", "Remove", "Undo", "Up", "Down"}
        fields = [item.key for item in page.text_input]
        assert not [key for key in fields if "basket" not in str(key)]
        uploads = [item.key for item in page.get("file_uploader")]
        assert not [key for key in uploads if not str(key).startswith("dropped_")], (
            "of this visit alone"
        )
    assert own_run.id in {run.id for run in list_runs()}


@pytest.mark.usefixtures("read_only")
@pytest.mark.parametrize(
    "change",
    [
        trash_run,
        lambda run: restore_run(run.id),
        lambda run: add_dataset(run.path),
        lambda run: forget_dataset(DEMO_NAME),
        lambda run: download.download("radiography", run.path),
        lambda run: register_model(run.path / "x.keras", "x", ("a", "b")),
        lambda run: jobs.add_training([run.path], None),  # type: ignore[arg-type]
        jobs.resume_training,
        lambda run: jobs.move_waiting(run, 1),
        jobs.drop_waiting,
        jobs.request_stop,
    ],
)
def test_a_read_only_app_refuses_what_its_pages_do_not_offer(
    make_run: Callable[..., Run], change: Callable[[Run], object]
) -> None:
    run = make_run()
    with pytest.raises(SettingsError, match="read-only"):
        change(run)
    assert open_run(run.path) == run
    assert get_dataset(DEMO_NAME).is_demo


@pytest.mark.usefixtures("few_demo_films")
def test_a_file_of_weights_outside_is_refused_there_or_not(
    open_page: OpenPage, settings: Settings, tmp_path: Path
) -> None:
    object.__setattr__(settings, "data_roots", ())
    page: AppTest = open_page("train")
    page.selectbox(key="train_start").set_value("file").run()
    (tmp_path / "there.npz").write_bytes(b"weights")
    for name in ("there.npz", "missing.npz"):
        page.text_input(key="train_weights_file").set_value(str(tmp_path / name)).run()
        assert any("does not open that path" in line.value for line in page.caption), name
        assert page.button(key="start_button").disabled


@pytest.mark.usefixtures("own_run")
def test_pages_say_in_words_that_the_cache_cannot_be_written(
    open_page: OpenPage, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    object.__setattr__(settings, "cache_dir", tmp_path / "file" / "cache")
    for name in ("home", "dataset", "explain", "train"):
        page = open_page(name)
        assert not page.exception, name
        told = " ".join(error.value for error in page.error)
        assert "Something went wrong" not in told, name
        assert ("Not a directory" in told) == (name != "home"), name
