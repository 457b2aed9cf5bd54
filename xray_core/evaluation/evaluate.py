"""A run's scores: on its own test split, or on films that it has never seen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from xray_core.arrays import Float32Array, UInt8Array
from xray_core.data.film_cache import cache_films, kept_in_blocks
from xray_core.data.readings import denies_label
from xray_core.data.records import Manifest, Record, anonymise, film_code
from xray_core.errors import DatasetError, RunError
from xray_core.evaluation.predict import predict
from xray_core.evaluation.scores import score_predictions
from xray_core.evaluation.selection import SeenFilms
from xray_core.runs.loading import answers_hash, load_model
from xray_core.runs.store import Run


def unseen_films(run: Run, manifest: Manifest) -> Manifest:
    """The usable films that say something about the run.

    Left out are films without label, films of the run's training and validation splits, their
    near-duplicates, and other films of those patients. Where the data set names a test split, only
    that is taken.

    Raises:
        DatasetError: nothing is left.
    """
    if not manifest.usable.records:
        raise DatasetError(
            "None of the films can be used: scan says why.",
            where=", ".join(manifest.roots),
            fix="Correct the data set, or evaluate on another one.",
        )
    seen = SeenFilms(run).among(manifest.records)
    films = manifest.usable.where(lambda record: record.id not in seen)
    test = films.split("test")
    films = test if test.records else films
    if not films.records:
        raise DatasetError(
            "The model has seen all these films or patients in training.",
            where=", ".join(manifest.roots),
            fix="Evaluate on other films, or omit --data to get the scores of its test split.",
        )
    return films


def predict_manifest(
    run: Run, manifest: Manifest, progress: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """Predictions for all films of a manifest, kept among the caches in blocks.

    What was stopped resumes at the block at which it was.

    Args:
        run: with weights.
        manifest: films that can be read.
        progress: called with (films done, films in all) as they are read, and again as the run
            is asked.

    Returns:
        As `prediction_table`.
    """
    films = cache_films(manifest, run.image_size_px, progress=progress)
    network = cache(partial(load_model, run))
    found = np.empty((len(films), len(run.classes)), np.float32)
    row = ((len(run.classes),), np.float32)
    kind = ("predictions", f"predictions 1 {answers_hash(run)}")

    def ask(part: UInt8Array) -> Float32Array:
        return predict(network(), part)

    for place, block in kept_in_blocks(kind, films, row, ask, progress):
        found[place] = block
    return prediction_table(manifest, found, run.classes)


def prediction_table(
    manifest: Manifest, probabilities: Float32Array, classes: tuple[str, ...]
) -> pd.DataFrame:
    """One row per film: id, label, split, patient (both as codes), source, `p_<class>` columns."""
    facts = pd.DataFrame(
        [
            (record.id, record.label, record.split, record.patient, record.source)
            for record in map(anonymise, manifest.records)
        ],
        columns=["id", "label", "split", "patient", "source"],
    )
    columns = [f"p_{label}" for label in classes]
    return pd.concat([facts, pd.DataFrame(probabilities, columns=columns)], axis=1)


@dataclass(frozen=True)
class Evaluated:
    """What a run said of the films that it is evaluated on.

    Attributes:
        table: as `prediction_table`.
        denied: codes of the films whose reading denies their label.
        records: of the films; none where the run's own test split is evaluated.
        counts: `n_other_labels` and `n_left_out` of another data set.
    """

    table: pd.DataFrame
    denied: frozenset[str]
    records: tuple[Record, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def each_once(films: Manifest) -> Manifest:
    """Of records of one film, whatever their place and name, the first."""
    first = {film_code(record): record.id for record in reversed(films.records)}
    ids = set(first.values())
    return films.where(lambda record: record.id in ids)


def films_of_known_classes(run: Run, films: Manifest, fix: str) -> Manifest:
    """The films whose label is one of the run's classes.

    Args:
        run: finished.
        films: one or more, as `unseen_films` leaves them.
        fix: what to do where none is left.

    Raises:
        DatasetError: none is left.
    """
    known = films.where(lambda record: record.label in run.classes)
    if not known.records:
        raise DatasetError(
            "No film has a label that the model knows.",
            where=f"labels: {', '.join(films.classes)}; model: {', '.join(run.classes)}",
            fix=fix,
        )
    return known


def films_evaluated(
    run: Run,
    manifest: Manifest | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluated:
    """Predictions of a run for the films that it is evaluated on; as `evaluate_run`."""
    if manifest is None:
        return Evaluated(run.test_predictions(), _denied_of(run))
    films = unseen_films(run, manifest)
    fix = "Evaluate on a data set with at least one of the model's classes."
    known = films_of_known_classes(run, films, fix)
    return Evaluated(
        predict_manifest(run, known, progress),
        denied_films(known.records),
        known.records,
        {
            "n_other_labels": len(films.records) - len(known.records),
            "n_left_out": len(manifest.usable.records) - len(films.records),
        },
    )


def evaluate_run(
    run: Run,
    manifest: Manifest | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Scores of a run.

    >>> scores = evaluate(run)
    >>> accuracy = scores["accuracy"]
    >>> accuracy["low"] <= accuracy["value"] <= accuracy["high"]
    True

    Args:
        run: a finished run.
        manifest: films to evaluate on; None takes the stored predictions of its test split.
        progress: called with (films done, films in all), for reading, then for asking.

    Returns:
        As `score_predictions`, with `run` and, for a manifest, `n_left_out`: usable films that
        were not taken (seen in training, or outside the data set's test split).

    Raises:
        DatasetError: no film is left to evaluate on, or none has a label that the run knows.
        RunError: the run has no predictions yet.
    """
    return scores_of_run(run, films_evaluated(run, manifest, progress))


def scores_of_run(run: Run, found: Evaluated) -> dict[str, Any]:
    """As `evaluate_run`, from predictions that are there already."""
    scores = score_predictions(found.table, run.classes, denied=found.denied)
    return {"run": run.id} | scores | dict(found.counts)


def denied_films(records: Iterable[Record]) -> frozenset[str]:
    """Codes (`film_code`) of the films whose reading denies their label."""
    return frozenset(film_code(record) for record in records if denies_label(record))


def _denied_of(run: Run) -> frozenset[str]:
    """The same among the films of a run; none where its manifest cannot be read."""
    try:
        records = run.manifest().records
    except RunError:
        return frozenset()
    return frozenset(record.id for record in records if denies_label(record))
