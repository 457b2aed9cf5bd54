"""What a phase of a training writes while it runs, and what can end it early."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from xray_core.errors import TrainingError
from xray_core.files import replacing
from xray_core.runs.side_files import read_steps
from xray_core.runs.store import STEPS
from xray_core.training.checkpoint import since_best
from xray_core.training.context import Phase, TrainingContext

CURVE_SECONDS = 1.0


class RunReporter(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes progress, curves and history of one phase; ends it when asked, stuck or diverged.

    Args:
        context: what all phases share.
        phase: the one that is reported.
    """

    def __init__(self, context: TrainingContext, phase: Phase) -> None:
        super().__init__()
        self._context, self._phase = context, phase
        self._curve = StepCurve(context.run_dir, context.checkpoint.epoch)
        self._epoch_started = time.monotonic()
        self._losses: list[float] = []
        self.stopped = False

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start the clock of the epoch."""
        self._epoch_started = time.monotonic()
        self._losses = self._context.checkpoint.losses(self._phase.name)
        self._context.status.update(
            state="training",
            phase=self._phase.name,
            epoch=self._context.checkpoint.epoch + 1,
            epochs=self._phase.epochs_in_all,
            step=0,
            steps=self._phase.steps,
        )

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Set the learning rate of the step."""
        rate = self._phase.rate(len(self._losses) * self._phase.steps + batch, self._losses)
        self.model.optimizer.learning_rate.assign(rate)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Report the step; stop when asked; refuse a loss that is NaN or infinite."""
        logs = logs or {}
        epoch = self._context.checkpoint.epoch + 1
        _refuse_nan(logs, where=f"epoch {epoch}, step {batch + 1}")
        seconds = max(time.monotonic() - self._epoch_started, 1e-6)
        speed = (batch + 1) * self._phase.batch_size / seconds
        epochs_left = self._phase.epochs_before + self._phase.epochs - epoch
        steps_left = self._phase.steps - batch - 1 + epochs_left * self._phase.steps
        self._context.status.update(
            step=batch + 1,
            steps=self._phase.steps,
            films_per_second=round(speed, 1),
            eta_seconds=round(steps_left * self._phase.batch_size / speed),
            metrics={name: round(float(value), 5) for name, value in logs.items()},
        )
        self._curve.add(epoch, self._phase.name, batch, float(logs.get("loss", 0.0)))
        if self._context.stop_requested():
            self.stopped = self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Give the epoch to the checkpoint; end the phase when it no longer improves."""
        values = {name: float(value) for name, value in (logs or {}).items()}
        if self.stopped or "val_loss" not in values:
            return
        number = self._context.checkpoint.epoch + 1
        _refuse_nan(values, where=f"validation after epoch {number}")
        self._phase.after_epoch(number)
        seconds = time.monotonic() - self._epoch_started
        rate = float(np.asarray(self.model.optimizer.learning_rate))
        row = {"epoch": number, "phase": self._phase.name, **values}
        row |= {"learning_rate": float(f"{rate:.4g}"), "seconds": round(seconds, 2)}
        self._context.checkpoint.add(row, self.model, self._phase.best_path)
        self._curve.write()
        self._context.status.update(metrics={k: round(v, 5) for k, v in values.items()}, now=True)
        self._context.echo(
            f"epoch {number}/{self._phase.epochs_in_all} ({self._phase.name}): "
            + ", ".join(f"{name} {value:.4f}" for name, value in values.items())
            + f", {seconds:.0f} s"
        )
        if (
            since_best(self._context.checkpoint.losses(self._phase.name))
            >= self._context.config.patience
        ):
            self.model.stop_training = True


class StepCurve:
    """The loss about once per second, each value the mean since the last: `steps.csv`.

    Args:
        run_dir: the run folder.
        epochs: whole epochs so far; rows of later ones are forgotten.
    """

    def __init__(self, run_dir: Path, epochs: int) -> None:
        self._path = run_dir / STEPS
        self._rows: list[dict[str, Any]] = []
        if epochs and self._path.is_file():
            kept = read_steps(self._path)
            self._rows = kept[kept["epoch"] <= epochs].to_dict("records")  # type: ignore[assignment]
        self._step = self._rows[-1]["step"] if self._rows else 0
        self._written = time.monotonic()
        self._seen, self._sum = 0, 0.0

    def add(self, epoch: int, phase: str, batch: int, mean_loss: float) -> None:
        """Take a step.

        Args:
            epoch: from 1, over all phases.
            phase: name of the phase.
            batch: from 0, in this epoch.
            mean_loss: over all steps of this epoch so far, as Keras gives it.
        """
        self._step += 1
        if batch == 0:
            self._seen, self._sum = 0, 0.0
        if batch and time.monotonic() - self._written < CURVE_SECONDS:
            return
        total, n = mean_loss * (batch + 1), batch + 1
        loss = (total - self._sum) / (n - self._seen)
        self._seen, self._sum = n, total
        self._rows.append(
            {"step": self._step, "epoch": epoch, "phase": phase, "loss": float(f"{loss:.5g}")}
        )
        self.write()

    def write(self) -> None:
        """Write the file in one step."""
        with replacing(self._path) as part:
            pd.DataFrame(self._rows).to_csv(part, index=False)
        self._written = time.monotonic()


def _refuse_nan(logs: Mapping[str, float], where: str) -> None:
    for name in ("loss", "val_loss"):
        if not np.isfinite(logs.get(name, 0.0)):
            raise TrainingError(
                "The loss is NaN or infinite: the training has diverged.",
                where=where,
                fix="Try again with a lower learning rate.",
            )
