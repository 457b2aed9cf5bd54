"""Several models on the films that all of them were tested on: the ground of every comparison."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xray_core.arrays import Float64Array, Int64Array
from xray_core.data.labels import order_labels
from xray_core.data.records import Manifest
from xray_core.errors import DataError, DatasetError
from xray_core.evaluation.answers import probabilities_in
from xray_core.evaluation.evaluate import predict_manifest, unseen_films
from xray_core.runs.parameters import parameter_count
from xray_core.runs.store import Run


@dataclass(frozen=True)
class Answered:
    """What one model said of the films that it was tested on.

    Attributes:
        name: that tells it from the others: a run id.
        classes: that it knows.
        table: one row per film: `id`, `label`, `patient`, `source`, `p_<class>`.
        parameters: numbers that it learnt; None where that is not known.
    """

    name: str
    classes: tuple[str, ...]
    table: pd.DataFrame
    parameters: int | None = None


@dataclass(frozen=True)
class SameFilms:
    """Films that all models were tested on under the same label, each once.

    Attributes:
        names: of the models.
        classes: that all models know; each answers among these.
        labels: (films,), place of the label in `classes`.
        probabilities: (models, films, classes); they sum to 1.
        patients: (films,).
        sources: (films,).
        ids: (films,).
        n_tested: name -> films that the model was tested on.
        narrowed: names of the models that know further classes.
    """

    names: tuple[str, ...]
    classes: tuple[str, ...]
    labels: Int64Array
    probabilities: Float64Array
    patients: NDArray[np.str_]
    sources: NDArray[np.str_]
    ids: NDArray[np.str_]
    n_tested: dict[str, int]
    narrowed: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """How many films."""
        return len(self.labels)

    @property
    def n_patients(self) -> int:
        """Of how many patients."""
        return len(set(self.patients))

    @property
    def answers(self) -> Int64Array:
        """(models, films), place of the likeliest class."""
        found: Int64Array = self.probabilities.argmax(axis=2)
        return found

    @property
    def notes(self) -> list[str]:
        """Notes on the films, a sentence each; none where all is alike."""
        found = []
        if set(self.n_tested.values()) != {self.n}:
            each = ", ".join(f"{name} {n:,}" for name, n in self.n_tested.items())
            found.append(
                f"Compared on the {self.n:,} films that all were tested on; tested in all: {each}."
            )
        if self.narrowed:
            found.append(
                f"All answer among {', '.join(self.classes)} alone; "
                f"{', '.join(self.narrowed)} would know further classes."
            )
        return found


def same_films(models: Sequence[Answered]) -> SameFilms:
    """Bring the predictions of several models together.

    Raises:
        DataError: there are fewer than two models, they know fewer than two classes in common, or
            no film with such a label is common to all.
    """
    names = tuple(model.name for model in models)
    if len(models) < 2:
        raise DataError(
            "A comparison needs two models or more.", where=", ".join(names), fix="Name another."
        )
    shared = set[str](models[0].classes).intersection(*(model.classes for model in models[1:]))
    classes = order_labels(shared)
    if len(classes) < 2:
        raise DataError(
            "The models know fewer than two classes in common.",
            where=", ".join(names),
            fix="Compare models of the same classes.",
        )
    tables = [model.table.drop_duplicates("id").set_index("id") for model in models]
    kept = tables[0][tables[0]["label"].isin(classes)]
    for table in tables[1:]:
        kept = kept[kept["label"].eq(table["label"].reindex(kept.index))]
    if kept.empty:
        raise DataError(
            "The models were not tested on the same films.",
            where=", ".join(names),
            fix="Train them with --split-of one of them, or name films with --data.",
        )
    found = np.stack([probabilities_in(table.loc[kept.index], classes) for table in tables])
    return SameFilms(
        names,
        classes,
        kept["label"].map(classes.index).to_numpy(np.int64),
        found / np.maximum(found.sum(axis=2, keepdims=True), 1e-12),
        kept["patient"].to_numpy(str),
        kept["source"].to_numpy(str),
        kept.index.to_numpy(str),
        {name: len(table) for name, table in zip(names, tables, strict=True)},
        tuple(model.name for model in models if len(model.classes) > len(classes)),
    )


def on_same_films(tables: Iterable[pd.DataFrame]) -> bool:
    """Whether all predictions are of the same films under the same labels.

    Args:
        tables: of each model, with `id` and `label`.
    """
    tests = {frozenset(zip(table["id"], table["label"], strict=True)) for table in tables}
    return len(tests) <= 1


MEAN = "mean"
"""Name of the mean of several models, beside their own."""


def with_mean(models: Sequence[Answered]) -> list[Answered]:
    """Several models and, where they know the same classes, the mean of their probabilities.

    The mean is of the films that all were tested on; it takes all of their parameters.
    """
    alike = len(models) > 1 and len({model.classes for model in models}) == 1
    if not alike or any(model.name == MEAN for model in models):
        return list(models)
    found = mean_table([model.table for model in models], models[0].classes)
    sizes = [model.parameters for model in models if model.parameters is not None]
    whole = sum(sizes) if len(sizes) == len(models) else None
    return [*models, Answered(MEAN, models[0].classes, found, whole)]


def mean_table(tables: Sequence[pd.DataFrame], classes: Sequence[str]) -> pd.DataFrame:
    """The mean of probabilities of the films that all tables have under the same label, each once.

    Args:
        tables: `id`, `label`, `p_<class>` and further columns, which are those of the first.
        classes: that all know.
    """
    first, *others = (table.drop_duplicates("id").set_index("id") for table in tables)
    columns = [f"p_{label}" for label in classes]
    for table in others:
        first = first[first["label"].eq(table["label"].reindex(first.index))]
    found = first.copy()
    found[columns] += sum(table.loc[first.index, columns] for table in others)
    found[columns] /= len(tables)
    return found.reset_index()


def own_test(run: Run) -> Answered:
    """A run on the test films of its own division.

    Raises:
        RunError: it has no predictions yet, or the file is damaged.
    """
    return Answered(run.id, run.classes, run.test_predictions(), parameter_count(run))


def unseen_by_all(
    runs: Sequence[Run],
    manifest: Manifest,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Answered]:
    """Let several runs predict the films of a data set that none of them has seen.

    Args:
        runs: with weights.
        manifest: the data set; where it names a test split, only that is taken.
        progress: called with a step in words, films done and films in all.

    Raises:
        DatasetError: no film is left, or none has a label that all runs know.
    """
    films = manifest
    for run in runs:
        films = unseen_films(run, films)
    shared = set[str](runs[0].classes).intersection(*(run.classes for run in runs[1:]))
    known = films.where(lambda record: record.label in shared)
    if not known.records:
        raise DatasetError(
            "No film has a label that all models know.",
            where=f"labels: {', '.join(films.classes)}; models: {', '.join(sorted(shared))}",
            fix="Compare on a data set with at least one of these classes.",
        )
    found = []
    for run in runs:
        step = f"reading and asking {run.id}"
        update = (lambda done, total, step=step: progress(step, done, total)) if progress else None
        table = predict_manifest(run, known, update)
        found.append(Answered(run.id, run.classes, table, parameter_count(run)))
    return found
