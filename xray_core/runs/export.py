"""A copy of a run that is small enough to share."""

import shutil
from pathlib import Path

from xray_core.errors import RunError
from xray_core.files import write_json
from xray_core.networks.registry import save_weights
from xray_core.runs import store
from xray_core.runs.loading import load_model

_KEPT = (
    store.CONFIG,
    store.ENVIRONMENT,
    store.MANIFEST,
    store.CALIBRATION,
    store.HISTORY,
    store.STEPS,
    store.EPOCH_MAPS,
    store.REPORT,
    store.LAYERS,
    store.TEST_MAPS,
    store.PREDICTIONS,
    store.SCORES,
    store.ELSEWHERE,
    store.EXPLAIN,
    store.CARD,
    store.NAME,
    store.LOG,
)


def export_run(run: store.Run, folder: Path) -> Path:
    """Copy a finished run with its weights as float16.

    Args:
        run: a finished run.
        folder: to write; its parent exists, it may exist and is replaced then.

    Returns:
        The folder.

    Raises:
        RunError: the run has not finished, or the folder holds something other than a run.
    """
    if run.is_own:
        raise RunError(
            "A custom model is not exported.",
            where=run.id,
            fix=f"Share its file: {store.MODEL} in the run folder.",
        )
    if not run.finished:
        raise RunError("The run has not finished.", where=run.id, fix="Train it to the end first.")
    if folder.exists() and any(folder.iterdir()) and not (folder / store.CONFIG).is_file():
        raise RunError(
            "The folder holds something else.", where=folder.name, fix="Name an empty folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in _KEPT:
        if (run.path / name).is_file():
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(run.path / name, folder / name)
    save_weights(load_model(run, calibrated=False), folder / store.WEIGHTS, dtype="float16")
    write_json(folder / store.STATUS, {"state": "finished"})
    return folder
