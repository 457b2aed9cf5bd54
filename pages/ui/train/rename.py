"""Giving a model a name of its own."""

import streamlit as st

from pages.ui.shared.access import may_change
from pages.ui.shared.notices import errors_shown
from xray_core.reports.card import write_card
from xray_core.runs.naming import MAX_NAME, forget_name, rename_run
from xray_core.runs.store import CARD, Run


def rename_button(run: Run) -> None:
    """A button with a small form; absent where nothing may change.

    Args:
        run: trained or registered here.
    """
    if not may_change():
        return
    with (
        st.popover(  # of another key after the change, so that it folds
            "Rename", icon=":material/edit:", type="tertiary", key=f"rename_{run.id}_{run.name}"
        ),
        st.form(f"rename_form_{run.id}", border=False),
    ):
        name = st.text_input(
            "Name in every list and legend", run.title, max_chars=MAX_NAME, key=f"name_{run.id}"
        )
        with st.container(horizontal=True):
            wanted = st.form_submit_button("Rename", type="primary")
            back = bool(run.name) and st.form_submit_button(f"Back to “{run.network_title}”")
        with errors_shown():
            if back or wanted:
                renamed = forget_name(run) if back else rename_run(run, name)
                if (renamed.path / CARD).is_file():
                    write_card(renamed)
                st.rerun()
