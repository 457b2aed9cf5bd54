"""What a training has learnt so far, on disk after every epoch, so that it can resume from there.

`resume.npz` is written last and in one step: whatever kills the process, the file describes the
last whole epoch, and the next one gives the same weights as if nothing had happened.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xray_core.errors import TrainingError
from xray_core.files import replacing
from xray_core.networks.registry import save_weights
from xray_core.runs.store import HISTORY, RESUME
from xray_core.training.weight_average import averaged

if TYPE_CHECKING:
    import keras

Row = dict[str, Any]
_NEEDED = ("epoch", "val_loss", "seconds")


class Checkpoint:
    """History of a training, its best weights and the state to resume from.

    Args:
        run_dir: the run folder.
        resume: whether to resume from `resume.npz`, where there is one.

    Attributes:
        history: one row per epoch, over all phases.
    """

    def __init__(self, run_dir: Path, *, resume: bool = False) -> None:
        self._run_dir = run_dir
        self._path = run_dir / RESUME
        self.history: list[Row] = []
        if resume and self._path.is_file():
            self.history = _rows(self._read(), self._path)
            self._write_history()

    @property
    def epoch(self) -> int:
        """Whole epochs so far, over all phases."""
        return len(self.history)

    @property
    def best_epoch(self) -> int:
        """Epoch with the lowest validation loss, from 1; 0 before the first has ended."""
        losses = [row["val_loss"] for row in self.history]
        return int(np.argmin(losses)) + 1 if losses else 0

    @property
    def seconds(self) -> float:
        """What the whole epochs so far took."""
        return float(sum(row["seconds"] for row in self.history))

    def losses(self, phase: str) -> list[float]:
        """Validation losses of one phase, epoch by epoch."""
        return [row["val_loss"] for row in self.history if row["phase"] == phase]

    def add(self, row: Mapping[str, Any], model: "keras.Model", best_path: Path) -> None:
        """Keep an epoch: its row, the state of the model, and its weights if they are the best.

        Args:
            row: with `epoch`, `phase`, `val_loss`, ...
            model: compiled `keras.Model` that is being trained.
            best_path: where its best weights are kept.
        """
        self.history.append(dict(row))
        if self.best_epoch == self.epoch:
            with averaged(model):
                save_weights(model, best_path)
        self._write_history()
        arrays = {f"state {i:05d}": v.numpy() for i, v in enumerate(_variables(model))}
        with replacing(self._path) as part:
            np.savez(part, history=np.array(json.dumps(self.history)), **arrays)

    def restore(self, model: "keras.Model") -> None:
        """Put a compiled model into the state after the last whole epoch.

        Raises:
            TrainingError: the state is damaged or of another network.
        """
        arrays = self._read()
        variables = _variables(model)
        names = sorted(name for name in arrays if name.startswith("state "))
        if [arrays[name].shape for name in names] != [tuple(v.shape) for v in variables]:
            raise _unusable(self._path)
        for name, variable in zip(names, variables, strict=True):
            variable.assign(arrays[name])

    def close(self) -> None:
        """The training has finished: nothing is left to resume from."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            with np.load(self._path, allow_pickle=False) as file:
                return {name: file[name] for name in file.files}
        except Exception as error:  # a damaged zip raises whatever its bytes lead to
            raise _unusable(self._path) from error

    def _write_history(self) -> None:
        with replacing(self._run_dir / HISTORY) as part:
            pd.DataFrame(self.history).to_csv(part, index=False)


def _rows(arrays: Mapping[str, Any], path: Path) -> list[Row]:
    """The history that a state holds."""
    try:
        history = json.loads(str(arrays["history"]))
        if all(isinstance(row[name], float | int) for row in history for name in _NEEDED):
            return list(history)
    except (ValueError, KeyError, TypeError):
        pass
    raise _unusable(path)


def since_best(losses: list[float]) -> int:
    """Epochs since the lowest loss.

    >>> since_best([0.9, 0.5, 0.6, 0.7])
    2
    """
    return len(losses) - 1 - int(np.argmin(losses)) if losses else 0


def _variables(model: "keras.Model") -> list[Any]:
    """Weights, random states of dropout and the optimiser's averages, in a fixed order."""
    model.optimizer.build(model.trainable_variables)
    return [*model.variables, *model.optimizer.variables]


def _unusable(path: Path) -> TrainingError:
    return TrainingError(
        "The state of the training cannot be used.",
        where=f"{path.parent.name}/{path.name}",
        fix="Delete that file and resume: the training then starts from its first epoch.",
    )
