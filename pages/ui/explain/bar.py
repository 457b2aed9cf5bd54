"""The control line of the Explain page: data set, models and method; all else in a drawer."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.shared.pickers import pick_dataset, pick_runs
from xray_core.data.catalogue import Dataset
from xray_core.errors import RunError
from xray_core.runs.store import Run

AMOUNTS = (96, 240, 960, 100_000)


@dataclass(frozen=True)
class Bar:
    """What was chosen on the control line.

    Attributes:
        dataset: whose films are shown.
        runs: the models, the first of which orders the films.
        most: number of films.
        method: where method and layers are picked.
        drawer: where films are filtered and sorted, and layers picked.
    """

    dataset: Dataset
    runs: tuple[Run, ...]
    most: int
    method: DeltaGenerator
    drawer: DeltaGenerator


def control_line(runs: Sequence[Run]) -> Bar:
    """Draw the line; on a phone it stands below the film."""
    with st.container(key="explain_top"):
        title, left, middle, method, right = st.columns(
            [1.3, 2.6, 4, 2.6, 1.3], vertical_alignment="bottom"
        )
        title.title("Explain", anchor=False)
        with left:
            dataset = pick_dataset()
        with middle:
            chosen = pick_runs(best_first(runs))
        drawer = right.popover("Options", icon=":material/tune:", width="stretch")
        with drawer:
            most = st.selectbox(
                "Films",
                AMOUNTS,
                format_func=lambda most: "All" if most == AMOUNTS[-1] else f"Up to {most}",
                key="explain_most",
                persist_state="session",
                help="Films that the models have not been trained on come first.",
            )
    return Bar(dataset, chosen, most, method, drawer)


def best_first(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Models by their balanced accuracy, each on its own test films; registered models last."""
    return tuple(sorted(runs, key=_balanced_accuracy, reverse=True))


def _balanced_accuracy(run: Run) -> float:
    if run.is_own or not run.finished:
        return -1.0
    try:
        score = run.scores().get("balanced_accuracy") or {}
    except RunError:  # damaged scores, which the page names; the model can still answer
        return 0.0
    return float(score.get("value") or 0.0)
