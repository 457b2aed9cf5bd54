"""Cross-validation: a training for each fold, in one folder, each resumable by itself.

crossvalidation.json   what was asked for, so that the same is asked again
fold-1/ ... fold-K/    a run folder each
results.json           pooled and per fold, once all folds have ended
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xray_core.data.folds import divide_folds
from xray_core.data.records import Manifest
from xray_core.errors import TrainingError
from xray_core.evaluation.scores import score_predictions
from xray_core.files import write_json
from xray_core.runs.store import CONFIG, RESUME, Run, open_run
from xray_core.training.config import TrainingConfig
from xray_core.training.train import train

ASKED = "crossvalidation.json"
RESULTS = "results.json"
_MEANS = ("accuracy", "balanced_accuracy", "macro_f1", "auc_macro")

Echo = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """A cross-validation.

    Attributes:
        films: to divide, with labels.
        config: of each training.
        n_folds: two or more.
        group: `patient` or `image`, as `divide_folds`.
        folder: of all folds.
    """

    films: Manifest
    config: TrainingConfig
    n_folds: int
    group: str
    folder: Path

    def fold_dir(self, fold: int) -> Path:
        """Folder of a fold, counted from 1."""
        return self.folder / f"fold-{fold}"

    def ended(self) -> list[int]:
        """Folds that have ended."""
        return [fold for fold in range(1, self.n_folds + 1) if _run_of(self.fold_dir(fold))]


def crossvalidate(
    plan: Plan, only: Sequence[int] = (), echo: Echo = print
) -> dict[str, Any] | None:
    """Train what has not been trained, and pool the test films of all folds.

    Folds may be trained by several processes at once, each with its own `only`: the one that ends
    last pools.

    Args:
        plan: of all folds.
        only: folds that this process trains; none takes all.
        echo: takes one line at a time.

    Returns:
        As `pooled`; None as long as folds are missing.

    Raises:
        TrainingError: the folder holds another cross-validation, there is no such fold, or as
            `train`.
        SplitError: the films cannot be divided so.
    """
    wanted = list(only) or list(range(1, plan.n_folds + 1))
    if wrong := [fold for fold in wanted if not 1 <= fold <= plan.n_folds]:
        raise TrainingError(
            "There is no such fold.", where=str(wrong[0]), fix=f"Take 1 to {plan.n_folds}."
        )
    _begin(plan)
    divisions = divide_folds(plan.films, plan.n_folds, group=plan.group, seed=plan.config.seed)
    for fold in wanted:
        folder = plan.fold_dir(fold)
        if _run_of(folder):
            echo(f"fold {fold} of {plan.n_folds}: had ended")
            continue
        again = (folder / RESUME).is_file()
        echo(f"fold {fold} of {plan.n_folds}: {'resumes' if again else 'starts'}")
        train(divisions[fold - 1], plan.config, folder, resume=again, echo=echo)
    missing = plan.n_folds - len(plan.ended())
    if missing:
        echo(f"{missing} of {plan.n_folds} folds are missing; the same command trains them")
        return None
    found = pooled(plan)
    write_json(plan.folder / RESULTS, found)
    return found


def pooled(plan: Plan) -> dict[str, Any]:
    """Scores of the test films of all folds together, and of each fold.

    Returns:
        `n_folds`, `group`, `classes`, `pooled` (as `score_predictions`), `folds` (list of `fold`,
        `n`, and the four mean scores), and `spread` (score -> mean and standard deviation over the
        folds).

    Raises:
        RunError: a fold has not ended, or a file of it is damaged.
    """
    runs = [open_run(plan.fold_dir(fold)) for fold in range(1, plan.n_folds + 1)]
    tables = [run.test_predictions() for run in runs]
    classes = runs[0].classes
    rows = [
        {"fold": fold, "n": run.scores()["n"]} | {name: run.scores()[name] for name in _MEANS}
        for fold, run in enumerate(runs, 1)
    ]
    values = {name: [row[name]["value"] for row in rows] for name in _MEANS}
    known = {name: [v for v in part if v is not None] for name, part in values.items()}
    return {
        "n_folds": plan.n_folds,
        "group": plan.group,
        "classes": list(classes),
        "pooled": score_predictions(pd.concat(tables, ignore_index=True), classes),
        "folds": rows,
        "spread": {
            name: {
                "mean": round(float(np.mean(part)), 4),
                "sd": round(float(np.std(part, ddof=1)), 4),
            }
            for name, part in known.items()
            if len(part) > 1
        },
    }


def _run_of(folder: Path) -> Run | None:
    """The run of a fold that has ended."""
    if not (folder / CONFIG).is_file():
        return None
    run = open_run(folder)
    return run if run.finished else None


def _begin(plan: Plan) -> None:
    """Keep what was asked for, or see that the same was asked for before."""
    asked = {
        "films": plan.films.hash,
        "n_folds": plan.n_folds,
        "group": plan.group,
        "config": {key: value for key, value in asdict(plan.config).items() if key != "weights"},
    }
    path = plan.folder / ASKED
    plan.folder.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        write_json(path, asked)
        return
    before = json.loads(path.read_text(encoding="utf-8"))
    if before != json.loads(json.dumps(asked)):
        changed = [key for key in asked if before.get(key) != json.loads(json.dumps(asked[key]))]
        raise TrainingError(
            "The folder holds another cross-validation.",
            where=f"{plan.folder.name}: {', '.join(changed)}",
            fix="Name another folder with --out, or ask for the same again.",
        )
