"""Train: a form, a training in a separate process, its progress; models trained elsewhere."""

import streamlit as st

from pages.ui.dataset.views import caution_box
from pages.ui.shared.access import may_change, read_only_line
from pages.ui.shared.damage_note import damage_note
from pages.ui.shared.frame import require_app
from pages.ui.shared.notices import errors_shown, page_header
from pages.ui.shared.training_notice import ended_lines
from pages.ui.shared.words import plain
from pages.ui.train.estimate import estimate_line
from pages.ui.train.form import Plan, training_form
from pages.ui.train.list import run_list
from pages.ui.train.own_models import own_models
from pages.ui.train.queue import queue_view
from pages.ui.train.result import result_panel
from pages.ui.train.view import live_view, outcome_view
from xray_core.jobs.queue import active_runs, add_training, start_waiting, waiting_runs
from xray_core.jobs.speeds import stop_measuring
from xray_core.runs.listing import list_runs

require_app()
page_header("Train")
damage_note()
ended_lines()

with errors_shown():
    if may_change():
        start_waiting()
active = active_runs()
waiting = waiting_runs()
places = {run.id for run in waiting}
here = tuple(run for run in list_runs() if not run.shipped)
trained = tuple(run for run in here if not run.is_own)
own = tuple(run for run in trained if run.id not in places)


def start(plan: Plan) -> None:
    stop_measuring()
    add_training(
        [dataset.path for dataset in plan.datasets],
        plan.config,
        keep_own_split=plan.keep_own_split,
        reader=plan.datasets[0].reader,
        one_finding=plan.datasets[0].one_finding,
    )
    st.rerun()


def form() -> None:
    plan = training_form()
    if not plan.hindrance:
        estimate_line(plan.config, plan.counts, busy=bool(active))
    caution_box(plan.cautions)
    if st.button(
        "Add to the queue" if active else "Start training",
        key="start_button",  # one button under both names: a click counts while a training ends
        type="primary",
        icon=":material/playlist_add:" if active else ":material/play_arrow:",
        disabled=bool(plan.hindrance),
        width="stretch",
    ):
        start(plan)
    if plan.hindrance:
        st.caption(plain(plan.hindrance))
    elif active:
        st.caption("It starts automatically when the trainings before it have ended.")


read_only_line()
if may_change():
    with st.container(key="train_room"):
        left, view = st.columns([2, 3], gap="large")
    with left, errors_shown():
        form()
else:
    view = st.container()

with view:
    for run in active:
        live_view(run.id)
    queue_view(waiting)
    if own and not active:
        with errors_shown():
            outcome_view(own[0])
    elif not active:
        with st.container(border=True):
            st.subheader("Your training will appear here", anchor=False)
            st.write(
                "Nothing has been trained on this machine yet. “Start training” with the demo "
                "films and “Quick look” takes a minute or two. You can close the page meanwhile: "
                "the training continues."
                if may_change()
                else "Nothing has been trained on this machine yet."
            )

if own and not active:
    result_panel(own[0])
run_list(own, frozenset(run.id for run in active))
own_models(tuple(run for run in here if run.is_own))
