"""What a training is asked to do, checked once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from xray_core.errors import TrainingError
from xray_core.networks.registry import get_network

EVERYTHING = "all"
CHOICES = {
    "schedule": ("cosine", "plateau"),
    "balance": ("weights", "age", "sampling", "none"),
    "precision": ("auto", "float32", "bfloat16"),
    "strategy": ("auto", "none", "mirrored", "multiworker"),
}


@dataclass(frozen=True)
class Recipe:
    """What suits a start: settings that are not given are taken from here."""

    head_epochs: int
    epochs: int
    learning_rate: float


FROM_RANDOM = Recipe(head_epochs=0, epochs=24, learning_rate=2e-3)
FROM_PRETRAINED = Recipe(head_epochs=20, epochs=7, learning_rate=1.5e-4)
"""Gentle, as the start knows something already; Xception was still gaining in its last epoch."""


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of one training. Those left at "", 0 or -1 take what suits the network.

    Attributes:
        network: key in `NETWORKS`.
        weights: where it starts: `imagenet`, `none` (random), or a file of weights.
        image_size_px: side of the square film.
        head_epochs: passes that train the head alone, on features computed once by the frozen
            backbone; 0 skips this phase, as a random start must.
        epochs: most passes over the training films in which the network itself is trained.
        fine_tune_from: start of the name of the first layer that is trained after the head, or
            `all`. Layers before it keep their weights, and where the start is pre-trained every
            batch normalisation keeps its statistics.
        batch_size: films a step.
        learning_rate: highest rate of AdamW, after the warm-up.
        schedule: `cosine` decays to a hundredth over all epochs; `plateau` divides by four when
            the validation loss has not fallen for two epochs.
        weight_decay: of AdamW.
        label_smoothing: share of the target spread over all classes.
        ema_momentum: of the moving average of the network's weights that is validated and kept
            (see `averaging.py`); 0 takes the weights of the last step.
        patience: epochs without a better validation loss before it stops early.
        augment: chest-safe changes of the training films (see `augment.py`).
        plain_epochs: how many of the last `epochs` show the training films as they are, so that
            what was learnt on changed films fits real ones (He et al. 2019,
            https://arxiv.org/abs/1909.09148).
        tone_mixing: share of the training films, anew in every epoch, that take the greys of
            another one, so that the tone of a hospital tells less; works with `augment` alone.
        lung_focus: share of the training films, anew in every epoch, of which nothing but the
            lungs is left to see; works with `augment` alone.
        calibrate: fit how sure the network is, and which classes it leans to, to the validation
            films at the end (see `networks/calibration.py`).
        balance: `weights` (films of rare classes weigh more), `age` (so within each age group of
            a data set, which keeps age from telling the class), `sampling` (they are shown more
            often) or `none`.
        precision: `bfloat16` computes in half the bits and keeps weights in full; `auto` takes it
            where the processor has instructions for it.
        strategy: `mirrored` for several devices, `multiworker` for several machines, `none`, or
            `auto` (see docs/distributed.md).
        seed: of weights, order and augmentation.
    """

    network: str
    weights: str = ""
    image_size_px: int = 0
    head_epochs: int = -1
    epochs: int = -1
    fine_tune_from: str = ""
    batch_size: int = 32
    learning_rate: float = 0.0
    schedule: str = "cosine"
    weight_decay: float = 1e-4
    label_smoothing: float = 0.05
    ema_momentum: float = 0.0
    patience: int = 6
    augment: bool = True
    plain_epochs: int = 0
    tone_mixing: float = 0.5
    lung_focus: float = 0.0
    calibrate: bool = True
    balance: str = "weights"
    precision: str = "auto"
    strategy: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        """Fill in what was left open, and check every value.

        Raises:
            TrainingError: a value is out of range; says which.
            UnknownNetworkError: no such network.
        """
        self._fill_in()
        self._check_numbers()
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise TrainingError(
                    f"{name} is unknown.",
                    where=f"{name}={getattr(self, name)}",
                    fix=f"Choose one of: {', '.join(choices)}.",
                )
        if self.head_epochs + self.epochs == 0:
            raise TrainingError(
                "There is nothing to train.", where="epochs=0", fix="Take at least one epoch."
            )
        if not self.pretrained and (self.head_epochs or self.fine_tune_from != EVERYTHING):
            raise TrainingError(
                "A backbone with random weights cannot stay frozen: it has learnt nothing yet.",
                where=f"head_epochs={self.head_epochs}, fine_tune_from={self.fine_tune_from}",
                fix="Train everything, or start from pre-trained weights.",
            )

    @property
    def pretrained(self) -> bool:
        """Whether the backbone has learnt something before."""
        return self.weights != "none"

    def _fill_in(self) -> None:
        network = get_network(self.network)
        if not self.weights:
            self._set("weights", "imagenet" if network.pretrained else "none")
        if not self.image_size_px:
            self._set("image_size_px", network.image_size_px)
        recipe = FROM_PRETRAINED if self.pretrained else FROM_RANDOM
        for name in ("head_epochs", "epochs"):
            if getattr(self, name) == -1:
                self._set(name, getattr(recipe, name))
        if not self.learning_rate:
            self._set("learning_rate", recipe.learning_rate)
        if not self.fine_tune_from:
            known = network.pretrained if self.pretrained else None
            self._set("fine_tune_from", known.fine_tune_from if known else EVERYTHING)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_numbers(self) -> None:
        for name, low, high in (
            ("head_epochs", 0, 1000),
            ("epochs", 0, 1000),
            ("image_size_px", get_network(self.network).min_size_px, 1024),
            ("batch_size", 1, 1024),
            ("learning_rate", 1e-7, 1.0),
            ("weight_decay", 0.0, 1.0),
            ("label_smoothing", 0.0, 0.5),
            ("ema_momentum", 0.0, 0.9999),
            ("plain_epochs", 0, 1000),
            ("tone_mixing", 0.0, 1.0),
            ("lung_focus", 0.0, 1.0),
            ("patience", 1, 1000),
            ("seed", 0, 2**31 - 1),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise TrainingError(
                    f"{name} is out of range.", where=f"{name}={value}", fix=f"{low} to {high}."
                )
        if self.image_size_px % 16:
            raise TrainingError(
                "The image size must be a multiple of 16, so that maps line up with the film.",
                where=f"image_size_px={self.image_size_px}",
                fix=f"Take {self.image_size_px // 16 * 16}.",
            )


def config_from(content: Mapping[str, Any], weights: str = "") -> TrainingConfig:
    """The settings that a run's `config.json` holds.

    Args:
        content: of the file; what is not a setting is left out.
        weights: where it started on this machine; "" as the file says.

    Raises:
        TrainingError: a value is out of range.
    """
    names = {field.name for field in fields(TrainingConfig)}
    known = {name: value for name, value in content.items() if name in names}
    return TrainingConfig(**known | ({"weights": weights} if weights else {}))
