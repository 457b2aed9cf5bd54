"""Choosing models: what a link names is chosen."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.shared.pickers import run_titles
from xray_core.runs.store import open_run
from xray_core.settings import PROJECT_DIR

NAMES = ("small_cnn", "resnet50", "xception")


def picker() -> None:
    import streamlit as st

    from pages.ui.shared.pickers import pick_runs
    from xray_core.runs.store import open_run
    from xray_core.settings import PROJECT_DIR

    shipped = PROJECT_DIR / "models" / "shipped"
    runs = tuple(open_run(shipped / name) for name in ("small_cnn", "resnet50", "xception"))
    st.text(" ".join(run.id for run in pick_runs(runs)))


def opened(*named: str) -> AppTest:
    page = AppTest.from_function(picker, default_timeout=60)
    page.query_params["runs"] = list(named)
    return page.run()


@pytest.mark.parametrize("named", [("xception",), ("resnet50", "small_cnn"), NAMES])
def test_a_link_that_names_models_by_their_ids_chooses_them(named: tuple[str, ...]) -> None:
    assert opened(*named).text[0].value == " ".join(named)


def test_a_link_that_names_models_by_their_titles_chooses_them() -> None:
    titles = run_titles(open_run(PROJECT_DIR / "models" / "shipped" / name) for name in NAMES)
    assert opened(titles["xception"], titles["small_cnn"]).text[0].value == "xception small_cnn"


def test_a_choice_counts_more_than_the_link_that_led_to_the_page() -> None:
    page = opened("xception", "resnet50")
    page.multiselect[0].set_value(["small_cnn"]).run()
    assert page.text[0].value == "small_cnn"
    assert page.run().text[0].value == "small_cnn"


def test_a_name_that_no_model_has_is_left_out() -> None:
    assert opened("no_such_run", "xception").text[0].value == "xception"
