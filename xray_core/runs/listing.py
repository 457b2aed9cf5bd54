"""The runs on this machine, and the folders among them that cannot be opened."""

from collections.abc import Iterator
from pathlib import Path

from xray_core.errors import RunError
from xray_core.networks.registry import NETWORKS
from xray_core.runs.store import Run, open_folder, run_folders


def list_runs(models_dir: Path | None = None) -> tuple[Run, ...]:
    """Shipped models in the order of `NETWORKS`, then the user's runs, the newest first.

    Folders whose `config.json` cannot be read are left out: `list_damaged` names them.

    Args:
        models_dir: folder of the user's runs; None takes the settings.
    """
    runs = [found for found in _look_through(models_dir) if isinstance(found, Run)]
    place = {name: number for number, name in enumerate(NETWORKS)}
    runs.sort(key=lambda run: place.get(run.network, len(place)) if run.shipped else len(place) + 1)
    return tuple(runs)


def list_damaged(models_dir: Path | None = None) -> tuple[RunError, ...]:
    """Why the run folders that `list_runs` leaves out cannot be opened."""
    return tuple(found for found in _look_through(models_dir) if isinstance(found, RunError))


def _look_through(models_dir: Path | None) -> Iterator[Run | RunError]:
    for folder in run_folders(models_dir):
        try:
            yield open_folder(folder)
        except RunError as error:
            yield error
