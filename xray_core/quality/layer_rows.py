"""Means with intervals of what a sweep found: by pair, by source, and on normal films."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from xray_core.classifier import Classifier
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.labels import NORMAL
from xray_core.data.origins import SYNTHETIC
from xray_core.data.records import Manifest
from xray_core.evaluation.intervals import mean_interval, mean_intervals
from xray_core.evaluation.predict import predict
from xray_core.explain.overlay import MIN_SHOWN_PROBABILITY
from xray_core.quality.grid import is_flat, maps_of
from xray_core.quality.localisation import THRESHOLDS, best_threshold
from xray_core.quality.pairs import Pair
from xray_core.quality.ranking import NAMES
from xray_core.quality.sweep import Swept, Tick
from xray_core.quality.thresholds import MEASURES

Row = dict[str, Any]

LEAST_OF_A_SOURCE = 10
"""Films of a source that it is reported apart from."""

MEASURED = ("hit_rate", "inside", "inside_ratio", "auprc", "lungs")
BY_CHANCE = ("hit_rate", "inside", "auprc", "lungs")
_AT_ONCE = 32


def rows_of(pairs: Sequence[Pair], learnt: Swept | None, shown: Swept | None) -> list[Row]:
    """One per pair; the threshold of the overlap is that of the films that chose."""
    n = len(pairs)
    at = [best_threshold(list(own)) for own in learnt.overlaps] if learnt else [None] * n
    sets = {
        name: measures_of(swept, range(n), at)
        for name, swept in (("val", learnt), ("test", shown))
        if swept
    }
    rows = []
    for row, pair in enumerate(pairs):
        place = at[row]
        rows.append(
            {
                **pair._asdict(),
                "threshold": None if place is None else float(THRESHOLDS[place]),
                **{name: found[row] for name, found in sets.items()},
            }
        )
    return rows


def measures_of(
    swept: Swept,
    rows: Sequence[int],
    thresholds: Sequence[int | None],
    films: Sequence[int] | None = None,
) -> list[Row]:
    """The means of some pairs over all or some films, with intervals by patient.

    Args:
        swept: what was found.
        rows: of its pairs.
        thresholds: for each of these the row of `THRESHOLDS` at which the overlap is taken; None
            leaves it out.
        films: rows of its films; None takes all.

    Returns:
        Per pair `films`, `flat` and `measures`: name -> score, with `word` and `chance` where they
        apply.
    """
    own = np.arange(len(swept.patients)) if films is None else np.asarray(films)
    names = (*MEASURED, "iou")
    table = np.full((len(own), len(rows), len(names)), np.nan)
    for place, (row, at) in enumerate(zip(rows, thresholds, strict=True)):
        for column, name in enumerate(MEASURED):
            table[:, place, column] = swept.values[row, own, NAMES.index(name)]
        if at is not None:
            table[:, place, -1] = swept.overlaps[row, own, at]
    patients = [swept.patients[row] for row in own]
    scores = mean_intervals(table.reshape(len(own), -1), patients)
    chance = float(swept.chance[own].mean())
    of_lungs = swept.lungs[own][np.isfinite(swept.lungs[own])]
    found = []
    for place, row in enumerate(rows):
        measures = {}
        for column, name in enumerate(names):
            score = dict(scores[place * len(names) + column])
            if score["value"] is None:
                continue
            even = float(of_lungs.mean()) if name == "lungs" else chance
            if name in BY_CHANCE:
                score["chance"] = round(even, 4)
            if name in MEASURES:
                score["word"] = MEASURES[name].word(score["value"], even)
            measures[name] = score
        n_flat = int(swept.values[row, own, NAMES.index("flat")].sum())
        found.append({"films": len(own), "flat": n_flat, "measures": measures})
    return found


def groups_of(
    best: Sequence[Pair], rows: Sequence[Row], shown: Swept | None, drawn: Swept | None
) -> list[Row]:
    """The best pairs on the test films of each source, on those with a label, and on synthetic."""
    groups: list[tuple[Swept, str, bool, list[int]]] = []
    if shown:
        records = shown.films.records
        for source in sorted({record.source or record.dataset for record in records}):
            own = [
                row
                for row, record in enumerate(records)
                if (record.source or record.dataset) == source
            ]
            labelled = [row for row in own if records[row].label]
            groups.append((shown, source, False, own))
            if len(labelled) < len(own):
                groups.append((shown, source, True, labelled))
    if drawn:
        groups.append((drawn, SYNTHETIC, False, list(range(len(drawn.patients)))))
    found = []
    for swept, source, labelled_only, films in groups:
        if len(films) < LEAST_OF_A_SOURCE:
            continue
        of_best = [swept.pairs.index(pair) for pair in best]
        at = [
            None if rows[row]["threshold"] is None else _row_of(rows[row]["threshold"])
            for row in of_best
        ]
        for pair, entry in zip(best, measures_of(swept, of_best, at, films), strict=True):
            head = {"source": source, "labelled_only": labelled_only}
            found.append({**pair._asdict(), **head, **entry})
    return found


def _row_of(threshold: float) -> int:
    return int(np.abs(THRESHOLDS - threshold).argmin())


def normal_of(
    model: Classifier, films: Manifest, pair: Pair, tick: Tick = lambda _films: None
) -> list[Row]:
    """Of each class but normal, how many films labelled normal show a map of it.

    A map is shown from a probability of `MIN_SHOWN_PROBABILITY` on, as bright as the class is
    probable, where anything speaks for the class.
    """
    records = films.records
    if not records or NORMAL not in model.classes:
        return []
    levels = cache_films(films, model.image_size_px)
    probabilities = predict(model.network, levels)
    likeliest = probabilities.argmax(axis=1)
    sources = np.array([record.source or record.dataset for record in records])
    patients = np.array([record.patient_key for record in records])
    found = []
    for column, label in enumerate(model.classes):
        if label == NORMAL:
            continue
        shown = probabilities[:, column] >= MIN_SHOWN_PROBABILITY
        rows = np.flatnonzero(shown)
        for start in range(0, len(rows), 32):
            part = rows[start : start + 32]
            batch = as_batch(np.asarray(levels[part]))
            maps = maps_of(model, batch, [column] * len(part), pair.method, layer=pair.layer)
            shown[part] = [not is_flat(values) for values in maps]
        for source in ("", *sorted(set(sources))):
            own = np.full(len(records), True) if not source else sources == source
            if own.sum() < LEAST_OF_A_SOURCE:
                continue
            found.append(
                {
                    "class": label,
                    "source": source,
                    "shown": mean_interval(shown[own].astype(float), patients[own].tolist()),
                    "likeliest": mean_interval(
                        (likeliest[own] == column).astype(float), patients[own].tolist()
                    ),
                }
            )
    tick(len(records))
    return found
