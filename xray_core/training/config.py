"""The settings of a training, checked once."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from xray_core.errors import TrainingError
from xray_core.networks.registry import get_network
from xray_core.training.setting import setting, settings_of

EVERYTHING = "all"


@dataclass(frozen=True)
class Recipe:
    """Defaults for one kind of start: settings that are not given are taken from here."""

    head_epochs: int
    epochs: int
    learning_rate: float


FROM_RANDOM = Recipe(head_epochs=0, epochs=24, learning_rate=2e-3)
FROM_PRETRAINED = Recipe(head_epochs=20, epochs=7, learning_rate=1.5e-4)
"""Gentle, as the start is pre-trained; Xception was still gaining in its last epoch."""


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of one training. Those left at "", 0 or -1 take the default that suits the network.

    Attributes:
        network: key in `NETWORKS`.
        weights: where it starts: `imagenet`, `none` (random), or a file of weights.
        image_size_px: side of the square film.
        head_epochs: epochs that train the head alone, on features computed once by the frozen
            backbone; 0 skips this phase, as a random start must.
        epochs: largest number of epochs in which the network itself is trained.
        fine_tune_from: start of the name of the first layer that is trained after the head, or
            `all`. Layers before it keep their weights, and where the start is pre-trained every
            batch normalisation keeps its statistics.
        batch_size: films per step.
        learning_rate: highest rate of AdamW, after the warm-up.
        schedule: `cosine` decays to a hundredth over all epochs; `plateau` divides by four when
            the validation loss has not fallen for two epochs.
        weight_decay: of AdamW.
        label_smoothing: share of the target spread over all classes.
        ema_momentum: of the moving average of the network's weights that is validated and kept
            (see `weight_average.py`); 0 takes the weights of the last step.
        patience: epochs without a better validation loss before it stops early.
        augment: chest-safe changes of the training films (see `augment.py`).
        plain_epochs: how many of the last `epochs` show the training films as they are, so that
            what was learnt on changed films fits real ones (He et al. 2019,
            https://arxiv.org/abs/1909.09148).
        tone_mixing: share of the training films, redrawn every epoch, that take the greys of
            another one, so that the tone reveals less about the hospital; needs `augment`.
        lung_focus: share of the training films, redrawn every epoch, of which nothing but the
            lungs is visible; needs `augment`.
        calibrate: fit the probabilities to the validation films at the end (see
            `networks/calibration.py`).
        balance: `weights` (films of rare classes weigh more), `age` (so within each age group of
            a data set, which keeps age from revealing the class), `sampling` (they are shown more
            often) or `none`.
        precision: `bfloat16` computes in half the bits and keeps weights in full; `auto` takes it
            where the processor has instructions for it.
        strategy: `mirrored` for several devices, `multiworker` for several machines, `none`, or
            `auto` (see docs/distributed.md).
        seed: of weights, order and augmentation.
    """

    network: str
    weights: str = setting(
        "", "initial weights: imagenet (default where it exists), none, or a file"
    )
    image_size_px: int = setting(0, "side of the square film, px", most=1024)
    head_epochs: int = setting(
        -1, "epochs for the head alone, on features of the frozen backbone", least=0, most=1000
    )
    epochs: int = setting(-1, "largest number of epochs for the network itself", least=0, most=1000)
    fine_tune_from: str = setting("", "first layer that is trained after the head, or all")
    batch_size: int = setting(
        32, "films per step", least=1, most=1024, title="Batch size", place="batch"
    )
    learning_rate: float = setting(
        0.0,
        "peak learning rate of AdamW",
        least=1e-7,
        most=1.0,
        title="Learning rate",
        step=1e-4,
        place="steps",
    )
    schedule: str = setting(
        "cosine",
        "how the learning rate falls",
        choices={"cosine": "Cosine decay", "plateau": "Reduce on plateau"},
        title="Learning rate schedule",
        place="steps",
    )
    weight_decay: float = setting(
        1e-4,
        "weight decay of AdamW",
        least=0.0,
        most=1.0,
        title="Weight decay",
        step=1e-4,
        place="steps",
    )
    label_smoothing: float = setting(
        0.05,
        "share of the target spread over all classes",
        least=0.0,
        most=0.5,
        title="Label smoothing",
        tip="Keeps probabilities from becoming extreme where labels may be wrong.",
        step=0.01,
        place="steps",
    )
    ema_momentum: float = setting(
        0.0,
        "momentum of the moving average of the weights, such as 0.99; 0 for none",
        least=0.0,
        most=0.9999,
        title="Weight averaging, momentum",
        tip="0: none. 0.995 averages about the last 200 steps instead of keeping the last alone.",
        step=1e-4,
        place="steps",
    )
    patience: int = setting(
        6,
        "epochs without a better validation loss before it stops",
        least=1,
        most=1000,
        title="Patience, epochs",
        tip="Stops when the validation loss has not fallen for this many epochs.",
        place="stop",
    )
    augment: bool = setting(True, "chest-safe augmentation of the training films")
    plain_epochs: int = setting(
        0,
        "number of final epochs in which the training films are shown unchanged",
        least=0,
        most=1000,
        title="Final epochs without variation",
        tip="Adapts what was learnt on varied films to unchanged ones at the end.",
        place="films",
    )
    tone_mixing: float = setting(
        0.5,
        "share of the training films that take on the grey levels of another film",
        least=0.0,
        most=1.0,
        title="Films with the grey levels of another",
        tip="On this share of the training films, different ones in every epoch, brightness and "
        "contrast are taken from another film, so that a model cannot recognise a hospital "
        "by its tone.",
        step=0.05,
        place="films",
    )
    lung_focus: float = setting(
        0.0,
        "share of the training films reduced to their lungs",
        least=0.0,
        most=1.0,
        title="Films reduced to their lungs",
        tip="Everything outside the lungs is covered on this share of the training films, "
        "different ones in every epoch, so that a model cannot recognise a disease by shoulders, "
        "chin or abdomen.",
        step=0.05,
        place="films",
    )
    calibrate: bool = setting(
        True,
        "calibrate the probabilities on the validation films at the end",
        title="Calibrate the probabilities",
        tip="Fits them to the validation films at the end, so that about 80 % of the films with a "
        "probability of 0.80 are classified correctly.",
        place="end",
    )
    balance: str = setting(
        "weights",
        "rare classes weigh more (age: within each age group), are shown more often, or neither",
        choices={
            "weights": "Rare classes weigh more",
            "age": "Rare classes weigh more, within each age group",
            "sampling": "Rare classes are shown more often",
            "none": "All films count equally",
        },
        title="Class balance",
        place="classes",
    )
    precision: str = setting(
        "auto",
        "bfloat16 is faster where the processor supports it; auto checks that",
        choices={
            "auto": "Automatic",
            "float32": "Full (float32)",
            "bfloat16": "Half (bfloat16)",
        },
        title="Precision",
        place="classes",
    )
    strategy: str = setting(
        "auto",
        "several devices or machines: see docs/distributed.md",
        choices=dict.fromkeys(("auto", "none", "mirrored", "multiworker"), ""),
    )
    seed: int = setting(
        0, "seed of all random choices", least=0, most=2**31 - 1, title="Seed", place="steps"
    )

    def __post_init__(self) -> None:
        """Fill in what was left open, and check every value.

        Raises:
            TrainingError: a value is out of range; says which.
            UnknownNetworkError: no such network.
        """
        self._fill_in()
        self._check()
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

    def _check(self) -> None:
        known = settings_of(type(self))
        least = get_network(self.network).min_size_px
        known["image_size_px"] = replace(known["image_size_px"], least=least)
        for name, described in known.items():
            value = getattr(self, name)
            if wrong := described.problem(value):
                raise TrainingError(wrong[0], where=f"{name}={value}", fix=wrong[1])
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
        TrainingError: a value is out of range, or of the wrong kind.
    """
    names = {field.name for field in fields(TrainingConfig)}
    known = {name: value for name, value in content.items() if name in names}
    try:
        return TrainingConfig(**known | ({"weights": weights} if weights else {}))
    except (TypeError, AttributeError) as error:  # text for a number, or the like
        raise TrainingError(
            "The settings of the run cannot be used: a value has the wrong type.",
            where="config.json",
            fix="Copy the file again from where the run was trained, or train again.",
        ) from error
