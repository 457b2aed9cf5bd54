"""Present: films, charts and tables that were collected, as slides for a meeting."""

from functools import partial

import streamlit as st

from pages.ui.present.basket_list import basket_list
from pages.ui.present.show import deck_shown, show_button
from pages.ui.present.take import pick_theme, slides_panel
from pages.ui.shared import session
from pages.ui.shared.frame import require_app
from pages.ui.shared.notices import errors_shown, page_header
from pages.ui.shared.pickers import finished_runs, pick_runs
from xray_core.reports.deck.on_demand import basket_slides
from xray_core.reports.research import RESEARCH_ONLY

require_app()
page_header("Present")
deck_shown()
left, right = st.columns([5, 3], gap="large")
with left:
    basket_list()
with right, errors_shown():
    runs = finished_runs()
    basket = session.BASKET.get()
    story = pick_runs(
        runs,
        key="present_runs",
        default=0,
        title="Begin with the story of",
        help="Question, data and its faults, scores, where the models look, limits: every figure "
        "from the stored results.",
    )
    if basket or story:
        theme = pick_theme("present", "Dark")
        show_button(basket, story, theme)
        st.divider()
        made_of = (basket, tuple(run.id for run in story))
        slides_panel(made_of, partial(basket_slides, basket, story), "present", theme)
    else:
        st.caption("Collect films, charts or tables, or choose models to begin with.")
    st.caption(
        "Films that you uploaded stay in this session's memory; a file that you download holds "
        f"them. {RESEARCH_ONLY}"
    )
