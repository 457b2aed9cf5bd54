"""A method at a layer: what is measured, chosen and shown together."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from xray_core.explain.shown import map_title
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

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Pair":
        """The pair that a row of a report is about."""
        return cls(row["method"], row.get("layer", ""))

    @property
    def n_layers(self) -> int:
        """Layers whose maps it is made of."""
        return len(split_layers(self.layer))

    @property
    def title(self) -> str:
        """In words: `LayerCAM product at stage 3 and stage 5`."""
        return map_title(self.method, self.layer)
