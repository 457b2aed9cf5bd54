"""All measures of one method at one layer of a model, film by film.

Each film is explained for the class that the model finds likeliest, which is shown first.
A flat map says nothing that could be measured: it is counted, and left out of every mean.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xray_core.arrays import BoolArray, Float32Array, Float64Array
from xray_core.classifier import Classifier, open_model
from xray_core.data.film_cache import as_batch, cache_films
from xray_core.data.labels import NORMAL
from xray_core.data.masks import lesion_of
from xray_core.data.records import Manifest
from xray_core.evaluation.predict import predict
from xray_core.explain.zones import place_of
from xray_core.lungs.finder import lungs_of_all
from xray_core.lungs.unet import FILM_PX
from xray_core.quality import faithfulness, localisation
from xray_core.quality.grid import is_flat, maps_of
from xray_core.quality.pairs import Pair
from xray_core.quality.randomisation import pairs_of_films, randomise
from xray_core.quality.repeatability import CHANGES, repeatability
from xray_core.runs.store import Run

Tick = Callable[[float], None]


N_RANDOMISED = 16
"""Largest number of films of the randomisation check, which takes many passes."""


@dataclass(frozen=True)
class Films:
    """The films of a report, the same for all models.

    Attributes:
        manifest: readable films.
        lungs: a mask per film, of the data set or found; None where there is none.
        lesions: the truth of a film; None where it is not known.
    """

    manifest: Manifest
    lungs: tuple[BoolArray | None, ...]
    lesions: tuple[BoolArray | None, ...]

    @property
    def patients(self) -> tuple[str, ...]:
        """A key per film; films of one patient share it."""
        return tuple(record.patient_key for record in self.manifest.records)


@dataclass
class Measured:
    """What was found out about one method at one layer of a model.

    Attributes:
        maps: (film, height, width), raw.
        values: measure -> (film,), NaN where a film has none.
        facts: what else is reported about the whole set.
    """

    maps: Float32Array
    values: dict[str, Float64Array] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, rows: Sequence[int], values: Sequence[float] | Float64Array) -> None:
        """Keep a measure of some films."""
        self.values[name] = np.full(len(self.maps), np.nan)
        self.values[name][list(rows)] = values


def open_films(manifest: Manifest) -> Films:
    """The films of a manifest with their masks."""
    records = manifest.records
    return Films(
        manifest,
        lungs_of_all(manifest, cache_films(manifest, FILM_PX)),
        tuple(lesion_of(manifest, record) for record in records),
    )


def measure_run(
    run: Run, films: Films, pairs: Sequence[Pair], tick: Tick = lambda _films: None
) -> tuple[tuple[str, ...], dict[Pair, Measured]]:
    """Measure methods at layers of one model; agreement is measured elsewhere.

    Args:
        run: with weights.
        films: to explain.
        pairs: where one names no layer, the model says which.
        tick: called with films done: once all films, and three times all for each pair.

    Returns:
        The label explained of each film, and pair -> what was found; its facts name the layer.
    """
    model = open_model(run)
    levels = cache_films(films.manifest, model.image_size_px)
    pixels = as_batch(np.asarray(levels))
    columns = predict(model.network, levels).argmax(axis=1)
    blind = [
        [faithfulness.random_map(row), faithfulness.centred_map()] for row in range(len(pixels))
    ]
    beside = faithfulness.areas(model, pixels, columns.tolist(), blind, lambda: tick(1))
    labels = tuple(model.classes[column] for column in columns)
    found = {}
    for pair in pairs:
        method, layer = model.chosen(pair.method, pair.layer or None)
        maps = maps_of(model, pixels, columns.tolist(), method, layer=layer or None)
        measured = Measured(maps, facts={"layer": layer})
        rows = [row for row, values in enumerate(measured.maps) if not is_flat(values)]
        n_flat = len(pixels) - len(rows)
        measured.facts["flat"] = n_flat
        tick(3 * n_flat)
        if rows:
            of_rows = (pixels[rows], columns[rows].tolist(), measured.maps[rows])
            part = _Part(model, *of_rows, method, layer or None)
            _faithfulness(part, measured, rows, beside, tick)
            _repeatability(part, measured, rows, tick)
            _randomisation(part, measured, rows, tick)
            _place(part.maps, measured, rows, labels, films)
        found[pair] = measured
    return labels, found


@dataclass(frozen=True)
class _Part:
    """The films whose maps are not flat: what every measure takes."""

    model: Classifier
    pixels: Float32Array
    columns: list[int]
    maps: Float32Array
    method: str
    layer: str | None


def _faithfulness(
    part: _Part,
    measured: Measured,
    rows: list[int],
    beside: tuple[Float64Array, Float64Array],
    tick: Tick,
) -> None:
    deletion, insertion = (
        areas[:, 0]
        for areas in faithfulness.areas(
            part.model, part.pixels, part.columns, [[item] for item in part.maps], lambda: tick(1)
        )
    )
    measured.put("deletion", rows, deletion)
    measured.put("insertion", rows, insertion)
    for place, ending in enumerate(("", "_centre")):
        measured.put(f"deletion_gain{ending}", rows, beside[0][rows, place] - deletion)
        measured.put(f"insertion_gain{ending}", rows, insertion - beside[1][rows, place])


def _repeatability(part: _Part, measured: Measured, rows: list[int], tick: Tick) -> None:
    found = repeatability(
        part.model, part.pixels, part.columns, part.maps, part.method, layer=part.layer
    )
    for change in CHANGES:
        measured.put(f"repeatability_{change}", rows, found[change])
    measured.put("repeatability", rows, np.mean(list(found.values()), axis=0))
    tick(len(rows))


def _randomisation(part: _Part, measured: Measured, rows: list[int], tick: Tick) -> None:
    pairs = pairs_of_films(part.maps)
    if len(pairs.rank):
        most = slice(N_RANDOMISED)
        of_most = (part.pixels[most], part.columns[most], part.maps[most])
        forgot = randomise(part.model, *of_most, part.method, layer=part.layer)
        kinds = {
            "randomisation": (forgot.likeness.rank, pairs.rank),
            "randomisation_structure": (forgot.likeness.structure, pairs.structure),
        }
        for name, (likeness, others) in kinds.items():
            measured.put(name, rows[most], likeness.mean(axis=0) - others.mean())
        means = [likeness.mean(axis=1).round(4).tolist() for likeness, _ in kinds.values()]
        measured.facts["depths"] = [
            {"layer": layer, "rank": rank, "structure": structure}
            for layer, rank, structure in zip(forgot.depths, *means, strict=True)
        ]
        measured.facts["pairs"] = {
            "rank": round(float(pairs.rank.mean()), 4),
            "structure": round(float(pairs.structure.mean()), 4),
        }
    tick(len(rows))


def _place(
    maps: Float32Array, measured: Measured, rows: list[int], labels: tuple[str, ...], films: Films
) -> None:
    """Where on the chest a map lies, and whether that is where the finding is."""
    places = [place_of(values, films.lungs[row]) for values, row in zip(maps, rows, strict=True)]
    for name in ("lungs", "below", "corners", "border"):
        shares = [getattr(place, name, None) for place in places]
        measured.put(name, rows, np.array(shares, float))
    known = [
        (row, values, truth)
        for row, values in zip(rows, maps, strict=True)
        if (truth := films.lesions[row]) is not None
        and _shows_finding(labels[row], films.manifest.records[row].label)
    ]
    if not known:
        return
    where = [row for row, _, _ in known]
    measured.put("hit_rate", where, [localisation.hit(*item[1:]) for item in known])
    measured.put("auprc", where, [localisation.average_precision(*item[1:]) for item in known])
    overlaps = [localisation.overlaps(*item[1:]) for item in known]
    best = localisation.best_threshold(overlaps)
    measured.put("iou", where, [item[best] for item in overlaps])
    measured.facts["threshold"] = float(localisation.THRESHOLDS[best])


def _shows_finding(explained: str, label: str) -> bool:
    """Whether a map of a class should lie on the finding: where it is the film's class.

    A film with boxes and no label shows something, so any class but normal will do.
    """
    return explained == label if label else explained != NORMAL
