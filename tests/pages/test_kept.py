"""What a visitor chose or brought is still there after a visit to another page."""

import ast

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import OpenPage
from xray_core.data.decoding.images import encode_png
from xray_core.data.phantom import make_phantom
from xray_core.runs.store import Run
from xray_core.settings import PROJECT_DIR

CHOOSING = {"selectbox", "multiselect", "segmented_control", "slider", "toggle", "pagination"}
OWN_DICTIONARY = {"form.py", "fields.py", "augment_preview.py"}
"""The settings of a training are kept by `pages.ui.train.settings`."""
OF_ONE_FILE = {"own_models.py"}
"""What is said of an uploaded model goes with its file."""
ON_DISK = {"review.py"}
"""Decisions on films stand in a file beside them."""


def visit_home_and_come_back(page: AppTest, name: str) -> None:
    page.switch_page("pages/home.py").run()
    page.switch_page(f"pages/{name}.py").run()
    assert not page.exception


def test_every_field_that_chooses_is_kept_for_the_session() -> None:
    forgetful, seen = [], 0
    for path in sorted((PROJECT_DIR / "pages").rglob("*.py")):
        if path.name in OWN_DICTIONARY | OF_ONE_FILE | ON_DISK:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in CHOOSING:
                seen += 1
                given = {word.arg for word in node.keywords}
                if not {"key", "persist_state"} <= given:
                    forgetful.append(f"{path.name}:{node.lineno}")
    assert seen > 20
    assert not forgetful


@pytest.mark.usefixtures("no_shipped")
def test_uploaded_films_stay_are_listed_and_can_be_removed(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("second_opinion")
    films = {f"film {seed}.png": encode_png(make_phantom("viral", seed).image) for seed in (1, 2)}
    for name, data in films.items():
        page.file_uploader[0].upload(name, data, "image/png").run()
    assert [item.value for item in page.text] == ["film 1.png", "film 2.png"]
    answer = page.subheader[0].value
    visit_home_and_come_back(page, "second_opinion")
    assert [item.value for item in page.text] == ["film 1.png", "film 2.png"]
    assert page.subheader[0].value == answer
    page.button(key="opinion_remove_0").click().run()
    assert [item.value for item in page.text] == ["film 2.png"]
    page.button(key="opinion_remove_0").click().run()
    assert page.subheader[0].value == "Your films will appear here"
    assert not page.session_state["opinion_files"]
    kept = page.session_state["opinion_films"]
    assert (kept.n_bytes, kept.file_bytes) == (0, 0), "the decoded films are gone as well"


@pytest.mark.usefixtures("no_shipped")
def test_the_same_file_is_kept_once_and_all_can_be_removed(
    open_page: OpenPage, own_run: Run
) -> None:
    page = open_page("second_opinion")
    page.button[0].click().run()
    assert [item.value for item in page.text] == ["synthetic-film.png"]
    film = encode_png(make_phantom("viral", 1).image)
    for name in ("a.png", "b.png", "a.png"):
        page.file_uploader[0].upload(name, film, "image/png").run()
    assert [item.value for item in page.text] == ["a.png", "b.png"], "the demo film made room"
    next(button for button in page.button if button.label == "Remove all").click().run()
    assert page.subheader[0].value == "Your films will appear here"
    visit_home_and_come_back(page, "second_opinion")
    assert page.subheader[0].value == "Your films will appear here"


@pytest.mark.long
@pytest.mark.usefixtures("few_demo_films")
def test_explain_keeps_models_filters_method_and_place(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("explain")
    page.multiselect(key="runs").set_value([own_run.id, "small_cnn"]).run()
    page.multiselect(key="explain_labels").set_value(["covid", "normal"])
    page.selectbox(key="explain_order").set_value("Least probable")
    page.selectbox(key="explain_method").set_value("layer_cam")
    page.slider(key="explain_probability").set_range(0.1, 1.0)
    page.run()
    film = page.session_state["explain_film"]
    before = (page.subheader[0].value, [item.value for item in page.caption][:4])
    visit_home_and_come_back(page, "explain")
    assert page.multiselect(key="runs").value == [own_run.id, "small_cnn"]
    assert page.multiselect(key="explain_labels").value == ["covid", "normal"]
    assert page.selectbox(key="explain_order").value == "Least probable"
    assert page.selectbox(key="explain_method").value == "layer_cam"
    assert page.slider(key="explain_probability").value == (0.1, 1.0)
    assert page.session_state["explain_film"] == film
    assert (page.subheader[0].value, [item.value for item in page.caption][:4]) == before


@pytest.mark.long
def test_choices_on_compare_stay(open_page: OpenPage, own_run: Run) -> None:
    page = open_page("compare")
    page.segmented_control(key="compare_metric").set_value("accuracy").run()
    page.session_state["compare_tabs"] = "ROC, precision"
    page.run()
    visit_home_and_come_back(page, "compare")
    assert page.segmented_control(key="compare_metric").value == "accuracy"
    assert page.session_state["compare_tabs"] == "ROC, precision"


def test_a_view_inside_a_component_comes_back_with_it() -> None:
    def script() -> None:
        import streamlit as st

        from pages.ui.shared import session
        from pages.ui.shared.kept import keep, kept_view

        keep(session.widget("tab"))
        st.write(dict(kept_view("viewer")))
        st.session_state.setdefault("viewer", {"view": {"label": "viral"}})
        st.session_state.setdefault("tab", "ROC")

    app = AppTest.from_function(script).run().run()
    for key in ("viewer", "tab"):  # as Streamlit does when the page is left
        del app.session_state[key]
    app.run()
    assert app.session_state["tab"] == "ROC"
    assert app.json[0].value == '{"label": "viral"}'
