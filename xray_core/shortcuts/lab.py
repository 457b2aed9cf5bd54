"""The shortcut lab: what a run answers without the lungs, and what else its features give away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xray_core.arrays import BoolArray, Float32Array, Float64Array, Int64Array
from xray_core.audit.probes import PROBED, read_off
from xray_core.data.duplicates import leak_groups
from xray_core.data.film_cache import cache_films
from xray_core.data.labels import NORMAL
from xray_core.data.records import Manifest
from xray_core.errors import RunError
from xray_core.evaluation.answers import answers_in
from xray_core.evaluation.difference import signed_score
from xray_core.evaluation.evaluate import films_of_known_classes, prediction_table, unseen_films
from xray_core.evaluation.intervals import (
    LEAST_FOR_AUC,
    Score,
    auc_score,
    bootstrap_weights,
    share_score,
    wilson,
)
from xray_core.evaluation.replicates import aucs, confusions, mean_over_classes, sensitivity
from xray_core.evaluation.scores import score_predictions
from xray_core.lungs.finder import lungs_of_all
from xray_core.runs.scope import scope_of
from xray_core.runs.store import Run
from xray_core.shortcuts.asked import Asked
from xray_core.shortcuts.changes import CHANGES, Change, mean_greys
from xray_core.shortcuts.verdict import Verdict, can_tell, verdict_of

Rows = list[dict[str, Any]]
Steps = Callable[[str, int, int], None]

N_DRAWS = 400
LEAST_FILMS = 20
"""Films that a changed score needs."""

_TOO_FEW_TO_TELL = (
    "What is told without the lungs or by the border alone: two classes of "
    f"{LEAST_FOR_AUC} patients or more are needed."
)


@dataclass(frozen=True)
class ShortcutReport:
    """What was found of one run.

    Attributes:
        run: its id.
        n: films.
        n_patients: patients of these films.
        changes: a row per change: `change`, `title`, `n`, `balanced_accuracy`, `difference` (to the
            same films as they are), `auc` (class -> score), `kept` (share of films with the same
            answer), `shift` (of the probability of the label).
        probes: a row per fact that the features give away: `fact`, `value` (balanced accuracy),
            `low`, `high`, `chance`, `n`, `within` (class, or all).
        groups: a row per class, age group and source: `n`, `right` with `low`, `high`.
        within_source: a row per class and source with both: `class`, `source`, `n`, `auc`, beside
            `plain`, the AUC of the class against normal over all sources.
        met: age group -> classes that it met; None where that is not known.
        verdict: what it comes to.
        not_evaluated: what could not be looked at, a sentence each.
    """

    run: str
    n: int
    n_patients: int
    changes: Rows
    probes: Rows
    groups: Rows
    within_source: Rows
    met: Mapping[str, list[str]] | None
    verdict: Verdict
    not_evaluated: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain numbers."""
        names = ("run", "n", "n_patients", "changes", "probes", "groups", "within_source", "met")
        return {name: getattr(self, name) for name in names} | {
            "verdict": self.verdict.as_json(),
            "not_evaluated": list(self.not_evaluated),
        }


def find_shortcuts(
    run: Run, manifest: Manifest | None = None, progress: Steps | None = None
) -> ShortcutReport:
    """Ask a run about films with parts taken away.

    What was asked is kept among the caches, a block of films at a time: a lab that was stopped goes
    on where it was.

    Args:
        run: with weights.
        manifest: films; those that the run has seen are left out. None looks at the stored
            predictions of its test films alone, without changing any film.
        progress: called with a step in words, films done and films in all.

    Raises:
        DatasetError: no film is left, or none has a label that the run knows.
        RunError: without films, the run has no predictions.
    """
    if manifest is None:
        left = ("Changed films and probes: name films with --data.",)
        return _report(run, run.test_predictions(), _ages_of(run), [], [], left)
    fix = "Name films of at least one of the model's classes."
    films = films_of_known_classes(run, unseen_films(run, manifest), fix)

    def step(name: str) -> Callable[[int, int], None] | None:
        return (lambda done, total: progress(name, done, total)) if progress else None

    pixels = cache_films(films, run.image_size_px, progress=step("reading films"))
    if progress:
        progress("finding lungs", 0, len(pixels))
    asked = Asked(run, pixels, lungs_of_all(films, pixels), mean_greys(pixels))
    plain, features = asked.plain(step("as they are"))
    table = prediction_table(films, plain, run.classes)
    labels = table["label"].map(run.classes.index).to_numpy(np.int64)
    patients = table["patient"].to_numpy(str)
    changes: Rows = []
    missed: list[str] = []
    for name, change in CHANGES.items():
        found = asked.changed(name, step(change.title.lower()))
        known = np.isfinite(found[:, 0])
        if known.sum() < LEAST_FILMS:
            missed.append(_too_few(change, int(known.sum())))
            continue
        changes.append(
            {"change": name, "title": change.title}
            | _of_change(found[known], plain[known], labels[known], patients[known], run.classes)
        )
    if changes and not can_tell(changes):
        missed.append(_TOO_FEW_TO_TELL)
    probes, silent = _probes(films, features, labels, run.classes)
    ages = {
        record_id: record.age_group
        for record_id, record in zip(table["id"], films.records, strict=True)
    }
    return _report(run, table, ages, changes, probes, (*missed, *silent))


def _too_few(change: Change, n: int) -> str:
    where = "lungs were found on" if change.needs_lungs else "there are"
    return f"{change.title}: {LEAST_FILMS} films are needed, {where} {n:,}."


def _report(
    run: Run,
    table: pd.DataFrame,
    ages: Mapping[str, str],
    changes: Rows,
    probes: Rows,
    missed: tuple[str, ...],
) -> ShortcutReport:
    known = table[table["label"].isin(run.classes)]
    within = _within_source(known, run.classes)
    scope = scope_of(run)
    return ShortcutReport(
        run.id,
        len(known),
        known["patient"].nunique(),
        changes,
        probes,
        _groups(known, ages, run.classes),
        within,
        scope.met if scope else None,
        verdict_of(changes, within),
        missed,
    )


def _of_change(
    changed: Float32Array,
    plain: Float32Array,
    labels: Int64Array,
    patients: "np.ndarray[tuple[int, ...], np.dtype[np.str_]]",
    classes: tuple[str, ...],
) -> dict[str, Any]:
    """The scores of changed films, and how far they lie from those of the same films."""
    weights = bootstrap_weights(patients.tolist(), N_DRAWS)
    before, after = (_balanced(labels, part, weights) for part in (plain, changed))
    rows = np.arange(len(labels))
    same = (changed.argmax(axis=1) == plain.argmax(axis=1)).astype(np.float64)
    shift = changed[rows, labels].astype(np.float64) - plain[rows, labels]
    n, n_patients = len(labels), len(np.unique(patients))
    return {
        "n": n,
        "balanced_accuracy": share_score(after, n, n_patients),
        "difference": signed_score(after - before, n),
        "kept": share_score(_mean(same, weights), n, n_patients),
        "shift": signed_score(_mean(shift, weights), n),
        "auc": {
            label: _area(labels == column, changed[:, column], patients, weights)
            for column, label in enumerate(classes)
            if 0 < (labels == column).sum() < n
        },
    }


def _balanced(labels: Int64Array, values: Float32Array, weights: Float64Array) -> Float64Array:
    n_classes = values.shape[1]
    confusion = confusions(labels, values.argmax(axis=1), n_classes, weights)
    return mean_over_classes(sensitivity(confusion))


def _mean(values: Float64Array, weights: Float64Array) -> Float64Array:
    found: Float64Array = weights @ values / weights.sum(axis=1)
    return found


def _area(
    own: BoolArray,
    values: Float32Array,
    patients: "np.ndarray[tuple[int, ...], np.dtype[np.str_]]",
    weights: Float64Array,
) -> Score:
    sides = [len(np.unique(patients[side])) for side in (own, ~own)]
    return auc_score(aucs(own, values, weights), int(own.sum()), sides[0], sides[1])


def _probes(
    films: Manifest, features: Float32Array, labels: Int64Array, classes: tuple[str, ...]
) -> tuple[Rows, list[str]]:
    """What a linear model reads off the run's features besides the class."""
    keys = leak_groups(films)
    groups = [keys[record.id] for record in films.records]
    rows, missed = [], []
    for fact in PROBED:
        values = np.array([getattr(record, fact) for record in films.records], str)
        found = read_off(features, values, groups, labels)
        if found is None:
            missed.append(f"{PROBED[fact]}: not stated, or too few films of two values.")
            continue
        within = "all" if found.within is None else classes[found.within]
        rows.append({"fact": fact, "within": within} | found.as_json())
    return rows, missed


def _groups(films: pd.DataFrame, ages: Mapping[str, str], classes: tuple[str, ...]) -> Rows:
    """How often each class is called by its name, per age group and source."""
    right = answers_in(films, classes) == films["label"].to_numpy(str)
    frame = films[["label", "source", "patient"]].assign(
        right=right, age_group=films["id"].map(ages).fillna("")
    )
    rows = []
    for (label, age, source), part in frame.groupby(["label", "age_group", "source"]):
        share = float(part["right"].mean())
        low, high = wilson(share, part["patient"].nunique())
        rows.append(
            {"class": label, "age_group": age, "source": source, "n": len(part)}
            | {"right": round(share, 4), "low": round(low, 4), "high": round(high, 4)}
        )
    return sorted(rows, key=lambda row: (classes.index(row["class"]), -row["n"]))


def _within_source(films: pd.DataFrame, classes: tuple[str, ...]) -> Rows:
    """Each class against normal within one source, beside the same over all sources."""
    pairs = score_predictions(films, classes)["pairs"]
    return [
        {"class": other, "source": source, "n": part["n"], "auc": part["auc"], "plain": pair["auc"]}
        for pair in pairs
        if NORMAL in pair["classes"]
        for other in pair["classes"]
        if other != NORMAL
        for source, part in pair["within_source"].items()
    ]


def _ages_of(run: Run) -> dict[str, str]:
    try:
        return {record.id: record.age_group for record in run.manifest().records}
    except RunError:
        return {}
