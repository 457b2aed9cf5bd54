"""A method at a layer: what is measured, chosen and shown together."""

from typing import NamedTuple

from xray_core.explain.methods import METHODS
from xray_core.networks.layers import split_layers


class Pair(NamedTuple):
    """A method and the layer that it explains.

    Attributes:
        method: key in `METHODS`.
        layer: spelled as `networks.layers` says; empty for a method of the film, and where the
            model says which.
    """

    method: str
    layer: str = ""

    @property
    def n_layers(self) -> int:
        """Layers whose maps it is made of."""
        return len(split_layers(self.layer))

    @property
    def title(self) -> str:
        """In words: `LayerCAM product at stage3_relu2 and stage5_relu2`."""
        name = METHODS[self.method].title if self.method in METHODS else self.method
        layers = " and ".join(split_layers(self.layer))
        return f"{name} at {layers}" if layers else name
