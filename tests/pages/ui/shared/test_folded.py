"""What is folded away on a page."""

from streamlit.testing.v1 import AppTest


def test_what_is_folded_away_is_not_made_before_it_is_opened() -> None:
    page = AppTest.from_function(_page).run()
    assert not page.table
    assert [item.label for item in page.expander] == ["As a table"]
    page.session_state["fold"] = True
    assert len(page.run().table) == 1


def _page() -> None:
    import streamlit as st

    from pages.ui.shared.folded import folded

    with folded("As a table", "fold") as is_open:
        if is_open:
            st.table([1])
