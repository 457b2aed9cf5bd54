"""What the phases of a training share, and what belongs to one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from xray_core.runs.status import StatusFile
from xray_core.training.checkpoint import Checkpoint
from xray_core.training.config import TrainingConfig
from xray_core.training.epoch_maps import EpochMaps
from xray_core.training.learning_rates import Rate
from xray_core.training.pipeline import Examples


@dataclass(frozen=True)
class TrainingContext:
    """What all phases share.

    Attributes:
        run_dir: the run folder.
        config: what to do.
        status, checkpoint, maps: what is written while the training runs.
        examples: the films to learn from and to validate on.
        stop_requested: asked after every step; True ends the training after that step.
        echo: takes one line at a time for the log.
    """

    run_dir: Path
    config: TrainingConfig
    status: StatusFile
    checkpoint: Checkpoint
    maps: EpochMaps
    examples: Examples
    stop_requested: Callable[[], bool]
    echo: Callable[[str], None]


@dataclass(frozen=True)
class Phase:
    """One phase.

    Attributes:
        name: as the history names it.
        epochs: planned epochs of this phase.
        epochs_before, epochs_after: planned epochs of the other phases.
        steps: per epoch.
        batch_size: films per step.
        rate: gives the learning rate of every step.
        best_path: where the best weights of the trained model are kept.
        after_epoch: called with the number of the epoch, before the checkpoint is written.
    """

    name: str
    epochs: int
    epochs_before: int
    epochs_after: int
    steps: int
    batch_size: int
    rate: Rate
    best_path: Path
    after_epoch: Callable[[int], None]

    @property
    def epochs_in_all(self) -> int:
        """Planned epochs of all phases."""
        return self.epochs_before + self.epochs + self.epochs_after
