"""Method times layer on one run: every pair against the truth, and which of them is proposed.

`choice` states the rule. What is written goes to `explanations/layers.json`.
"""

from collections.abc import Callable
from typing import Any

from xray_core import __version__
from xray_core.classifier import Classifier, open_model
from xray_core.data.records import Manifest
from xray_core.evaluation.intervals import mean_interval
from xray_core.quality.choice import (
    LEAST_FILMS,
    deletion_gains,
    faithful_films,
    pairs_to_try,
    rank_by_gain,
    rank_pairs,
)
from xray_core.quality.layer_rows import groups_of, normal_of, rows_of
from xray_core.quality.layer_words import words_of
from xray_core.quality.pairs import Pair
from xray_core.quality.report import N_FILMS, Ticker, report
from xray_core.quality.sweep import Swept, Tick, pairs_of, sweep
from xray_core.quality.truth import reported_films, truth_films
from xray_core.runs.store import Run

Row = dict[str, Any]

N_BEST = 3
"""Pairs that are measured further, beside the one that is explained by today."""


def measure_layers(
    run: Run, films: Manifest, progress: Callable[[int, int], None] | None = None
) -> Row:
    """Measure all pairs of a run and propose one; nothing is written.

    Args:
        run: with weights.
        films: with the split that they have for the run, as `split_for` returns.
        progress: called with (films done, films in all).

    Returns:
        `data` (all data sets; `val_data` and `test_data` those of the films that chose, and of the
        test films with boxes), `films` (validation, test, synthetic and normal test films),
        `chosen_by` (`boxes`,
        `faithfulness`, `synthetic films and faithfulness` or `nothing`), `chosen` (`method`,
        `layer`), `words`, `best` (pairs to measure further, the chosen one first, then the one
        that is explained by where none is chosen), `rows` (one per pair: `method`, `layer`,
        `threshold` of the overlap, and `val` and `test` with `films`, `flat`, `measures`), `groups`
        (the best on test films of each source, and on those with a label), `normal` (how many
        films labelled normal show a map of each other class), `gains` (of a choice by
        faithfulness).

    Raises:
        ImageReadError: a film changed since the scan and cannot be read any more.
        ExplainError: the weights are NaN or infinite.
    """
    model = open_model(run)
    val, test = truth_films(films, "val"), truth_films(films, "test")
    by_boxes = len(val.manifest.records) >= LEAST_FILMS
    by_synthetic = not by_boxes and len(val.synthetic.records) >= LEAST_FILMS
    chosen_on = val.manifest if by_boxes or not by_synthetic else val.synthetic
    tried = Manifest((), {}) if by_boxes else faithful_films(val.labelled)
    parts = (chosen_on, test.manifest, test.synthetic, test.normal, tried)
    ticker = Ticker(progress, sum(len(part.records) for part in parts))
    learnt, shown, drawn = (_swept(model, part, ticker) for part in parts[:3])
    all_pairs = pairs_of(model)
    before = Pair("grad_cam", model.layer)
    ranked = rank_pairs(learnt) if learnt and (by_boxes or by_synthetic) else ()
    gains: list[Row] = []
    if not by_boxes and tried.records:
        pairs = pairs_to_try(all_pairs, ranked)
        values = deletion_gains(model, tried, pairs, ticker)
        ranked = rank_by_gain(pairs, values)
        patients = [record.patient_key for record in tried.records]
        gains = [
            {**pair._asdict(), "deletion_gain_centre": mean_interval(own, patients)}
            for pair, own in zip(pairs, values, strict=True)
        ]
    best = list(dict.fromkeys((*ranked[:N_BEST], before)))
    rows = rows_of(all_pairs, learnt if by_boxes or by_synthetic else None, shown)
    content = {
        "version": __version__,
        "data": ", ".join(sorted(films.roots)),
        "val_data": _data_of(chosen_on if by_boxes else tried),
        "test_data": _data_of(test.manifest),
        "films": {
            "val": len(learnt.patients) if learnt else 0,
            "test": len(shown.patients) if shown else 0,
            "synthetic": len(drawn.patients) if drawn else 0,
            "normal": len(test.normal.records),
            "faithfulness": len(tried.records),
        },
        "chosen_by": _basis(by_boxes, by_synthetic, bool(gains)),
        "chosen": best[0]._asdict() if ranked else None,
        "before": before._asdict(),
        "best": [pair._asdict() for pair in best],
        "rows": rows,
        "groups": groups_of(best, rows, shown, drawn),
        "normal": normal_of(model, test.normal, best[0], ticker),
        "gains": gains,
    }
    return content | {"words": words_of(content)}


def measure_best(
    run: Run,
    films: Manifest,
    layers: Row,
    *,
    n_films: int = N_FILMS,
    progress: Callable[[int, int], None] | None = None,
) -> list[Row]:
    """All other measures of the best pairs and of today's, on test films; nothing is written.

    Args:
        run: with weights.
        films: as for `measure_layers`.
        layers: what that returned.
        n_films: largest number of films; synthetic ones only where there are no others.
        progress: as for `report`.

    Returns:
        Rows as of `report`; none where no test film is labelled.
    """
    test = reported_films(films)
    if not test.records:
        return []
    pairs = [Pair(**item) for item in layers["best"]]
    return report([run], test, pairs, n_films=n_films, progress=progress)[run.id]


def _data_of(films: Manifest) -> str:
    return ", ".join(sorted({record.dataset for record in films.records}))


def _swept(model: Classifier, films: Manifest, tick: Tick) -> Swept | None:
    swept = sweep(model, films, tick) if films.records else None
    return swept if swept and swept.films.records else None


def _basis(by_boxes: bool, by_synthetic: bool, by_gain: bool) -> str:
    if by_boxes:
        return "boxes"
    if not by_gain:
        return "nothing"
    return "synthetic films and faithfulness" if by_synthetic else "faithfulness"
