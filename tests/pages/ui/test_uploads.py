from streamlit.testing.v1 import AppTest


def test_worklist_keeps_readable_and_unreadable_files_apart() -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui.uploads import Worklist, demo_upload

        worklist = Worklist([demo_upload(), ("letter.png", b"Dear colleague")])
        item = worklist.pick()
        st.write(f"{item.stem} {item.synthetic} {type(item.film).__name__} {worklist.position}")
        worklist.go(7)

    app = AppTest.from_function(script, default_timeout=30).run()
    assert app.markdown[0].value == "synthetic-film True Film (1, 2)"
    for _ in range(2):  # the last film is the last, however far one goes
        app.run()
        assert app.markdown[0].value == "letter False ImageReadError (2, 2)"
    assert not app.exception
