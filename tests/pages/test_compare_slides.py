"""Slides and the basket, from the Compare page."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.shared import session
from pages.ui.shared.words import interval
from tests.pages.conftest import OpenPage
from xray_core.runs.store import Run


@pytest.mark.usefixtures("no_shipped")
def test_the_chosen_models_are_made_into_slides_when_asked(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("compare")
    assert not [button for button in page.get("download_button") if "MB" in button.proto.label]
    page.radio(key="compare_format").set_value(".pdf").run()
    page.button(key="compare_make").click().run()
    assert not page.exception
    assert [button for button in page.get("download_button") if "MB" in button.proto.label]
    wanted, data = page.session_state["compare_slides"]
    assert wanted == ((own_run.id,), ".pdf", "light")
    assert data.startswith(b"%PDF")
    page.radio(key="compare_format").set_value(".html").run()
    assert not [button for button in page.get("download_button") if "MB" in button.proto.label]


@pytest.mark.usefixtures("no_shipped")
def test_charts_and_tables_go_into_the_basket_with_the_stored_figures(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("compare")
    page.text_input(key="compare_chart_basket_note").set_value("say this")
    add(page, "compare_chart")
    add(page, "compare_scores")
    page.session_state[session.COMPARE_TABS.name] = "Per class"
    page.run()
    add(page, "compare_sensitivity")
    assert not page.exception
    chart, table, sensitivity = (item.slide for item in page.session_state["basket"])
    (bars,) = chart.blocks
    assert bars.series == {own_run.title: (own_run.scores()["macro_f1"],)}
    assert chart.notes.startswith("say this\nMacro-F1 on test films\nRuns: ")
    assert own_run.id in chart.footer
    (rows,) = table.blocks
    assert interval(own_run.scores()["macro_f1"]) in rows.rows[0]
    (bars,) = sensitivity.blocks
    stored = own_run.scores()["per_class"]
    assert bars.series[own_run.title] == tuple(
        stored[label]["sensitivity"] for label in own_run.classes
    )


def add(page: AppTest, key: str) -> None:
    """Press the button of a form for the basket, and see the page that follows."""
    form = next(item for item in page.button if item.form_id == f"{key}_basket")
    form.click().run()
