import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.ui.opinion import uploads
from pages.ui.shared import session
from xray_core.settings import get_settings, settings_of_environment, using_settings


def test_files_beyond_the_budget_are_refused_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui.opinion.uploads import keep_files, kept_files
        from pages.ui.shared import session
        from pages.ui.shared.arrivals import arrival_notes

        keep_files([("a.png", bytes(600_000)), ("b.png", bytes(600_001)), ("c.png", b"c")])
        arrival_notes(session.OPINION_ARRIVAL.get())
        st.text(" ".join(name for name, _, _ in kept_files()))

    monkeypatch.setenv("XRAY_SESSION_MEGABYTES", "1")
    settings_of_environment.cache_clear()
    app = AppTest.from_function(script, default_timeout=30).run()
    settings_of_environment.cache_clear()
    assert app.text[-1].value == "a.png c.png"
    assert app.warning[0].value.startswith("No room for 1 more file: a session holds at most 1 MB.")


def archive(*files: tuple[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in files:
            packed.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def _session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})


@pytest.mark.usefixtures("_session")
def test_films_of_an_archive_are_kept_one_by_one_within_the_room_of_the_session() -> None:
    some = [(f"a/{name}.dcm", name.encode() * 400_000) for name in "xyz"]
    data = archive(*some, ("again.dcm", some[0][1]), ("letter.txt", b"Dear"), ("../e.dcm", b"e"))
    with using_settings(replace(get_settings(), session_bytes=2 * 400_000)):
        uploads.keep_files([("films.zip", data), ("b.png", b"b")])
    assert [file.name for file in uploads.kept_files()] == ["a/x.dcm", "a/y.dcm"]
    assert uploads.kept_films().file_bytes == 2 * 400_000
    arrival = session.OPINION_ARRIVAL.get()
    assert arrival.n_refused == 2
    assert [error.where for error in arrival.errors] == ["e.dcm"]
    assert arrival.left_out == ["films.zip: left out: 1 file that is no film, 1 copy"]


@pytest.mark.usefixtures("_session")
def test_a_film_uploaded_by_itself_and_in_an_archive_is_kept_once() -> None:
    uploads.keep_files([("x.png", b"x")])
    uploads.keep_files([("films.zip", archive(("x.png", b"x"), ("y.png", b"y")))])
    assert [file.name for file in uploads.kept_files()] == ["x.png", "y.png"]
    assert session.OPINION_PLACE.get() == 1
