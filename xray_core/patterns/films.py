"""The films of a test set as a table, and some of them chosen."""

import numpy as np
import pandas as pd

from xray_core.arrays import IndexArray
from xray_core.explain.explained import ExplainedFilms

OUTCOMES = ("all", "right", "wrong")


def film_table(stored: ExplainedFilms) -> pd.DataFrame:
    """One row per film, in the order of the maps.

    Returns:
        Columns `id`, `label`, `source`, `answer` (the likeliest class), `right`, and
        `probability`: of the film's own label.
    """
    classes = np.asarray(stored.classes)
    probabilities = stored.probabilities
    answers = classes[probabilities.argmax(axis=1)]
    columns = [stored.classes.index(label) for label in stored.labels]
    return pd.DataFrame(
        {
            "id": stored.film_ids,
            "label": stored.labels,
            "source": stored.sources,
            "answer": answers,
            "right": answers == np.asarray(stored.labels),
            "probability": probabilities[np.arange(len(columns)), columns],
        }
    )


def choose_rows(
    table: pd.DataFrame, label: str, outcome: str = "all", source: str | None = None
) -> IndexArray:
    """Rows of the films of one class.

    Args:
        table: as `film_table` returns.
        label: of the films.
        outcome: one of `OUTCOMES`.
        source: of the films; None takes all.
    """
    keep = table["label"] == label
    if outcome != "all":
        keep &= table["right"] == (outcome == "right")
    if source is not None:
        keep &= table["source"] == source
    rows: IndexArray = np.flatnonzero(keep.to_numpy())
    return rows
