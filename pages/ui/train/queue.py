"""Trainings that wait in the queue."""

import streamlit as st

from pages.ui.shared import session
from pages.ui.shared.access import may_change
from pages.ui.shared.notices import show_error
from pages.ui.shared.pickers import datasets_of, run_title
from pages.ui.shared.words import plain
from pages.ui.train.deleted_runs import remember_deleted
from xray_core.errors import XrayError
from xray_core.jobs.queue import drop_waiting, move_waiting
from xray_core.runs.store import Run
from xray_core.wording import join


def queue_view(waiting: tuple[Run, ...]) -> None:
    """The waiting trainings in order, with buttons to change it."""
    if error := session.QUEUE_ERROR.take():
        show_error(error)
    if not waiting:
        return
    st.subheader("Waiting", anchor=False)
    st.caption("One training runs at a time; the next starts automatically.")
    for place, run in enumerate(waiting):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{place + 1}. {plain(run_title(run))}  \n{_settings(run)}", width="stretch"
            )
            if not may_change():
                continue
            _button("Up", "arrow_upward", run, -1, disabled=place == 0)
            _button("Down", "arrow_downward", run, 1, disabled=place == len(waiting) - 1)
            st.button(
                "Remove",
                key=f"drop_{run.id}",
                icon=":material/delete:",
                type="tertiary",
                on_click=_drop,
                args=(run,),
            )


def _button(label: str, icon: str, run: Run, places: int, *, disabled: bool) -> None:
    st.button(
        label,
        key=f"{label.lower()}_{run.id}",
        icon=f":material/{icon}:",
        type="tertiary",
        disabled=disabled,
        on_click=_move,
        args=(run, places),
    )


def _settings(run: Run) -> str:
    """Films and epochs in one muted line."""
    names = plain(join([dataset.title for dataset in datasets_of(run)])) or "unknown films"
    return f":gray[{names} · {run.image_size_px} px · at most {run.config.epochs} epochs]"


def _move(run: Run, places: int) -> None:
    try:
        move_waiting(run, places)
    except XrayError as error:  # it has started in the meantime
        session.QUEUE_ERROR.put(error)


def _drop(run: Run) -> None:
    try:
        drop_waiting(run)
    except XrayError as error:
        session.QUEUE_ERROR.put(error)
    else:
        remember_deleted(run)
