"""The films of a cell of the confusion matrix."""

import pandas as pd
import streamlit as st

from pages.ui.compare.film_link import film_link
from pages.ui.shared.cache import films_tested
from pages.ui.shared.figures import show_table, shown_rows
from pages.ui.shared.words import films, plain
from xray_core.data.labels import label_title
from xray_core.evaluation.answers import answers_in, probabilities_in
from xray_core.evaluation.probability import probability_text
from xray_core.runs.store import Run

Cell = tuple[str, str]


def cell_films(run: Run, name: str) -> None:
    """A choice of a cell that has films; these, and the way to look at one.

    Args:
        run: with scores.
        name: as it is displayed.
    """
    answered = answers_of(run)
    counts = answered.groupby(["label", "answer"]).size()
    cells: list[Cell] = [
        (label, answer)
        for label in run.classes
        for answer in sorted(run.classes, key=lambda answer: answer == label)
        if (label, answer) in counts.index
    ]
    chosen: Cell | None = st.selectbox(
        f"Films of a cell of {plain(name)}",
        cells,
        index=None,
        placeholder="Choose a cell to see its films",
        format_func=lambda cell: f"{cell_title(cell)}: {films(int(counts[cell]))}",
        key=f"compare_cell_{run.id}",
        persist_state="session",
        label_visibility="collapsed",
    )
    if chosen is None:
        return
    frame = cell_frame(answered, chosen)
    title = f"{cell_title(chosen)} by {run.title}"
    event = show_table(
        frame,
        shown_rows(title, [run], frame),
        key=f"compare_cell_films_{run.id}",
        alt=title,
        on_select="rerun",
        selection_mode="single-row",
    )
    film_link(event, frame["Film"].tolist())


def cell_title(cell: Cell) -> str:
    """`COVID-19 called Normal`."""
    return " called ".join(map(label_title, cell))


def answers_of(run: Run) -> pd.DataFrame:
    """The run's test films with `answer` and its `probability`, the highest first."""
    table = films_tested(run)
    table = table[table["label"].isin(run.classes)]
    answered = table.assign(
        answer=answers_in(table, run.classes),
        probability=probabilities_in(table, run.classes).max(axis=1),
    )
    return answered.sort_values("probability", ascending=False, kind="stable")


def cell_frame(answered: pd.DataFrame, cell: Cell) -> pd.DataFrame:
    """The films of a cell, for display.

    Args:
        answered: as `answers_of`.
        cell: label and answer.
    """
    label, answer = cell
    rows = answered[(answered["label"] == label) & (answered["answer"] == answer)]
    return pd.DataFrame(
        {
            "Film": rows["id"].astype(str),
            "Probability": rows["probability"].map(probability_text),
            "Source": rows["source"].replace("", "not stated"),
        }
    )
