"""Which files of the runs of this machine are damaged, so that pages can say so and continue."""

import functools
import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

from xray_core.data.records import read_records_table
from xray_core.errors import DatasetError, RunError
from xray_core.evaluation.elsewhere import kept_tests
from xray_core.explain.demo import read_demo_film
from xray_core.explain.epochs import read_epochs
from xray_core.explain.shown import measured_default
from xray_core.explain.stored import read_maps
from xray_core.quality.layer_file import read_layers
from xray_core.quality.report import read_report
from xray_core.runs import store
from xray_core.runs.name_file import check_name
from xray_core.runs.side_files import COPY, damaged
from xray_core.runs.status import read_status
from xray_core.runs.store import Run

_one_at_a_time = threading.Lock()
"""A page that asks while the server still looks waits for what is found."""

MAPS_ANEW = "Delete the file, and run maps to compute it again."


def damage(run: Run) -> dict[str, RunError]:
    """What is wrong with the files of a run.

    Returns:
        File name -> what is wrong and what to do, for every file that is there and damaged.
    """
    state = tuple(_state(run.path / name) for name in (*_READERS, store.WEIGHTS, store.MODEL))
    with _one_at_a_time:
        return dict(_damage(run.path, tuple(run.classes), state))


def _state(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


@functools.lru_cache(maxsize=512)
def _damage(
    folder: Path, classes: tuple[str, ...], state: tuple[tuple[int, int, int], ...]
) -> dict[str, RunError]:
    found: dict[str, RunError] = {}
    try:
        run = store.open_run(folder)
    except RunError as error:
        return {store.CONFIG: error}
    for name, read in (*_READERS.items(), (run.weights_path.name, _read_weights)):
        if os.path.lexists(run.path / name):
            try:
                read(run)
            except RunError as error:
                found[name] = error
    return found


def _read_manifest(run: Run) -> None:
    path = run.path / store.MANIFEST
    try:
        read_records_table(path)
    except DatasetError as error:
        raise damaged(path, error.what.partition(": ")[2].rstrip(".")) from error


def _read_maps(run: Run) -> None:
    path = run.path / store.TEST_MAPS
    if read_maps(path, run.classes) is None:
        raise damaged(path, "its parts do not fit each other, or the run", MAPS_ANEW)


def _read_weights(run: Run) -> None:
    if not zipfile.is_zipfile(run.weights_path):
        raise damaged(run.weights_path, "it is cut off, or not a file of weights", COPY)


_READERS: dict[str, Callable[[Run], object]] = {
    store.ENVIRONMENT: Run.environment,
    store.MANIFEST: _read_manifest,
    store.CALIBRATION: Run.calibration,
    store.STATUS: lambda run: read_status(run.path),
    store.HISTORY: Run.history,
    store.STEPS: Run.steps,
    store.PREDICTIONS: Run.test_predictions,
    store.SCORES: Run.scores,
    store.ELSEWHERE: kept_tests,
    store.EXPLAIN: measured_default,
    store.DEMO_MAPS: lambda run: read_demo_film(run, 0),
    store.EPOCH_MAPS: lambda run: read_epochs(run.path / store.EPOCH_MAPS, len(run.classes)),
    store.NAME: lambda run: check_name(run.path / store.NAME),
    store.REPORT: read_report,
    store.LAYERS: read_layers,
    store.TEST_MAPS: _read_maps,
}
