"""How far the maps of every model by every method can be trusted: one row each, with intervals."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import numpy as np

from xray_core import __version__
from xray_core.arrays import BoolArray
from xray_core.data.records import Manifest
from xray_core.errors import DatasetError, RunError
from xray_core.evaluation.intervals import mean_interval
from xray_core.evaluation.selection import SeenFilms, select_films
from xray_core.explain.methods import METHODS, get_method
from xray_core.explain.zones import EVEN_EDGES
from xray_core.files import write_json
from xray_core.lungs.zones import below_diaphragm, divide_lungs
from xray_core.networks.registry import NETWORKS
from xray_core.quality.grid import is_flat
from xray_core.quality.measuring import Films, Measured, measure_run, open_films
from xray_core.quality.pairs import Pair
from xray_core.quality.similarity import agreement_with
from xray_core.quality.thresholds import MEASURES, Word
from xray_core.runs.schemas import REPORT as REPORT_SCHEMA
from xray_core.runs.side_files import damaged, read_object
from xray_core.runs.store import REPORT, Run

Row = dict[str, Any]

WORDS = frozenset(get_args(Word))
MEASURE_ANEW = "Delete the file, and run explain-report to measure the maps again."
N_FILMS = 24
"""Films of a report where no number is given."""

METHODS_MEASURED = tuple(name for name, method in METHODS.items() if method.cost == "pass")
"""Methods of a report where none is named: those that the pages offer."""


def report(
    runs: Sequence[Run],
    manifest: Manifest,
    methods: Sequence[str | Pair] = METHODS_MEASURED,
    *,
    n_films: int = N_FILMS,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, list[Row]]:
    """Measure every method on every model; nothing is written.

    >>> rows = explain_report([run], manifest, ["grad_cam"], n_films=2)[run.id]
    >>> [(row["method"], row["films"]) for row in rows]
    [('grad_cam', 2)]

    Args:
        runs: each once, with weights.
        manifest: scanned films; those that no run was trained on are taken first.
        methods: keys of `METHODS`, explained at the layer that each model names, or pairs of one
            and a layer.
        n_films: largest number of films.
        progress: called with (films done, films in all); a film counts once for every model, and
            three times for every method on it.

    Returns:
        Run id -> one row per method: `method`, `layer` (empty for a method of the film), `data`,
        `manifest` (hash), `films`, `seen` (of them in training; None where that is not known),
        `flat`; `measures`, a mapping of each measure
        that could be taken to `value`, `low`, `high`, `n` (95 % interval by patient), and for those
        of `MEASURES` also `word` and, where they are multiples of it, `chance`; `depths` and
        `pairs` of the randomisation check; `threshold` of the overlap.

    Raises:
        DatasetError: no film can be read.
        ExplainError: an unknown method.
    """
    pairs = [Pair(item) if isinstance(item, str) else item for item in methods]
    for pair in pairs:
        get_method(pair.method)
    seen = [SeenFilms(run) for run in runs]
    films = _choose(manifest, seen, n_films)
    ticker = Ticker(progress, len(runs) * len(films.patients) * (1 + 3 * len(pairs)))
    found, labels = {}, {}
    for run in runs:
        labels[run.id], found[run.id] = measure_run(run, films, pairs, ticker)
    _agree(found, labels)
    data = ", ".join(sorted(films.manifest.roots))
    return {
        run.id: [
            {
                "method": pair.method,
                "layer": measured.facts.pop("layer"),
                "data": data,
                "manifest": films.manifest.hash,
                "films": len(films.patients),
                "seen": None if run.is_own else len(known.among(films.manifest.records)),
                **measured.facts,
                "measures": _summary(measured, films),
            }
            for pair, measured in found[run.id].items()
        ]
        for run, known in zip(runs, seen, strict=True)
    }


def store_report(run: Run, rows: Sequence[Row]) -> None:
    """Write rows into the run folder, in one step; rows of other methods, layers and films stay.

    Raises:
        OSError: no room or no right to write; what was there stays.
    """

    def key(row: Row) -> tuple[str, str, str]:
        layer = row.get("layer", _layer_before(run, row["method"]))
        return row["method"], layer, row["data"]

    new = set(map(key, rows))
    try:
        before = read_report(run)
    except RunError:  # nothing of it can be kept
        before = []
    kept = [row for row in before if key(row) not in new]
    path = run.path / REPORT
    path.parent.mkdir(exist_ok=True)
    write_json(path, {"version": __version__, "rows": [*kept, *rows]})


def read_report(run: Run) -> list[Row]:
    """The rows that `store_report` wrote; none where there is no report.

    Raises:
        RunError: the file is damaged.
    """
    path = run.path / REPORT
    if not path.exists():
        return []
    rows: list[Row] = read_object(path, REPORT_SCHEMA, MEASURE_ANEW)["rows"]
    for row in rows:
        for name in MEASURES.keys() & row["measures"].keys():
            if row["measures"][name].get("word") not in WORDS:
                raise damaged(path, f"the measure {name} has no known verdict", MEASURE_ANEW)
    return rows


def _layer_before(run: Run, method: str) -> str:
    """The layer of a row that an older version wrote, which knew one layer of each network."""
    if method in METHODS and not METHODS[method].of_layer:
        return ""
    known = NETWORKS.get(run.network)
    return run.config.target_layer or (known.target_layer if known else "")


class Ticker:
    """Counts films for a progress bar."""

    def __init__(self, progress: Callable[[int, int], None] | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0.0

    def __call__(self, films: float) -> None:
        """Add films that are done; a film may be done in parts."""
        self._done += films
        if self._progress:
            self._progress(min(round(self._done), self._total), self._total)


def _choose(manifest: Manifest, seen: Sequence[SeenFilms], n_films: int) -> Films:
    chosen = select_films(manifest, seen, n_films)
    if not chosen.records:
        raise DatasetError(
            "No film can be measured.",
            where=", ".join(manifest.roots),
            fix="Name a data set with readable films.",
        )
    return open_films(chosen)


def _agree(
    found: Mapping[str, Mapping[Pair, Measured]], labels: Mapping[str, tuple[str, ...]]
) -> None:
    """Fill in how far models, and methods, agree on films that they call the same."""
    for run_id, of_run in found.items():
        for name, own in of_run.items():
            methods, models = [], []
            for row, values in enumerate(own.maps):
                if is_flat(values):
                    methods.append(np.nan)
                    models.append(np.nan)
                    continue
                others = [item.maps[row] for key, item in of_run.items() if key != name]
                methods.append(agreement_with(values, others))
                others = [
                    item[name].maps[row]
                    for key, item in found.items()
                    if key != run_id and labels[key][row] == labels[run_id][row]
                ]
                models.append(agreement_with(values, others))
            own.values["agreement_methods"] = np.array(methods)
            own.values["agreement_models"] = np.array(models)


def _summary(measured: Measured, films: Films) -> dict[str, Row]:
    """Each measure that could be taken, with its interval, its verdict, and chance."""
    summary = {}
    for name, values in measured.values.items():
        entry = mean_interval(values, films.patients)
        if entry["value"] is None:
            continue
        measure = MEASURES.get(name)
        if measure:
            chance = _chance(name, np.isfinite(values), films)
            if measure.by_chance:
                entry["chance"] = round(chance, 4)
            entry["word"] = measure.word(entry["value"], chance)
        summary[name] = entry
    return summary


def _chance(name: str, counted: BoolArray, films: Films) -> float:
    """What an even map has, over the films that were measured."""
    if name in EVEN_EDGES:
        return EVEN_EDGES[name]
    masks = films.lungs if name in ("lungs", "below") else films.lesions
    used = [mask for mask, own in zip(masks, counted, strict=True) if own and mask is not None]
    if name == "below":
        divided = [zones for mask in used if (zones := divide_lungs(mask)) is not None]
        used = [below_diaphragm(zones) for zones in divided]
    return float(np.mean([mask.mean() for mask in used])) if used else 1.0
