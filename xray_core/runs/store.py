"""The run folder: one training and all its results, complete in itself.

    config.json        what was asked for: network, classes, image size, seed, ...
    environment.json   versions, machine, git commit
    manifest.csv       every film with its label and split; no file names, patients as codes
    status.json        state, epoch, speed, last metrics; rewritten while training
    history.csv        one row per epoch
    steps.csv          loss about once a second, for the live curve
    resume.npz         all that a training needs to resume; deleted when it has finished
    weights.npz        the weights of the best epoch, plain arrays
    calibration.json   what turns its logits into calibrated ones, if requested
    predictions.csv    probabilities of every validation and test film
    scores.json        test scores with n and 95 % intervals
    elsewhere.json     scores on other data sets that were kept
    explain.json       method and layer of the map that is shown, where they were measured
    card.md            the run on one page, for readers
    name.json          the name that a user gave it, where there is one
    explanations/      maps; report.json on how far they can be trusted, layers.json on all layers
    log.txt            what the training process printed

A custom model (`register`) is a run too: `config.json`, `model.keras`, an empty `manifest.csv`;
tested on a data set it has predictions, scores, maps, and a manifest of those films.
File names are defined here and nowhere else. No absolute path is written into a run.
"""

import contextlib
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from xray_core.data.records import Manifest, read_manifest
from xray_core.errors import DatasetError, RunError, RunNotFoundError
from xray_core.networks.calibration import Calibration
from xray_core.networks.registry import NETWORKS
from xray_core.runs import schemas, side_files
from xray_core.runs.config import RunConfig
from xray_core.runs.ids import RUN_ID
from xray_core.runs.name_file import read_name
from xray_core.settings import get_settings

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
ELSEWHERE = "elsewhere.json"
EXPLAIN = "explain.json"
CARD = "card.md"
LOG = "log.txt"
NAME = "name.json"
MODEL = "model.keras"
OWN = "own"
TRASH = ".trash"
JOBS = ".jobs"
MAX_SHOWN = 60
"""Characters of a name that an error repeats."""
DEMO_MAPS = "explanations/demo_films.npz"
EPOCH_MAPS = "explanations/epochs.npz"
REPORT = "explanations/report.json"
LAYERS = "explanations/layers.json"
TEST_MAPS = "explanations/test_maps.npz"


@dataclass(frozen=True)
class Run:
    """A run folder, opened for reading.

    >>> run.finished, run.network, run.classes
    (True, 'small_cnn', ('normal', 'bacterial', 'viral', 'covid'))

    Attributes:
        path: the folder.
        config: content of `config.json`.
        shipped: whether it came with the repository.
        name: that a user gave it (`runs.naming`); "" where nobody did.
    """

    path: Path
    config: RunConfig
    shipped: bool = False
    name: str = ""

    @property
    def id(self) -> str:
        """Name of the folder; unique, and sorts by time unless shipped."""
        return self.path.name

    @property
    def network(self) -> str:
        """Key in `NETWORKS`; `own` for a custom model."""
        return self.config.network

    @property
    def is_own(self) -> bool:
        """Whether it is a custom model: it has scores once it was tested on a data set."""
        return self.network == OWN

    @property
    def title(self) -> str:
        """Display name: the one that a user gave it, else `network_title`."""
        return self.name or self.network_title

    @property
    def network_title(self) -> str:
        """Display name of the network, or the one that a custom model was registered under."""
        if self.is_own:
            return self.config.title
        return NETWORKS[self.network].title if self.network in NETWORKS else self.network

    @property
    def weights_path(self) -> Path:
        """The file that a network is loaded from."""
        return self.path / (MODEL if self.is_own else WEIGHTS)

    @property
    def changed(self) -> int:
        """When weights, calibration, `explain.json` or the name last changed, in nanoseconds.

        It is 0 where none of them is there: what loads them says so.
        """
        others = (self.path / name for name in (CALIBRATION, EXPLAIN, NAME))
        files = (self.weights_path, *others)
        return max((path.stat().st_mtime_ns for path in files if path.is_file()), default=0)

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels in the order of the logits."""
        return self.config.classes

    @property
    def image_size_px(self) -> int:
        """Side of the square film that the network takes."""
        return self.config.image_size_px

    @property
    def initialisation(self) -> str:
        """Where the weights started: `random`, `ImageNet` or `custom model`, for example."""
        return "custom model" if self.is_own else self.config.initialisation

    @property
    def origin(self) -> str:
        """That in words: `random initialisation`, or `custom model`."""
        return self.initialisation if self.is_own else f"{self.initialisation} initialisation"

    @property
    def finished(self) -> bool:
        """Whether weights and scores are there."""
        return all(
            (self.path / name).is_file() for name in (self.weights_path.name, SCORES, PREDICTIONS)
        )

    def scores(self) -> dict[str, Any]:
        """Content of `scores.json`, read once.

        Raises:
            RunError: the run has not been evaluated, or the file is damaged.
        """
        return self._scores

    @functools.cached_property
    def _scores(self) -> dict[str, Any]:
        return side_files.read_scores(self.path / SCORES, self.classes, trained=not self.is_own)

    def history(self) -> pd.DataFrame:
        """One row per epoch; empty when none has ended.

        Raises:
            RunError: the file is damaged.
        """
        return side_files.read_history(self.path / HISTORY)

    def steps(self) -> pd.DataFrame:
        """The loss about once per second; empty before the first step.

        Raises:
            RunError: the file is damaged.
        """
        return side_files.read_steps(self.path / STEPS)

    def predictions(self) -> pd.DataFrame:
        """One row per film: id, label, split, patient, source, `p_<class>` columns.

        Raises:
            RunError: the run has not been evaluated, or the file is damaged.
        """
        if not (self.path / PREDICTIONS).exists():
            raise RunError(
                "The run has no predictions yet.", where=self.id, fix="Wait until it has finished."
            )
        return side_files.read_predictions(self.path / PREDICTIONS, self.classes)

    def test_predictions(self) -> pd.DataFrame:
        """Those of the test films alone: as many as the scores are of.

        Raises:
            RunError: as for `predictions`, or rows are missing.
        """
        table = self.predictions()
        table = table[table["split"] == "test"]
        n, scored = int(table["label"].isin(self.classes).sum()), None
        with contextlib.suppress(RunError):  # damaged scores are named where they are asked for
            scored = side_files.read_object(self.path / SCORES).get("n")
        if isinstance(scored, int) and scored != n:
            why = f"it has {n:,} test films, the scores are of {scored:,}"
            raise side_files.damaged(self.path / PREDICTIONS, why)
        return table

    def environment(self) -> dict[str, Any]:
        """What it was trained on.

        Raises:
            RunError: the file is missing or damaged.
        """
        return side_files.read_object(self.path / ENVIRONMENT, schemas.ENVIRONMENT)

    def calibration(self) -> Calibration | None:
        """What makes its probabilities calibrated ones; None where it has none.

        Raises:
            RunError: the file is damaged, or of a different number of classes.
        """
        return side_files.read_calibration(self.path / CALIBRATION, len(self.classes))

    def manifest(self) -> Manifest:
        """The films of this run, without the folders that they lay in.

        Raises:
            RunError: the file is missing or damaged.
        """
        try:
            return read_manifest(self.path / MANIFEST)
        except DatasetError as error:
            why = error.what.partition(": ")[2].rstrip(".") or error.what
            raise side_files.damaged(self.path / MANIFEST, why) from error


def open_run(ref: str | Path, models_dir: Path | None = None) -> Run:
    """Open a run.

    Args:
        ref: a run id, a folder, or the name of a shipped model.
        models_dir: folder of the runs; None takes the settings.

    Raises:
        RunNotFoundError: no such run; names those that exist.
        RunError: the folder is there, but it has no readable `config.json`.
    """
    settings = get_settings()
    models_dir = models_dir or settings.models_dir
    name = str(ref)
    for parent in (models_dir, settings.shipped_dir, Path.cwd()):
        folder = Path(os.path.normpath(parent / name))
        if name and _holds_run(folder):
            return open_folder(folder)
    known = ", ".join(folder.name for folder in run_folders(models_dir)) or "none yet"
    shown = Path(name[-MAX_SHOWN:]).name.encode("unicode_escape").decode()
    raise RunNotFoundError(
        "There is no such run.", where=shown, fix=f"Runs on this machine: {known}."
    )


def _holds_run(folder: Path) -> bool:
    try:
        return (folder / CONFIG).exists()
    except (OSError, ValueError):  # no file can have that name: it is too long, or holds a NUL
        return False


def open_folder(folder: Path) -> Run:
    """Open the run of a folder.

    Raises:
        RunError: it has no readable `config.json`.
    """
    shipped = folder.resolve().parent == get_settings().shipped_dir.resolve()
    content = side_files.read_object(folder / CONFIG, schemas.CONFIG)
    return Run(folder, RunConfig.read(content), shipped, read_name(folder / NAME))


def run_folders(models_dir: Path | None = None) -> tuple[Path, ...]:
    """Folders that hold a run, readable or not: shipped ones, then the user's, the newest first."""
    settings = get_settings()
    shipped = sorted(settings.shipped_dir.glob(f"*/{CONFIG}"))
    own = sorted((models_dir or settings.models_dir).glob(f"*/{CONFIG}"), reverse=True)
    files = (*shipped, *(file for file in own if RUN_ID.fullmatch(file.parent.name)))
    return tuple(file.parent for file in files)
