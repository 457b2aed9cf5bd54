from streamlit.testing.v1 import AppTest


def page(body: str) -> AppTest:
    head = (
        "import streamlit as st\n"
        "from pages.ui.shared.notices import empty_state, errors_shown, unexpected_shown\n"
        "from xray_core.errors import ImageReadError\n"
    )
    return AppTest.from_string(head + body).run()


def test_error_is_told_in_three_parts_and_the_page_goes_on() -> None:
    app = page(
        "with errors_shown():\n"
        "    raise ImageReadError('It ends early.', where='0017.jpg', fix='Copy it again.')\n"
        "st.write('the rest')"
    )
    assert not app.exception
    for words in ("It ends early", "Where: 0017.jpg", "What to do: Copy it again."):
        assert words in app.error[0].value
    assert app.markdown[0].value == "the rest"


def test_file_name_is_shown_as_it_is() -> None:
    app = page("with errors_shown():\n    raise ImageReadError('Bad.', where='a_*b*_[c](d).png')")
    assert r"a\_\*b\*\_\[c\](d).png" in app.error[0].value


def test_a_folder_that_cannot_be_used_is_named_without_its_path() -> None:
    app = page(
        "with unexpected_shown(), errors_shown():\n"
        "    raise PermissionError(13, 'Permission denied', '/srv/secret/cache')"
    )
    assert "Permission denied" in app.error[0].value
    assert "Where: cache" in app.error[0].value
    assert "/srv" not in app.error[0].value


def test_defect_is_told_without_a_traceback() -> None:
    app = page("with unexpected_shown():\n    raise ValueError('secret path')")
    assert not app.exception
    assert "Something went wrong" in app.error[0].value
    assert "secret path" not in app.error[0].value


def test_empty_state_tells_when_its_button_was_pressed() -> None:
    app = page("if empty_state('Nothing yet', 'Because.', 'Fill it'):\n    st.write('filled')")
    assert app.subheader[0].value == "Nothing yet"
    app.button[0].click().run()
    assert app.markdown[-1].value == "filled"


def test_grave_notes_look_unlike_harmless_ones() -> None:
    app = page(
        "from pages.ui.shared.notices import film_reading, film_warnings\n"
        "from xray_core.data.decoding.images import Film\n"
        "notes = ('modality CT', 'scaled by 4095', 'first of 2 frames')\n"
        "film = Film(None, notes, notes[:1], 'a film')\n"
        "film_warnings(film)\n"
        "film_reading(film)\n"
    )
    assert [warning.value for warning in app.warning] == ["**Check this film:** modality CT."]
    assert app.warning[0].icon == ":material/warning:"
    assert [note.value for note in app.caption] == [
        "How it was read: scaled by 4095; first of 2 frames."
    ]
