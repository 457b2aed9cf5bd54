"""What is checked, written and computed before the first step of a training."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from xray_core.arrays import UInt8Array
from xray_core.data.records import SPLITS, Manifest, anonymise
from xray_core.errors import TrainingError
from xray_core.files import write_json
from xray_core.lungs.boxes import lung_boxes
from xray_core.networks.weights import Initialisation
from xray_core.runs import store
from xray_core.runs.environment import describe_environment
from xray_core.runs.side_files import read_object
from xray_core.runs.status import StatusFile
from xray_core.training.config import TrainingConfig
from xray_core.training.pipeline import Examples, film_weights


def checked_classes(manifest: Manifest) -> tuple[str, ...]:
    """The classes to learn, in display order.

    Raises:
        TrainingError: a split is empty, there is one class alone, or a class without training
            film.
    """
    fix = "Split the data again, or add films."
    for name in SPLITS:
        if not manifest.split(name).records:
            raise TrainingError(f"The {name} split has no film.", fix=fix)
    classes = manifest.classes
    if len(classes) < 2:
        raise TrainingError("There is only one class.", where=", ".join(classes), fix="Add films.")
    missing = set(classes) - set(manifest.split("train").classes)
    if missing:
        raise TrainingError(
            "A class has no training film.", where=", ".join(sorted(missing)), fix=fix
        )
    return classes


def thin_classes(manifest: Manifest, classes: tuple[str, ...]) -> list[str]:
    """What there are too few films for, in words."""
    return [
        f"No {name} film is {label}: how well that class is recognised cannot be measured."
        for name in ("val", "test")
        for label in classes
        if label not in manifest.split(name).classes
    ]


def require_same_films(manifest: Manifest, run_dir: Path) -> None:
    """Raise `TrainingError` where the run began with other films."""
    if read_object(run_dir / store.CONFIG).get("manifest_hash") != manifest.hash:
        raise TrainingError(
            "The films are not those that this training began with.",
            where=run_dir.name,
            fix="Bring the data set back to what it was, or start a new training.",
        )


def write_beginning(
    manifest: Manifest,
    classes: tuple[str, ...],
    config: TrainingConfig,
    initialisation: Initialisation,
    precision: str,
    run_dir: Path,
) -> None:
    """Everything that is known before the first step."""
    weights = Path(config.weights).name  # a file is named without its folder
    write_json(
        run_dir / store.CONFIG,
        asdict(config)
        | {
            "classes": list(classes),
            "weights": weights,
            "initialisation": initialisation.title,
            "precision": precision,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "datasets": sorted({record.dataset for record in manifest.records}),
            "manifest_hash": manifest.hash,
        },
    )
    write_json(run_dir / store.ENVIRONMENT, describe_environment())
    Manifest(tuple(map(anonymise, manifest.records)), {}).to_csv(run_dir / store.MANIFEST)


def gather_examples(
    manifest: Manifest,
    films: UInt8Array,
    classes: tuple[str, ...],
    config: TrainingConfig,
    status: StatusFile,
) -> Examples:
    """The films with their targets, weights and, where they are needed, lungs."""
    labels = np.array([classes.index(record.label) for record in manifest.records])
    split = np.array([record.split for record in manifest.records])
    train_rows = np.flatnonzero(split == "train")
    groups = [f"{record.dataset}/{record.age_group}" for record in manifest.records]
    strata = np.unique(groups, return_inverse=True)[1]
    weights, odds = film_weights(labels, train_rows, len(classes), config.balance, strata)
    lungs = None
    if config.augment and config.lung_focus:
        status.update(now=True, phase="finding the lungs", step=0)
        lungs = lung_boxes(films, progress=status.count)
    return Examples(
        films,
        train_rows,
        np.flatnonzero(split == "val"),
        np.eye(len(classes), dtype=np.float32)[labels],
        weights,
        odds,
        lungs,
    )
