"""What a training is asked to do, checked once."""

from dataclasses import dataclass

from xray_core.errors import TrainingError
from xray_core.networks.registry import get_network


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of one training.

    Attributes:
        network: key in `NETWORKS`.
        epochs: most passes over the training films.
        image_size_px: side of the square film; 0 takes the network's own.
        batch_size: films a step.
        learning_rate: highest rate of AdamW, after the warm-up and before the cosine decay.
        weight_decay: of AdamW.
        label_smoothing: share of the target spread over all classes.
        patience: epochs without a better validation loss before it stops early.
        augment: chest-safe changes of the training films (see `augment.py`).
        class_weights: rare classes weigh more, so that all weigh the same.
        seed: of weights, order and augmentation.
    """

    network: str
    epochs: int = 24
    image_size_px: int = 0
    batch_size: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    label_smoothing: float = 0.05
    patience: int = 6
    augment: bool = True
    class_weights: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every value.

        Raises:
            TrainingError: a value is out of range; says which.
            UnknownNetworkError: no such network.
        """
        network = get_network(self.network)
        if self.image_size_px == 0:
            object.__setattr__(self, "image_size_px", network.image_size_px)
        for name, low, high in (
            ("epochs", 1, 1000),
            ("image_size_px", 32, 1024),
            ("batch_size", 1, 1024),
            ("learning_rate", 1e-7, 1.0),
            ("weight_decay", 0.0, 1.0),
            ("label_smoothing", 0.0, 0.5),
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
