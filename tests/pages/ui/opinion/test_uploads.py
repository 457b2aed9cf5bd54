import pytest
from streamlit.testing.v1 import AppTest

from xray_core.settings import settings_of_environment


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
