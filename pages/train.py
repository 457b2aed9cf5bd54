"""Train: a form, a training in a process of its own, and how it goes."""

import streamlit as st

from pages.ui.dataset_views import caution_box
from pages.ui.frame import require_app
from pages.ui.notices import errors_shown, page_header
from pages.ui.training_form import training_form
from pages.ui.training_view import live_view, outcome_view, run_list
from xray_core.runs.jobs import active_runs, start_training
from xray_core.runs.store import list_runs

require_app()
page_header("Train", "Teach a network to tell the classes apart, and watch how well it learns.")

active = active_runs()
own = [run for run in list_runs() if not run.shipped]
form, view = st.columns([2, 3], gap="large")

with form, errors_shown():
    plan = training_form()
    caution_box(plan.cautions)
    hindrance = "Another training is going on: wait, or stop it." if active else plan.hindrance
    pressed = st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        disabled=bool(hindrance),
        width="stretch",
    )
    if hindrance:
        st.caption(hindrance)
    if pressed:
        start_training(
            [dataset.path for dataset in plan.datasets],
            plan.config,
            keep_own_split=plan.keep_own_split,
            reader=plan.datasets[0].reader,
        )
        st.rerun()

with view:
    for run in active:
        live_view(run.id)
    if own and not active:
        with errors_shown():
            outcome_view(own[0])
    elif not active:
        with st.container(border=True):
            st.subheader("The training shows here", anchor=False)
            st.write(
                "Nothing was trained on this machine yet. “Start training” with the demo films "
                "and “Quick look” takes about a minute. You can close the page meanwhile: "
                "the training goes on."
            )

run_list(frozenset(run.id for run in active))
