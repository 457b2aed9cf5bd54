"""What a training writes while it runs: status, history, weights of the best epoch."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from xray_core.errors import TrainingError
from xray_core.networks.registry import save_weights
from xray_core.runs.status import StatusFile
from xray_core.runs.store import HISTORY, WEIGHTS


class RunReporter(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes progress, history and the best weights; ends the training when asked or diverged.

    Args:
        run_dir: the run folder.
        status: its status file.
        epochs, steps: planned epochs, and steps an epoch.
        batch_size: films a step, for films per second.
        stop_requested: asked after every step; True ends the training after that step.
        echo: prints one line an epoch.
    """

    def __init__(
        self,
        run_dir: Path,
        status: StatusFile,
        *,
        epochs: int,
        steps: int,
        batch_size: int,
        stop_requested: Any,
        echo: Any,
    ) -> None:
        super().__init__()
        self._run_dir, self._status, self._echo = run_dir, status, echo
        self._epochs, self._steps, self._batch_size = epochs, steps, batch_size
        self._stop_requested = stop_requested
        self._history: list[dict[str, float]] = []
        self._best = float("inf")
        self._epoch_started = self._training_started = time.monotonic()
        self.stopped = False

    @property
    def best_epoch(self) -> int:
        """Epoch with the lowest validation loss, from 1; 0 before the first has ended."""
        losses = [row["val_loss"] for row in self._history]
        return int(np.argmin(losses)) + 1 if losses else 0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start the clock of the epoch."""
        self._epoch_started = time.monotonic()
        self._status.update(
            state="training", phase="", epoch=epoch + 1, epochs=self._epochs, step=0
        )

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Report the step; stop when asked; refuse to go on with a loss that is no number."""
        logs = logs or {}
        _refuse_nan(logs, where=f"epoch {self._status.content['epoch']}, step {batch + 1}")
        seconds = max(time.monotonic() - self._epoch_started, 1e-6)
        speed = (batch + 1) * self._batch_size / seconds
        steps_left = self._steps - batch - 1
        epochs_left = self._epochs - int(self._status.content["epoch"])
        self._status.update(
            step=batch + 1,
            steps=self._steps,
            films_per_second=round(speed, 1),
            eta_seconds=round((steps_left + epochs_left * self._steps) * self._batch_size / speed),
            metrics={name: round(float(value), 5) for name, value in logs.items()},
        )
        if self._stop_requested():
            self.stopped = self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Add a row to the history and keep the weights if they are the best so far."""
        values = {name: float(value) for name, value in (logs or {}).items()}
        if self.stopped or "val_loss" not in values:
            return
        _refuse_nan(values, where=f"validation after epoch {epoch + 1}")
        seconds = time.monotonic() - self._epoch_started
        self._history.append({"epoch": epoch + 1, **values, "seconds": round(seconds, 2)})
        part = self._run_dir / f"{HISTORY}.part"
        pd.DataFrame(self._history).to_csv(part, index=False)
        part.replace(self._run_dir / HISTORY)
        if values["val_loss"] < self._best:
            self._best = values["val_loss"]
            save_weights(self.model, self._run_dir / WEIGHTS)
        self._status.update(metrics={k: round(v, 5) for k, v in values.items()}, now=True)
        self._echo(
            f"epoch {epoch + 1}/{self._epochs}: "
            + ", ".join(f"{name} {value:.4f}" for name, value in values.items())
            + f", {seconds:.0f} s"
        )


def _refuse_nan(logs: Mapping[str, float], where: str) -> None:
    for name in ("loss", "val_loss"):
        if not np.isfinite(logs.get(name, 0.0)):
            raise TrainingError(
                "The loss is no longer a number: the training has diverged.",
                where=where,
                fix="Try again with a lower learning rate.",
            )
