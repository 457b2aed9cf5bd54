"""Fields of the training form, generated from the descriptions of settings."""

import streamlit as st

from pages.ui.shared import session
from xray_core.training.config import TrainingConfig
from xray_core.training.setting import Setting, settings_of

SETTINGS = settings_of(TrainingConfig)


def draw_settings(place: str) -> None:
    """A widget for every setting of that part of the form, under `train_<name>`."""
    for setting in SETTINGS.values():
        if setting.title and setting.place == place:
            _draw(setting)


def _draw(setting: Setting) -> None:
    key, tip = session.setting(setting.name).name, setting.tip or None
    if isinstance(setting.default, bool):
        st.toggle(setting.title, key=key, help=tip)
    elif setting.choices is not None:
        titles = setting.choices
        st.selectbox(setting.title, list(titles), format_func=titles.__getitem__, key=key, help=tip)
    elif setting.least is None or setting.most is None:
        raise ValueError(f"{setting.name} needs bounds to be drawn in the form.")
    elif isinstance(setting.default, int):
        low, high = int(setting.least), int(setting.most)
        st.number_input(setting.title, low, high, key=key, help=tip)
    elif (setting.least, setting.most) == (0.0, 1.0) and (setting.step or 0) >= 0.01:
        step = setting.step
        st.slider(setting.title, 0.0, 1.0, step=step, format="percent", key=key, help=tip)
    else:
        low_rate, high_rate = float(setting.least), float(setting.most)
        step = setting.step or 0.01
        digits = "%.5f" if step < 0.01 else "%.2f"
        st.number_input(
            setting.title, low_rate, high_rate, step=step, format=digits, key=key, help=tip
        )
