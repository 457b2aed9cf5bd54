"""The run folder: one training and all that came of it, complete by itself.

    config.json        what was asked for: network, classes, image size, seed, ...
    environment.json   versions, machine, git commit
    manifest.csv       every film with its label and split; no file names, patients as codes
    status.json        state, epoch, speed, last metrics; rewritten while training
    history.csv        one row an epoch
    steps.csv          loss about once a second, for the live curve
    resume.npz         all that a training needs to go on; gone when it has finished
    weights.npz        the weights of the best epoch, plain arrays
    calibration.json   what turns its logits into calibrated ones, where that was asked for
    predictions.csv    probabilities of every validation and test film
    scores.json        test scores with n and 95 % intervals
    card.md            the run on one page, for people
    explanations/      maps of the demo films, of some validation films after every epoch, and of
                       all test films; report.json says how far each method's maps can be trusted
    log.txt            what the training process printed

A model that somebody brought (`register`) is a run too: `config.json`, an empty `manifest.csv` and
    model.keras        the file as it was brought
Tested on a data set it has `predictions.csv`, `scores.json`, maps, and a manifest of those films.

File names stand here and nowhere else. No absolute path is written into a run.
"""

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from xray_core.data.records import Manifest, read_manifest
from xray_core.errors import RunError, RunNotFoundError
from xray_core.files import replacing
from xray_core.networks.registry import NETWORKS
from xray_core.settings import get_settings, require_changes_allowed

CONFIG = "config.json"
ENVIRONMENT = "environment.json"
MANIFEST = "manifest.csv"
CALIBRATION = "calibration.json"
STATUS = "status.json"
HISTORY = "history.csv"
STEPS = "steps.csv"
RESUME = "resume.npz"
WEIGHTS = "weights.npz"
PREDICTIONS = "predictions.csv"
SCORES = "scores.json"
CARD = "card.md"
LOG = "log.txt"
MODEL = "model.keras"
OWN = "own"
TRASH = ".trash"
JOBS = ".jobs"
KEPT_IN_TRASH = 5
MAX_SHOWN = 60
"""Characters of a name that an error repeats."""
DEMO_MAPS = "explanations/demo_films.npz"
EPOCH_MAPS = "explanations/epochs.npz"
REPORT = "explanations/report.json"
TEST_MAPS = "explanations/test_maps.npz"

_RUN_ID = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z-[\w-]+-[0-9a-f]{4}")


@dataclass(frozen=True)
class Run:
    """A run folder, opened for reading.

    Attributes:
        path: the folder.
        config: content of `config.json`.
        shipped: whether it came with the repository.
    """

    path: Path
    config: Mapping[str, Any]
    shipped: bool = False

    @property
    def id(self) -> str:
        """Name of the folder; unique, and sorts by time unless shipped."""
        return self.path.name

    @property
    def network(self) -> str:
        """Key in `NETWORKS`; `own` for a model that somebody brought."""
        return str(self.config["network"])

    @property
    def is_own(self) -> bool:
        """Whether somebody brought the model: it has scores once it was tested on a data set."""
        return self.network == OWN

    @property
    def title(self) -> str:
        """What people read: the name of the network, or the one given to a model of their own."""
        if self.is_own:
            return str(self.config.get("title", "Own model"))
        return NETWORKS[self.network].title if self.network in NETWORKS else self.network

    @property
    def weights_path(self) -> Path:
        """The file that a network is loaded from."""
        return self.path / (MODEL if self.is_own else WEIGHTS)

    @property
    def changed(self) -> int:
        """When that which a network is loaded from changed last, in nanoseconds.

        Raises:
            OSError: there are no weights.
        """
        calibration = self.path / CALIBRATION
        files = [self.weights_path, *([calibration] if calibration.is_file() else [])]
        return max(path.stat().st_mtime_ns for path in files)

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels in the order of the logits."""
        return tuple(self.config["classes"])

    @property
    def image_size_px(self) -> int:
        """Side of the square film that the network takes."""
        return int(self.config["image_size_px"])

    @property
    def initialisation(self) -> str:
        """Where the weights started: `random` or `ImageNet`."""
        return str(self.config.get("initialisation", "random"))

    @property
    def origin(self) -> str:
        """That in words: `random initialisation`, or `own model`."""
        return self.initialisation if self.is_own else f"{self.initialisation} initialisation"

    @property
    def finished(self) -> bool:
        """Whether weights and scores are there."""
        return all(
            (self.path / name).is_file() for name in (self.weights_path.name, SCORES, PREDICTIONS)
        )

    @property
    def scores(self) -> dict[str, Any]:
        """Content of `scores.json`.

        Raises:
            RunError: the run has not been evaluated.
        """
        return read_json(self.path / SCORES)

    def history(self) -> pd.DataFrame:
        """One row an epoch; empty when none has ended."""
        path = self.path / HISTORY
        return pd.read_csv(path) if path.is_file() else pd.DataFrame()

    def predictions(self) -> pd.DataFrame:
        """One row a film: id, label, split, patient, source, `p_<class>` columns.

        Raises:
            RunError: the run has not been evaluated.
        """
        try:
            text = dict.fromkeys(("id", "label", "split", "patient", "source"), str)
            return pd.read_csv(self.path / PREDICTIONS, dtype=text, keep_default_na=False)
        except OSError:
            raise RunError(
                "The run has no predictions yet.", where=self.id, fix="Wait until it has finished."
            ) from None

    def manifest(self) -> Manifest:
        """The films of this run, without the folders that they lay in."""
        return read_manifest(self.path / MANIFEST)


def new_run_id(network: str, now: datetime | None = None) -> str:
    """An id that sorts by time and names the network: `2026-11-22T074210Z-xception-3f2a`."""
    moment = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H%M%SZ")
    return f"{moment}-{network}-{secrets.token_hex(2)}"


def open_run(ref: str | Path, models_dir: Path | None = None) -> Run:
    """Open a run.

    Args:
        ref: a run id, a folder, or the name of a shipped model.
        models_dir: where runs lie; None takes the settings.

    Raises:
        RunNotFoundError: no such run; names those that exist.
        RunError: the folder is there, but it has no readable `config.json`.
    """
    settings = get_settings()
    models_dir = models_dir or settings.models_dir
    name = str(ref)
    for parent in (models_dir, settings.shipped_dir, Path.cwd()):
        folder = Path(os.path.normpath(parent / name))
        if not (name and _holds_run(folder)):
            continue
        shipped = folder.resolve().parent == settings.shipped_dir.resolve()
        config = read_json(folder / CONFIG)
        missing = {"network", "classes", "image_size_px"} - config.keys()
        if missing:
            raise RunError(
                f"{CONFIG} lacks {', '.join(sorted(missing))}.",
                where=folder.name,
                fix="Copy the run folder again.",
            )
        return Run(folder, config, shipped)
    known = ", ".join(run.id for run in list_runs(models_dir)) or "none yet"
    shown = Path(name[-MAX_SHOWN:]).name.encode("unicode_escape").decode()
    raise RunNotFoundError(
        "There is no such run.", where=shown, fix=f"Runs on this machine: {known}."
    )


def _holds_run(folder: Path) -> bool:
    try:
        return (folder / CONFIG).is_file()
    except (OSError, ValueError):  # no file can have that name: it is too long, or holds a NUL
        return False


def list_runs(models_dir: Path | None = None) -> tuple[Run, ...]:
    """Shipped models in the order of `NETWORKS`, then own runs, the newest first.

    Folders that cannot be read are left out.
    """
    settings = get_settings()
    models_dir = models_dir or settings.models_dir
    shipped = sorted(settings.shipped_dir.glob(f"*/{CONFIG}"))
    own = sorted(models_dir.glob(f"*/{CONFIG}"), reverse=True)
    runs = []
    for file in (*shipped, *(file for file in own if _RUN_ID.fullmatch(file.parent.name))):
        try:
            runs.append(open_run(file.parent, models_dir))
        except RunError:
            continue
    place = {name: number for number, name in enumerate(NETWORKS)}
    runs.sort(key=lambda run: place.get(run.network, len(place)) if run.shipped else len(place) + 1)
    return tuple(runs)


def trash_run(run: Run) -> None:
    """Delete a run so that `restore_run` can bring it back while it is among the last five.

    Raises:
        RunError: the run came with the repository.
    """
    require_changes_allowed()
    if run.shipped:
        raise RunError("Shipped models stay.", where=run.id, fix="Choose a run of your own.")
    trash = run.path.parent / TRASH
    trash.mkdir(exist_ok=True)
    run.path.rename(trash / run.id)
    now = time.time_ns()
    os.utime(trash / run.id, ns=(now, now))  # when it was deleted
    gone = sorted(trash.iterdir(), key=lambda path: path.stat().st_mtime_ns)[:-KEPT_IN_TRASH]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
        (run.path.parent / JOBS / f"{path.name}.json").unlink(missing_ok=True)


def restore_run(run_id: str, models_dir: Path | None = None) -> Run:
    """Bring back a run that was deleted.

    Raises:
        RunNotFoundError: five others were deleted since.
    """
    models_dir = models_dir or get_settings().models_dir
    require_changes_allowed()
    kept = models_dir / TRASH / run_id
    if not _RUN_ID.fullmatch(run_id) or not kept.is_dir():
        raise RunNotFoundError(
            "The run can't be brought back any more.",
            where=run_id,
            fix=f"Only the last {KEPT_IN_TRASH} deleted runs are kept; train it again.",
        )
    kept.rename(models_dir / run_id)
    return open_run(models_dir / run_id)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file in one step, so that a reader never sees half of it."""
    text = json.dumps(content, indent=1, allow_nan=False) + "\n"
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        RunError: the file is missing or damaged.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(
            f"{path.name} could not be read: {type(error).__name__}.",
            where=path.parent.name,
            fix="Copy the run folder again, or train anew.",
        ) from error
    if not isinstance(content, dict):
        raise RunError(f"{path.name} holds no JSON object.", where=path.parent.name)
    return content
