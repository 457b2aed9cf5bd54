"""What a run was asked for: `config.json`, read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RunConfig:
    """The settings of a run that others than its training need.

    Attributes:
        network: key in `NETWORKS`; `own` for a custom model.
        classes: labels in the order of the logits.
        image_size_px: side of the square film that the network takes.
        title: display name of a custom model.
        initialisation: where the weights started: `random` or `ImageNet`.
        created: when, ISO 8601 in UTC; "" where it is not known.
        datasets: names of the data sets that it was trained on.
        manifest_hash: of their films.
        seed: of weights, order and augmentation; None for a custom model.
        epochs: most of the network itself and of its head together.
        scale: what a custom model multiplies films by; None for no factor of its own.
        target_layer: layer that a custom model is explained at.
        map_notes: what a map of that layer leaves out, as sentences.
        content: all of the file, with settings that only a training knows.
    """

    network: str
    classes: tuple[str, ...]
    image_size_px: int
    title: str = "Custom model"
    initialisation: str = "random"
    created: str = ""
    datasets: tuple[str, ...] = ()
    manifest_hash: str = ""
    seed: int | None = None
    epochs: int = 0
    scale: int | None = None
    target_layer: str | None = None
    map_notes: tuple[str, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "RunConfig":
        """The settings in a file's content, which was checked against `schemas.CONFIG`."""
        names = ("title", "initialisation", "created", "manifest_hash", "seed", "scale")
        return cls(
            network=str(content["network"]),
            classes=tuple(content["classes"]),
            image_size_px=int(content["image_size_px"]),
            datasets=tuple(map(str, content.get("datasets", ()))),
            epochs=int(content.get("head_epochs", 0)) + int(content.get("epochs", 0)),
            map_notes=tuple(map(str, content.get("map_notes", ()))),
            content=content,
            target_layer=content.get("target_layer"),
            **{name: content[name] for name in names if name in content},
        )
