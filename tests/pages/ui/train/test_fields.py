import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.train import fields as training_fields
from pages.ui.train.fields import SETTINGS
from xray_core.training.setting import Setting

PLACES = ("batch", "stop", "steps", "classes", "end", "films")


def draw_all() -> None:
    from pages.ui.train.fields import draw_settings

    for place in ("batch", "stop", "steps", "classes", "end", "films"):
        draw_settings(place)


def test_every_titled_setting_has_one_widget_with_its_own_default() -> None:
    page = AppTest.from_function(draw_all)
    for name, setting in SETTINGS.items():
        page.session_state[f"train_{name}"] = setting.default or setting.least or 0.0
    page.session_state["train_schedule"] = "plateau"
    page.run()
    assert not page.exception
    widgets = [*page.number_input, *page.selectbox, *page.toggle, *page.slider]
    titled = [setting.title for setting in SETTINGS.values() if setting.title]
    assert sorted(widget.label for widget in widgets) == sorted(titled)
    assert page.selectbox(key="train_schedule").value == "plateau"


def test_a_new_option_needs_nothing_else_to_stand_in_the_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = Setting("rest", 3, "epochs of rest", 0, 9, title="Epochs of rest", place="steps")
    monkeypatch.setattr(training_fields, "SETTINGS", {"rest": new})
    page = AppTest.from_function(draw_all)
    page.session_state["train_rest"] = 3
    page.run()
    assert page.number_input(key="train_rest").value == 3


def test_every_place_of_a_setting_is_drawn() -> None:
    assert {setting.place for setting in SETTINGS.values() if setting.title} == set(PLACES)
