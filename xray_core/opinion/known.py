"""What the models would have answered to films whose truth is known: their own test films.

The same rules as for a new film, so that what is said of the answers (how often they hold, how
often the sick are called healthy) is measured on the answers that are given.
"""

from collections.abc import Sequence

import pandas as pd

from xray_core.data.labels import NORMAL
from xray_core.evaluation.intervals import wilson
from xray_core.opinion.consulted import Consulted, sets_for, shared_classes
from xray_core.opinion.doubt import reasons_of, spread_of
from xray_core.opinion.gate.result import GateResult
from xray_core.opinion.predicted import films_of, sets_of
from xray_core.opinion.prevalence import Frequencies, frequencies
from xray_core.runs.store import Run

ALL = "all"
"""In place of a source: the films of all of them."""

LEAST_KNOWN = 100
"""Validation films of a source from which its guarantee is stated."""

NOT_GUARANTEED = "not guaranteed here"


def known_answers(
    runs: Sequence[Run], classes: Sequence[str], age_group: str, split: str = "test"
) -> pd.DataFrame:
    """What the mean of some runs answers to films of a split that they did not learn from.

    Args:
        runs: of the same classes, one or more.
        classes: that can be answered.
        age_group: `adult` or `child`.
        split: `test`, or `val`, on which the sets were fitted.

    Returns:
        `id`, `label`, `source`, `set` (tuple of classes) and `answer` (a class, "" for not sure).
        Empty where the runs have no validation films to fit sets on.

    Raises:
        RunError: a run has no predictions, or a file is damaged.
    """
    sets = sets_of(runs, classes, age_group)
    films = films_of(runs, classes, age_group, split)
    if sets is None:
        films = films.iloc[:0]
    names = [f"p_{label}" for label in classes]
    each = [
        films_of([run], classes, age_group, split).set_index("id").loc[films["id"], names]
        for run in runs
    ]
    values = [table.to_numpy().tolist() for table in each]
    found, answers = [], []
    for row, mean in enumerate(films[names].to_numpy().tolist()):
        together = dict(zip(classes, mean, strict=True))
        left = sets.set_of(together) if sets else ()
        apart = spread_of([dict(zip(classes, part[row], strict=True)) for part in values])
        sure = not reasons_of(GateResult(), together, {age_group: left}, apart)
        found.append(left)
        answers.append(left[0] if sure else "")
    sets_found = pd.Series(found, index=films.index, dtype=object)
    return films[["id", "label", "source"]].assign(set=sets_found, answer=answers)


def rates_of(models: Sequence[Consulted], age_group: str) -> Frequencies | None:
    """How often the models together answer right to the sick and to the healthy of an age group.

    Args:
        models: of the same classes, one or more.
        age_group: `adult` or `child`.

    Returns:
        None where a model is of no run, or its test films are not known.

    Raises:
        RunError: a file in the folder of a run is damaged.
    """
    runs = [item.run for item in models if item.run is not None]
    classes = shared_classes(models, age_group)
    if len(runs) < len(models) or not classes or sets_for(list(models), classes, age_group) is None:
        return None
    return frequencies(known_answers(runs, classes, age_group))


def coverage_rows(
    runs: Sequence[Run], classes: Sequence[str], age_group: str
) -> list[dict[str, object]]:
    """How the promise of the sets holds on test films, per class and source.

    Returns:
        Rows with `age_group`, `class`, `source` (`all` for all), `n`, `coverage` with its Wilson
        interval `low` and `high`, `set_size`, `sure` (share answered by one class), `wrong` (share
        answered by another one), for sick classes `called_normal` with `called_normal_high`, and
        `guarantee`: "" or `not guaranteed here`.

    Raises:
        RunError: as `known_answers`.
    """
    films = known_answers(runs, classes, age_group)
    known = films_of(runs, classes, age_group, "val")["source"].value_counts()
    rows = []
    for label in classes:
        of_class = films[films["label"] == label]
        groups = [
            (ALL, of_class),
            *((str(name), part) for name, part in of_class.groupby("source")),
        ]
        for source, part in groups:
            if len(part):
                few = source != ALL and known.get(source, 0) < LEAST_KNOWN
                rows.append(
                    {"age_group": age_group, "class": label, "source": source}
                    | _measured(part, label)
                    | {"guarantee": NOT_GUARANTEED if few else ""}
                )
    return rows


def coverage_elsewhere(
    runs: Sequence[Run], films: pd.DataFrame, classes: Sequence[str], age_group: str
) -> list[dict[str, object]]:
    """How far the sets hold on films of another data set, where nothing is guaranteed.

    Args:
        runs: of the same classes, one or more.
        films: `label`, `source`, `age_group`, and `p_<class>` as the mean of the runs gives them.
        classes: that can be answered for the age group.
        age_group: `adult`, `child`, or "" where it is not stated.

    Returns:
        As `coverage_rows`, without what concerns answers; empty without validation films.
    """
    sets = sets_of(runs, classes, age_group)
    films = films[(films["age_group"] == age_group) & films["label"].isin(classes)]
    if sets is None or films.empty:
        return []
    names = [f"p_{label}" for label in classes]
    values = films[names].to_numpy(float)
    shares = values / values.sum(axis=1, keepdims=True).clip(1e-12)
    found = [sets.set_of(dict(zip(classes, row, strict=True))) for row in shares.tolist()]
    films = films.assign(set=pd.Series(found, index=films.index, dtype=object))
    return [
        {"age_group": age_group, "class": label, "source": str(source)}
        | _held(part, str(label))
        | {"guarantee": NOT_GUARANTEED}
        for (label, source), part in films.groupby(["label", "source"])
    ]


def _held(films: pd.DataFrame, label: str) -> dict[str, object]:
    """How often the sets hold the class, and how large they are."""
    n = len(films)
    held = sum(label in found for found in films["set"]) / n
    low, high = wilson(held, n)
    return {
        "n": n,
        "coverage": round(held, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "set_size": round(sum(map(len, films["set"])) / n, 3),
    }


def _measured(films: pd.DataFrame, label: str) -> dict[str, object]:
    n = len(films)
    row = _held(films, label) | {
        "sure": round(float((films["answer"] != "").mean()), 4),
        "wrong": round(float((~films["answer"].isin(["", label])).mean()), 4),
    }
    if label != NORMAL:
        called = float((films["answer"] == NORMAL).mean())
        row["called_normal"] = round(called, 4)
        row["called_normal_high"] = round(wilson(called, n)[1], 4)
    return row
