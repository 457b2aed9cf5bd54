from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.film.strip import thumbnail_url
from xray_core.data.decoding.images import decode_image
from xray_core.settings import settings_of_environment


def test_worklist_keeps_readable_and_unreadable_files_apart() -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui.opinion.uploads import Upload, Worklist, demo_upload

        files = [Upload(*demo_upload(), "one"), Upload("letter.png", b"Dear colleague", "two")]
        worklist = Worklist(files)
        item = worklist.pick()
        st.write(f"{item.stem} {item.synthetic} {type(item.film).__name__} {worklist.position}")
        worklist.go(7)

    app = AppTest.from_function(script, default_timeout=30).run()
    assert app.markdown[0].value == "synthetic-film True Film (1, 2)"
    for _ in range(2):  # the last film is the last, however far one goes
        app.run()
        assert app.markdown[0].value == "letter False ImageReadError (2, 2)"
    assert not app.exception


def test_a_rerun_neither_decodes_nor_encodes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui.opinion import uploads

        demo = uploads.Upload(*uploads.demo_upload(), "one")
        files = st.session_state.setdefault("files", [demo, uploads.Upload("a", b"text", "two")])
        uploads.Worklist(files).pick()

    calls: list[str] = []

    def count(name: str, function: Callable[..., Any]) -> None:
        def counted(*arguments: Any, **options: Any) -> Any:
            calls.append(name)
            return function(*arguments, **options)

        monkeypatch.setattr(f"pages.ui.opinion.uploads.{name}", counted)

    count("decode_image", decode_image)
    count("thumbnail_url", thumbnail_url)
    app = AppTest.from_function(script, default_timeout=30).run()
    assert calls == ["decode_image", "thumbnail_url"] * 2
    app.run()
    assert len(calls) == 4
    assert not app.exception


def test_files_beyond_the_budget_are_refused_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui.opinion.uploads import file_list, keep_files, kept_files

        keep_files([("a.png", bytes(600_000)), ("b.png", bytes(600_001)), ("c.png", b"c")])
        file_list()
        st.text(" ".join(name for name, _, _ in kept_files()))

    monkeypatch.setenv("XRAY_SESSION_MEGABYTES", "1")
    settings_of_environment.cache_clear()
    app = AppTest.from_function(script, default_timeout=30).run()
    settings_of_environment.cache_clear()
    assert app.text[-1].value == "a.png c.png"
    assert app.warning[0].value.startswith("No room for 1 more file: a session holds at most 1 MB.")
