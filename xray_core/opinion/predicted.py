"""What the runs said of the films of their own validation and test: the ground of every guarantee.

Computed from `predictions.csv` and `manifest.csv` when it is first asked for, and kept until one of
the two changes: nothing is stored that could grow stale.
"""

import functools
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from xray_core.data.origins import is_synthetic
from xray_core.data.readings import denies_label
from xray_core.opinion import conformal
from xray_core.opinion.conformal import ConformalSets
from xray_core.runs.store import MANIFEST, PREDICTIONS, Run, open_run

_State = tuple[str, int, int]


def films_of(
    runs: Sequence[Run], classes: Sequence[str], age_group: str, split: str
) -> pd.DataFrame:
    """The real films of a split that all runs predicted, with the mean of what the runs said.

    Films whose reading denies their label, films of other age groups and of other classes are left
    out.

    Args:
        runs: of the same classes, one or more.
        classes: that can be answered; the probabilities are restricted to them.
        age_group: `adult` or `child`; "" takes all films, whatever their age group.
        split: `val` or `test`.

    Returns:
        Columns `id`, `label`, `source`, `patient` and `p_<class>`, which sum to 1.

    Raises:
        RunError: a run has no predictions, or a file is damaged.
    """
    names = [f"p_{label}" for label in classes]
    tables = [_joined(_state(run)) for run in runs]
    frame = tables[0]
    for other in tables[1:]:
        frame = frame[frame["id"].isin(other["id"])]
    columns = [table.set_index("id").loc[frame["id"], names].to_numpy(float) for table in tables]
    frame = frame.copy()
    frame[names] = sum(columns) / len(columns)
    keep = (frame["split"] == split) & frame["label"].isin(classes)
    if age_group:
        keep &= frame["age_group"] == age_group
    frame = frame[keep].reset_index(drop=True)
    totals = frame[names].sum(axis=1).to_numpy()[:, None]
    frame[names] = frame[names].to_numpy() / totals.clip(1e-12)
    return frame[["id", "label", "source", "patient", *names]]


def sets_of(runs: Sequence[Run], classes: Sequence[str], age_group: str) -> ConformalSets | None:
    """The conformal sets of the mean of some runs, or of one.

    Returns:
        None where there is no validation film of any of the classes to fit them on.

    Raises:
        RunError: as `films_of`.
    """
    return _sets(tuple(map(_state, runs)), tuple(classes), age_group)


@functools.lru_cache(maxsize=64)
def _sets(
    states: tuple[_State, ...], classes: tuple[str, ...], age_group: str
) -> ConformalSets | None:
    runs = [open_run(Path(state[0])) for state in states]
    files = [run.path / name for run in runs for name in (PREDICTIONS, MANIFEST)]
    if not all(file.is_file() for file in files):
        return None
    films = films_of(runs, classes, age_group, "val")
    return conformal.fit(films, classes) if len(films) else None


@functools.lru_cache(maxsize=16)
def _joined(state: _State) -> pd.DataFrame:
    """Predictions with the age group of each film; one row per film; not to be changed."""
    run = open_run(Path(state[0]))
    records = run.manifest().records
    ages = {record.id: record.age_group for record in records}
    out = {record.id for record in records if is_synthetic(record) or denies_label(record)}
    table = run.predictions().drop_duplicates("id")
    table = table[~table["id"].isin(out)]
    return table.assign(age_group=table["id"].map(ages).fillna(""))


def _state(run: Run) -> _State:
    files = [run.path / name for name in (PREDICTIONS, MANIFEST)]
    changed = [file.stat().st_mtime_ns if file.is_file() else 0 for file in files]
    return str(run.path.resolve()), changed[0], changed[1]
