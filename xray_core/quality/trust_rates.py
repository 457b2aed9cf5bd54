"""How often the trust strip calls maps good, doubtful or poor, over many films of a run.

Each film is explained for the class that the run finds likeliest, which is shown first. The strip
at once reads where the evidence lies, and how often such maps peak in a box (`quick_readings`,
`measured_on_boxes`); repeatability, which takes three more maps, is rated apart.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, get_args

import numpy as np

from xray_core.arrays import BoolArray
from xray_core.classifier import Classifier, open_model
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.records import Manifest
from xray_core.evaluation.intervals import mean_interval
from xray_core.evaluation.predict import predict
from xray_core.evaluation.selection import select_films
from xray_core.explain.attribution import Attribution
from xray_core.lungs.finder import lungs_of_all
from xray_core.lungs.unet import FILM_PX
from xray_core.quality.grid import is_flat, maps_of
from xray_core.quality.layer_file import read_layers
from xray_core.quality.pairs import Pair
from xray_core.quality.repeatability import repeatability
from xray_core.quality.thresholds import MEASURES, Word
from xray_core.quality.trust import measured_on_boxes, quick_readings, verdict
from xray_core.quality.truth import reported_films
from xray_core.runs.store import Run

Row = dict[str, Any]

N_RATED = 200
"""Films that are rated where no number is given."""

WORDS: tuple[Word, ...] = get_args(Word)
_AT_ONCE = 32


def rate_maps(
    run: Run,
    films: Manifest,
    *,
    n_films: int = N_RATED,
    progress: Callable[[int, int], None] | None = None,
) -> list[Row]:
    """Rate Grad-CAM at the last layer, the map that the run shows by default, and the best others.

    Args:
        run: with weights.
        films: with the split that they have for the run, as `split_for` returns.
        n_films: largest number of films, which are those of `reported_films`.
        progress: called with (maps done, maps in all).

    Returns:
        A row for each of these, which are `pairs_rated`: `method`, `layer`, `films`, `flat`
        (maps in which nothing speaks for the class), `verdict` and `words` (a measure of the strip
        -> word -> share of the maps that have one), `repeatability` (`value`, `low`, `high`, `n`;
        95 % interval by patient). No rows where there is no film.

    Raises:
        ImageReadError: a film changed since the scan and cannot be read any more.
        ExplainError: the weights are NaN or infinite.
        RunError: what was measured of the run's layers is damaged.
    """
    chosen = select_films(reported_films(films), (), n_films)
    if not chosen.records:
        return []
    model = open_model(run)
    lungs = lungs_of_all(chosen, cache_films(chosen, FILM_PX))
    pairs = pairs_rated(run, model)
    total, rows = len(pairs) * len(chosen.records), []
    for place, pair in enumerate(pairs):

        def tick(done: int, before: int = place * len(chosen.records)) -> None:
            if progress:
                progress(before + done, total)

        rows.append(_rated(run, model, chosen, pair, lungs, tick))
    return rows


def pairs_rated(run: Run, model: Classifier) -> tuple[Pair, ...]:
    """Each once: Grad-CAM at the last layer, the run's default, and the best that were measured.

    Raises:
        RunError: what was measured is damaged.
    """
    layers = read_layers(run)
    best = (Pair(**item) for item in layers["best"]) if layers else ()
    usual = (Pair("grad_cam", model.layer), Pair(*model.chosen()))
    return tuple(dict.fromkeys((*usual, *best)))


def _rated(
    run: Run,
    model: Classifier,
    films: Manifest,
    pair: Pair,
    lungs: Sequence[BoolArray | None],
    tick: Callable[[int], None],
) -> Row:
    """One row: the maps of all films by one method at one layer."""
    levels = cache_films(films, model.image_size_px)
    probabilities = predict(model.network, levels)
    columns = probabilities.argmax(axis=1)
    words: dict[str, list[Word]] = {"verdict": []}
    repeated = np.full(len(columns), np.nan)
    for start in range(0, len(columns), _AT_ONCE):
        rows = list(range(start, min(start + _AT_ONCE, len(columns))))
        pixels, own = as_batch(np.asarray(levels[rows])), columns[rows].tolist()
        maps = maps_of(model, pixels, own, pair.method, layer=pair.layer or None)
        for row, column, values in zip(rows, own, maps, strict=True):
            label, probability = model.classes[column], float(probabilities[row, column])
            item = Attribution(values, pair.method, label, probability, layer=pair.layer)
            for name, word in _words_of(run, item, lungs[row]).items():
                words.setdefault(name, []).append(word)
        seen = [place for place, values in enumerate(maps) if not is_flat(values)]
        if seen:
            part = (pixels[seen], [own[place] for place in seen], maps[seen])
            found = repeatability(model, *part, pair.method, layer=pair.layer or None)
            repeated[[rows[place] for place in seen]] = np.mean(list(found.values()), axis=0)
        tick(rows[-1] + 1)
    known = repeated[np.isfinite(repeated)]
    words["repeatability"] = [MEASURES["repeatability"].word(value) for value in known]
    shares = {name: _shares(found) for name, found in words.items() if found}
    return {
        **pair._asdict(),
        "films": len(columns),
        "flat": len(columns) - len(known),
        "verdict": shares.pop("verdict", None),
        "words": shares,
        "repeatability": mean_interval(repeated, [item.patient_key for item in films.records]),
    }


def _words_of(run: Run, item: Attribution, lungs: BoolArray | None) -> dict[str, Word]:
    """The words of the strip of one map, and its verdict; none for a flat map."""
    readings = quick_readings(item, lungs)
    if not readings:
        return {}
    measured = measured_on_boxes(run, item)
    readings += (measured,) if measured else ()
    return {"verdict": verdict(readings)[0]} | {item.name: item.word for item in readings}


def _shares(words: Sequence[Word]) -> dict[Word, float]:
    counted = Counter(words)
    return {word: round(counted[word] / len(words), 4) for word in WORDS}
