"""Second opinion with DICOM files and archives: tags, windows, and what stays of a patient."""

import gc
import json
import logging
import tempfile
import weakref
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.dicom_films import PATIENT, as_dicom
from tests.pages.conftest import OpenPage, files_below
from tests.pages.test_second_opinion import CLASSES, FILM, MAP, drawn, words
from xray_core.runs.store import Run
from xray_core.settings import PROJECT_DIR, Settings

SECRETS = ("Secret", "471147")
TWO_WINDOWS: dict[str, Any] = {
    "WindowCenter": [2047.5, 3000],
    "WindowWidth": [4095, 6000],
    "WindowCenterWidthExplanation": ["NORMAL", "SOFT"],
}
pytestmark = pytest.mark.usefixtures("no_shipped")


def upload(page: AppTest, name: str, data: bytes) -> None:
    page.file_uploader[0].upload(name, data, "application/octet-stream").run()
    assert not page.exception


def key_of(page: AppTest, kind: str, start: str) -> Any:
    """The widget whose key begins so."""
    return next(item for item in page.get(kind) if str(item.key).startswith(start))


def test_tags_stop_a_lateral_view_and_say_that_a_patient_is_a_child(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("second_opinion")
    upload(page, "side.dcm", as_dicom(ViewPosition="LL", PatientAge="040Y"))
    assert page.subheader[0].value == "No answer for this film"
    assert "By its tags (ViewPosition) this is a lateral view" in words(page)
    assert MAP not in drawn(page)
    assert not [name for name in CLASSES if name in words(page) + drawn(page)]
    upload(page, "child.dcm", as_dicom(PatientAge="004Y", ViewPosition="AP"))
    assert key_of(page, "segmented_control", "opinion_age_").value == "child"
    assert "By the tags of the file: child, 4 years." in words(page)
    upload(page, "plain.png", FILM)
    assert page.segmented_control(key="opinion_age_all").value == ""
    answers = page.session_state["opinion_answers"].values()
    groups = {item.name: item.age_group for item in answers}
    assert groups == {"side.dcm": "adult", "child.dcm": "child", "plain.png": ""}


def test_the_window_is_chosen_only_where_there_is_a_choice_and_changes_the_film(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("second_opinion")
    upload(page, "one.dcm", as_dicom())
    assert not [item for item in page.selectbox if "opinion_window" in str(item.key)]
    upload(page, "two.dcm", as_dicom(**TWO_WINDOWS))
    choice = key_of(page, "selectbox", "opinion_window_")
    assert choice.options == ["The first that fits", "NORMAL (2047.5 / 4095)", "SOFT (3000 / 6000)"]
    choice.set_value("window 2").run()
    assert not page.exception
    films = {item.film_id for item in page.session_state["opinion_answers"].values()}
    assert len(films) == 3, "both films, and the second by another window"
    assert len(page.session_state["opinion_gates"]) == 3


def test_films_of_an_archive_come_one_by_one_and_the_others_are_named(
    open_page: OpenPage, own_run: Run
) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a/film.png", FILM)
        archive.writestr("a/again.png", FILM)
        archive.writestr("../out.png", FILM)
        archive.writestr("letter.txt", "Dear colleague")
    page = open_page("second_opinion")
    upload(page, "films.zip", buffer.getvalue())
    assert [file.name for file in page.session_state["opinion_files"]] == ["a/film.png"]
    assert "leads out of it" in page.error[0].value
    assert "left out: 1 file that is no film, 1 copy" in words(page)


def test_nothing_of_a_patient_is_shown_logged_exported_written_or_kept(
    open_page: OpenPage,
    own_run: Run,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    page = open_page("second_opinion")
    odd = as_dicom(**TWO_WINDOWS, BodyPartExamined=PATIENT["PatientName"])
    folders = (home, settings.cache_dir, settings.models_dir, PROJECT_DIR / "pages")
    before = files_below(*folders)
    recwarn.clear()  # pydicom warned of the odd value as it was written
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    upload(page, "odd.dcm", odd)
    said = words(page) + drawn(page) + "".join(item.value for item in page.error)
    said += caplog.text + "".join(str(item.message) for item in recwarn.list)
    (opinion,) = page.session_state["opinion_answers"].values()
    assert [part for part in SECRETS if part in said + json.dumps(opinion.as_json())] == []
    key_of(page, "toggle", "opinion_tags_").set_value(True).run()
    assert all(part in words(page) for part in SECRETS), "the reader opened the tags"
    assert [part for part in SECRETS if part in caplog.text] == []
    assert {path for path in files_below(*folders) - before if path.suffix != ".pyc"} == set()
    (film,) = (entry.film for entry in page.session_state["opinion_films"]._films.values())
    pixels = weakref.ref(film.pixels)
    del film, opinion
    key_of(page, "button", "opinion_remove_").click().run()
    assert not page.exception
    gc.collect()
    assert pixels() is None, "a removed film is still in memory"
    assert not page.session_state["opinion_films"].facts
