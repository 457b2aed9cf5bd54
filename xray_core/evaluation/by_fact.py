"""How often a run is right on the test films of each source, age group and projection."""

import numpy as np
import pandas as pd

from xray_core.evaluation.answers import answers_in
from xray_core.evaluation.intervals import Score, bootstrap_weights, share_score
from xray_core.runs.store import Run

FACTS = {"source": "Source", "age_group": "Age group", "view": "Projection"}
"""Facts of a record by which films are grouped, with their names."""


def accuracy_by(run: Run, fact: str) -> dict[str, Score]:
    """Accuracy on the test films of each value of a fact.

    Args:
        run: finished.
        fact: key of `FACTS`.

    Returns:
        Value ("" where it is not stated) -> score with its 95 % interval by patient; the value of
        most films first. Films of a class that the run does not know are left out.

    Raises:
        RunError: a file of the run is missing or damaged.
    """
    table = run.test_predictions()
    table = table[table["label"].isin(run.classes)]
    if fact != "source":
        known = {record.id: getattr(record, fact) for record in run.manifest().records}
        table = table.assign(**{fact: table["id"].map(known).fillna("")})
    counts = table[fact].value_counts()
    return {
        str(value): _accuracy(table[table[fact] == value], run.classes) for value in counts.index
    }


def _accuracy(films: pd.DataFrame, classes: tuple[str, ...]) -> Score:
    right = answers_in(films, classes) == films["label"].to_numpy(str)
    weights = bootstrap_weights(films["patient"].tolist())
    shares = (weights @ right.astype(np.float64)) / weights.sum(axis=1)
    return share_score(shares, len(films), films["patient"].nunique())
