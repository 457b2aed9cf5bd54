"""What the division of films does to a score: one quick model under several divisions."""

from collections.abc import Sequence

import numpy as np

from xray_core.arrays import BoolArray, Float32Array, Float64Array, Int64Array
from xray_core.audit.finding import DIVIDE, Finding
from xray_core.audit.linear import balanced_accuracy, out_of_fold, predict
from xray_core.data.records import Manifest
from xray_core.evaluation.intervals import bootstrap_weights

_DIVISIONS = {
    "random by image": "a random division by image",
    "the data set's own": "the data set's own division",
}


def split_cost(
    manifest: Manifest, features: Float32Array, groups: Sequence[str], honest: Float64Array
) -> list[Finding]:
    """How much more a quick model scores where films are divided by image, or by the data set.

    Differences are of the same films: each is asked about under both divisions, and patients are
    drawn together for the interval.

    Args:
        manifest: usable films.
        features: of each film.
        groups: patient and copies.
        honest: probabilities (films, classes) under the division by group.
    """
    classes = manifest.classes
    labels = np.array([classes.index(record.label) for record in manifest.records], np.int64)
    by_image = out_of_fold(features, labels, None)
    every = np.ones(len(labels), bool)
    found = []
    rows = [("random by image", by_image, every)]
    held = np.array([record.split == "test" for record in manifest.records])
    learnt = np.array([record.split in ("train", "val") for record in manifest.records])
    if set(labels[held]) == set(labels[learnt]) == set(labels):
        own = np.zeros_like(honest)
        asked, fitted = np.flatnonzero(held), np.flatnonzero(learnt)
        own[asked] = predict(features, labels, fitted, asked, len(classes))
        rows.append(("the data set's own", own, held))
    for name, probabilities, among in rows:
        found.append(_finding(name, _compare(labels, probabilities, honest, groups, among)))
    return found


def _compare(
    labels: Int64Array,
    other: Float64Array,
    honest: Float64Array,
    groups: Sequence[str],
    among: BoolArray,
) -> dict[str, float]:
    named = np.asarray(groups)[among].tolist()
    weights = bootstrap_weights(named, 500)
    theirs, ours = (
        balanced_accuracy(labels[among], item[among].argmax(axis=1).astype(np.int64), weights)
        for item in (other, honest)
    )
    low, high = np.percentile((theirs - ours)[1:], (2.5, 97.5))
    return {
        "score": round(float(theirs[0]), 4),
        "honest": round(float(ours[0]), 4),
        "difference": round(float(theirs[0] - ours[0]), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "n": int(among.sum()),
    }


def _finding(name: str, numbers: dict[str, float]) -> Finding:
    more = numbers["low"] > 0
    words = (
        f"A linear model on frozen features reaches a balanced accuracy of {numbers['score']:.3f} "
        f"under {_DIVISIONS[name]}, and {numbers['honest']:.3f} on the same "
        f"{numbers['n']:,} films divided by patient with copies together: "
        f"{numbers['difference']:+.3f} (95 % {numbers['low']:+.3f} to {numbers['high']:+.3f})."
    )
    if more:
        effect = "So much of a score under that division is owed to it."
    elif numbers["high"] < 0:
        effect = "Its test films are unlike its training films, so a score there is lower."
    else:
        effect = "The difference may be zero; a large network learns more by heart."
    return Finding(
        "split_cost",
        (),
        words,
        effect,
        DIVIDE,
        max(numbers["difference"], 0.0) if more else 0.0,
        {"division": name, **numbers},
    )
