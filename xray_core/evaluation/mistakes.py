"""Films that several models get wrong at once: hard films, or wrong labels.

Models of different build that agree on what a label denies point to films worth a second look
(Northcutt et al. 2021, https://doi.org/10.1613/jair.1.12125, find wrong labels so from one model).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xray_core.evaluation.answers import answers_in, probabilities_in


@dataclass(frozen=True)
class SharedMistakes:
    """What several models get wrong at once.

    Attributes:
        n: films that all models were tested on, with a label that all of them know.
        wrong: of these, how many each model gets wrong, in the order given.
        by_chance: how many all would get wrong if their mistakes had nothing to do with each
            other: n times the product of their shares of wrong films.
        films: a row for each film that all get wrong, those on which they agree first, the highest
            probability first. `id`, `label`, `source`; `answer`, the class that all call it, ""
            where they differ; `probability`, the lowest that any of them gives to its own answer.
    """

    n: int
    wrong: tuple[int, ...]
    by_chance: float
    films: pd.DataFrame

    @property
    def agreed(self) -> pd.DataFrame:
        """The films on which all agree against the label."""
        return self.films[self.films["answer"] != ""]

    @property
    def confused(self) -> Counter[tuple[str, str]]:
        """(label, what all call it instead) -> films."""
        return Counter(zip(self.agreed["label"], self.agreed["answer"], strict=True))


def shared_mistakes(predictions: Sequence[pd.DataFrame]) -> SharedMistakes:
    """Find the films that every model gets wrong.

    Args:
        predictions: for each model a table of its test films as `Run.predictions` returns, with
            `id`, `label`, `source` and `p_<class>`. A film counts once, where all models have it
            with the same label.
    """
    tables = [table.drop_duplicates("id").set_index("id") for table in predictions]
    shown = tables[0][["label", "source"]]
    for table in tables:
        shown = shown[shown["label"].eq(table["label"].reindex(shown.index))]
        shown = shown[("p_" + shown["label"]).isin(table.columns)]
    known = [table.loc[shown.index] for table in tables]
    answers = np.array(list(map(answers_in, known)))
    wrong = answers != shown["label"].to_numpy(str)
    found = shown.reset_index().assign(
        answer=np.where((answers == answers[0]).all(axis=0), answers[0], ""),
        probability=np.min([probabilities_in(table).max(axis=1) for table in known], axis=0),
    )[wrong.all(axis=0)]
    found = found.sort_values("probability", ascending=False, kind="stable")
    found = found.sort_values("answer", key=lambda answer: answer == "", kind="stable")
    n = len(shown)
    return SharedMistakes(
        n=n,
        wrong=tuple(int(one.sum()) for one in wrong),
        by_chance=float(n * wrong.mean(axis=1).prod()) if n else 0.0,
        films=found.reset_index(drop=True),
    )
