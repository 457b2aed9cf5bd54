"""The mean of several models as one more: what it says of the films that all were asked about."""

from collections.abc import Sequence

import pandas as pd

from xray_core.data.records import film_code
from xray_core.evaluation.evaluate import Evaluated
from xray_core.evaluation.same_films import mean_table
from xray_core.runs.store import Run


def mean_evaluated(runs: Sequence[Run], found: Sequence[Evaluated]) -> Evaluated | None:
    """What the mean of several runs says of the films that they were evaluated on.

    Args:
        runs: one or more.
        found: what each said.

    Returns:
        Of the films that all have, each once; None for one run, for runs of different classes, and
        where no film is common to all.
    """
    if len(runs) < 2 or len({run.classes for run in runs}) > 1:
        return None
    table = mean_table([part.table for part in found], runs[0].classes)
    if table.empty:
        return None
    records = {film_code(record): record for record in found[0].records}
    denied = frozenset[str]().union(*(part.denied for part in found))
    return Evaluated(table, denied, tuple(records[name] for name in table["id"] if records))


def mean_predictions(runs: Sequence[Run]) -> pd.DataFrame:
    """The mean of the stored predictions of runs of the same classes, as `Run.predictions`.

    Of the films that all have in the same split; those of one run as they are.

    Raises:
        RunError: a run has no predictions, or the file is damaged.
    """
    tables = [run.predictions() for run in runs]
    if len(tables) == 1:
        return tables[0]
    parts = [
        mean_table([table[table["split"] == split] for table in tables], runs[0].classes)
        for split in ("val", "test")
    ]
    return pd.concat(parts, ignore_index=True)
