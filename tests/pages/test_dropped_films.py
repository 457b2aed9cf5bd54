"""Films dropped onto the Dataset page: a data set of the visit, in no cache and gone with it."""

import gc
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.dataset.review import AUDIT_TAB
from pages.ui.shared import session
from pages.ui.shared.dropped import NAME, DroppedFilms
from tests.pages.conftest import OpenPage, files_below
from xray_core.data.scan import scan
from xray_core.settings import Settings

pytestmark = pytest.mark.usefixtures("few_demo_films", "no_shipped")


@pytest.fixture
def archive(films_dir: Path) -> bytes:
    """A ZIP archive with two films in each of two folders, and a text."""
    films = sorted(films_dir.rglob("*.png"))[:4]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for place, film in enumerate(films):
            packed.writestr(f"{('normal', 'covid')[place % 2]}/{place}.png", film.read_bytes())
        packed.writestr("read me.txt", "no film")
    return buffer.getvalue()


def metric(page: AppTest, name: str) -> str:
    return next(str(item.value) for item in page.metric if item.label == name)


def drop(page: AppTest, name: str, data: bytes) -> AppTest:
    uploader: Any = next(item for item in page.file_uploader if "ZIP" in item.label)
    page = uploader.upload(name, data, "application/zip").run()
    assert not page.exception
    return page


def test_a_dropped_archive_is_a_data_set_of_the_visit_until_it_is_forgotten(
    open_page: OpenPage, archive: bytes, settings: Settings
) -> None:
    page = open_page("dataset")
    before = files_below(settings.cache_dir)
    page = drop(page, "clinic.zip", archive)
    assert not page.error
    assert (metric(page, "Films"), metric(page, "Classes")) == ("4", "2")
    assert any("left out: 1 file that is no film" in item.value for item in page.caption)
    dropped = page.session_state[session.DROPPED.name]
    folder = dropped.dataset.path
    assert len(list(folder.rglob("*.png"))) == 4
    page.switch_page("pages/home.py").run()
    assert files_below(settings.cache_dir) == before
    page = page.switch_page("pages/dataset.py").run()
    assert metric(page, "Films") == "4", "they are still there after another page"
    del dropped
    (button,) = [item for item in page.button if item.label == "Forget"]
    page = button.click().run()
    assert not page.exception
    assert metric(page, "Films") == "12"
    gc.collect()
    assert not folder.exists()


def test_dropped_films_are_audited_and_leave_nothing_on_disk(
    open_page: OpenPage, archive: bytes, settings: Settings
) -> None:
    page = open_page("dataset")
    before = files_below(settings.cache_dir)
    page = drop(page, "clinic.zip", archive)
    page.session_state[session.dataset_tabs(NAME).name] = AUDIT_TAB
    page = page.run()
    (button,) = [item for item in page.button if item.label == "Audit these films"]
    page = button.click().run()
    assert not page.exception
    assert not page.error
    assert len(page.session_state[session.AUDITS.name][NAME].manifest.records) == 4
    assert files_below(settings.cache_dir) == before
    dropped = page.session_state[session.DROPPED.name]
    assert list(dropped.arrays.rglob("*.npy")), "what was computed goes with the films"


def test_what_is_made_of_dropped_films_is_made_once() -> None:
    made: list[int] = []
    dropped = DroppedFilms()
    for _ in range(2):
        dropped.known("stats", lambda: made.append(1))
    assert made == [1]


def test_films_without_a_folder_get_the_class_that_was_named(films_dir: Path) -> None:
    film = next(films_dir.rglob("*.png")).read_bytes()
    dropped = DroppedFilms()
    dropped.add([("a.png", film), ("a.png", film)], "viral", lambda *_: None)
    found = scan(dropped.dataset.path, reader="class_folders", cache_dir=dropped.scans)
    assert [(record.label, record.problem) for record in found.records] == [("viral", "")] * 2


def test_films_for_which_there_is_no_room_are_counted(films_dir: Path, settings: Settings) -> None:
    film = next(films_dir.rglob("*.png")).read_bytes()
    object.__setattr__(settings, "session_bytes", len(film) + 1)
    dropped = DroppedFilms()
    dropped.add([("a.png", film), ("b.png", film)], "", lambda *_: None)
    assert dropped.arrival.n_refused == 1
    assert len(list(dropped.dataset.path.iterdir())) == 1
