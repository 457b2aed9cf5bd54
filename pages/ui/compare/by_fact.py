"""Accuracy of each model by source, age group and projection, as a tab of the Compare page."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from pages.ui.compare.cache import accuracies
from pages.ui.compare.charts import bars_of, whiskers
from pages.ui.shared.figures import Shown, show_chart
from xray_core.evaluation.by_fact import FACTS
from xray_core.evaluation.intervals import Score
from xray_core.runs.store import PREDICTIONS, Run


def by_fact_tab(runs: tuple[Run, ...], names: Mapping[str, str]) -> None:
    """A choice of what films are grouped by, and one chart.

    Args:
        runs: to compare.
        names: run id -> display name.
    """
    st.caption(
        "Accuracy on the test films of each group: a model should be equally good on all of them. "
        "Groups hold other classes in other shares, so compare models within a group; one with a "
        "single class only shows how often that class is recognised there."
    )
    fact = str(
        st.segmented_control(
            "Films by",
            list(FACTS),
            format_func=FACTS.__getitem__,
            default=next(iter(FACTS)),
            required=True,
            key="compare_fact",
            persist_state="session",
            label_visibility="collapsed",
        )
    )
    scores: dict[str, dict[str, Score | None]] = {
        run.id: {
            value or "not stated": score
            for value, score in accuracies(run.path / PREDICTIONS, fact).items()
        }
        for run in runs
    }
    title = f"Accuracy by {FACTS[fact].lower()}"
    show_chart(
        whiskers(scores, names, "Accuracy"),
        Shown(title, runs, partial(bars_of, scores, runs, "Accuracy")),
        key=f"compare_by_{fact}",
        alt=f"{title} for each model, with 95 % intervals",
    )
