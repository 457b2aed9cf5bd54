"""Labels that are doubtful: by what a model says that never saw the film, and by contradiction.

Confident learning (Northcutt, Jiang & Chuang 2021, https://doi.org/10.1613/jair.1.12125), by
`cleanlab`, on out-of-fold probabilities with the films of a patient in one fold. A model can only
doubt what its features show: where a class comes from a source of its own, it sees the source, is
sure of every film, and doubts none.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from xray_core.arrays import Float32Array, Float64Array, Int64Array
from xray_core.audit.finding import Finding, share_words
from xray_core.audit.linear import FOLDS, balanced_accuracy, out_of_fold
from xray_core.data.conflicts import START
from xray_core.data.labels import label_title
from xray_core.data.records import Manifest, Record

LEAST_FILMS = 20
"""Films of a class, of its own patient each, that out-of-fold predictions need."""

MOST_LISTED = 200


def label_conflicts(records: Sequence[Record]) -> list[Finding]:
    """Same film with several labels, and patients whose films have several."""
    found = []
    of_bytes: dict[str, list[Record]] = defaultdict(list)
    of_patient: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.problem.startswith(START):
            of_bytes[record.phash or record.sha256].append(record)
        if record.patient and record.label:
            of_patient[record.patient_key].append(record)
    total = len(records)
    same = _with_several_labels(of_bytes)
    if same:
        n = sum(map(len, same))
        found.append(
            Finding(
                "label_conflict",
                same,
                f"{share_words(n, total)} are one film under several labels.",
                "One of the labels is wrong: a model cannot learn both.",
                "Decide which is right; until then such films are left out.",
                n / total,
                {"films": n},
            )
        )
    several = _with_several_labels(of_patient)
    if several:
        n = sum(map(len, several))
        found.append(
            Finding(
                "patient_conflict",
                several,
                f"{len(several):,} patients have films of several classes ({n:,} films).",
                "A disease can come and go, or a label is wrong: films of one patient pull a "
                "model both ways.",
                "Look at the films side by side, by date where that is known.",
                n / total / 2,
                {"patients": len(several), "films": n},
            )
        )
    return found


def _with_several_labels(groups: dict[str, list[Record]]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        sorted(
            tuple(sorted(record.id for record in films))
            for films in groups.values()
            if len({record.label for record in films}) > 1
        )
    )


def label_quality(probabilities: Float64Array, labels: Int64Array) -> Float64Array:
    """How well a label agrees with what a model says of the film, in [0, 1] (`cleanlab`).

    The probability of the label (self-confidence), each class measured by its own mean, so that
    a class that is hard as a whole is not doubted as a whole.
    """
    from cleanlab.rank import get_label_quality_scores  # type: ignore[import-untyped]

    quality: Float64Array = get_label_quality_scores(
        labels, probabilities, method="self_confidence", adjust_pred_probs=True
    )
    return quality


def doubtful_labels(
    manifest: Manifest, features: Float32Array, groups: Sequence[str]
) -> tuple[list[Finding], Float64Array]:
    """Films whose label a linear model doubts that never saw them.

    Args:
        manifest: usable films, as many as `too_few` wants.
        features: of each film.
        groups: films of one group are never both fitted on and asked about.

    Returns:
        The finding, and the out-of-fold probabilities (films, classes) in the order of
        `manifest.classes`.
    """
    from cleanlab.filter import find_label_issues  # type: ignore[import-untyped]

    classes = manifest.classes
    labels = np.array([classes.index(record.label) for record in manifest.records], np.int64)
    probabilities = out_of_fold(features, labels, groups)
    quality = label_quality(probabilities, labels)
    rows = find_label_issues(labels, probabilities, filter_by="confident_learning", n_jobs=1)
    ranked = sorted(np.flatnonzero(rows).tolist(), key=lambda row: quality[row])
    if not ranked:
        return [], probabilities
    n = len(ranked)
    names = [manifest.records[row].id for row in ranked[:MOST_LISTED]]
    by_class = {
        label_title(name): int((labels[ranked] == number).sum())
        for number, name in enumerate(classes)
    }
    parts = ", ".join(f"{name} {count:,}" for name, count in by_class.items() if count)
    guesses = probabilities.argmax(axis=1).astype(np.int64)
    right = float(balanced_accuracy(labels, guesses, np.ones((1, len(labels))))[0])
    chance = 1 / len(classes)
    shown = f" The {MOST_LISTED} most doubtful are listed." if n > MOST_LISTED else ""
    finding = Finding(
        "doubtful_label",
        tuple((name,) for name in names),
        f"{share_words(n, len(labels))} look like another class to a model that never saw them "
        f"({parts}). That model names {right:.2f} of a class right (guessing: {chance:.2f}): the "
        f"less, the less its doubt is worth.{shown}",
        "Wrong labels among the test films hide what a model can do; among the training films "
        "they teach it wrong.",
        "Look at the most doubtful, and keep, relabel or leave out each.",
        n / len(labels) * max(0.0, right - chance) / (1 - chance),
        {"films": n, "by_class": by_class, "balanced_accuracy": round(right, 4)},
    )
    return [finding], probabilities


def too_few(manifest: Manifest, groups: Sequence[str]) -> str:
    """Why there are no out-of-fold predictions; "" where there can be.

    Args:
        manifest: usable films.
        groups: of each film.
    """
    if len(manifest.classes) < 2:
        return "there is only one class"
    for name in manifest.classes:
        pairs = zip(manifest.records, groups, strict=True)
        n_groups = len({group for record, group in pairs if record.label == name})
        if n_groups < max(LEAST_FILMS, FOLDS):
            films = f"{n_groups} unrelated film{'s' * (n_groups != 1)}"
            return f"{label_title(name)} has {films}, {LEAST_FILMS} are needed"
    return ""
