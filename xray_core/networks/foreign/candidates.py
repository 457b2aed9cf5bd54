"""Which steps of a network may be explained: those with maps, and the tokens of a transformer."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xray_core.networks.foreign.flatten import inputs_of, upstream

if TYPE_CHECKING:
    import keras

SUFFIX = "_places"
"""Ends the name of a layer that was put into the graph to give tokens or an operation as maps."""

_NO_FEATURES = ("Pooling", "Dropout", "Padding", "Cropping", "Reshape", "Permute", "Identity")
_NO_MAPS = (
    *_NO_FEATURES,
    "Pad",
    "GetItem",
    "Transpose",
    "Pool",
    "Cast",
    "Flip",
    "Roll",
    "Moveaxis",
)
PRODUCTS = ("Matmul", "Dot", "Einsum", "Tensordot")
"""Operations with which attention is written by hand."""


@dataclass(frozen=True)
class Candidate:
    """A step of a flat graph whose output may be explained.

    Attributes:
        layer: name of the layer that gives the maps.
        step: name of the step; another one where the layer has to be put in after it.
        shape: (height, width, channel) of the maps.
        extra: tokens before those of the grid: 1 with a class token, else 0.
    """

    layer: str
    step: str
    shape: tuple[int, int, int]
    extra: int = 0

    @property
    def inside(self) -> bool:
        """Whether the graph has the layer already."""
        return self.layer == self.step

    def put_in(self, tensor: Any) -> Any:
        """The same tensor, by way of a 4-D layer that can be explained."""
        import keras

        layers, name = keras.layers, self.layer
        if len(tensor.shape) == 4:
            return layers.Activation("linear", name=name)(tensor)
        height, width, channels = self.shape
        n, first = height * width, self.extra
        patches = layers.Cropping1D((first, 0), name=f"{name}_only")(tensor) if first else tensor
        grid = layers.Reshape((height, width, channels), name=name)(patches)
        back = layers.Reshape((n, channels), name=f"{name}_back")(grid)
        if not first:
            return back
        token = layers.Cropping1D((0, n), name=f"{name}_beside")(tensor)
        return layers.Concatenate(axis=1, name=f"{name}_all")([token, back])


def candidates(flat: "keras.Model") -> tuple[Candidate, ...]:
    """Steps that may be explained, in the order of the graph.

    They lie at or after the first convolution and are not pooling. They have maps, also those that
    tokens were made into again, or tokens after attention, as many as the patches of the film.
    """
    found, convolved, attentive = [], False, False
    for step in flat.operations:
        kind, name = type(step).__name__, step.name
        convolved = convolved or hasattr(step, "kernel_size")
        attentive = attentive or "Attention" in kind or kind in PRODUCTS
        if not convolved or isinstance(step.output, list | tuple):
            continue
        once = len(step._inbound_nodes) == 1  # what is called twice has no place to put a layer in
        shape: Any = getattr(step.output, "shape", ())
        before = [len(tensor.shape) for tensor in inputs_of(step.output)]
        rebuilt = "Reshape" in kind and before == [3]
        if len(shape) == 4 and min(shape[1] or 0, shape[2] or 0) > 1:
            if _is_layer(step) and (rebuilt or not any(word in kind for word in _NO_FEATURES)):
                found.append(Candidate(name, name, shape[1:]))
            elif (
                once
                and not _is_layer(step)
                and (rebuilt or not any(word in kind for word in _NO_MAPS))
            ):
                found.append(Candidate(name + SUFFIX, name, shape[1:]))
            continue
        tokens = (
            once and len(shape) == 3 and attentive and not any(word in kind for word in _NO_MAPS)
        )
        if grid := _grid(step.output) if tokens else None:
            extra = shape[1] - grid[0] * grid[1]
            found.append(Candidate(name + SUFFIX, name, (*grid, shape[2]), extra))
    return tuple(found)


def _grid(tensor: Any) -> tuple[int, int] | None:
    """(height, width) of the patches that tokens stand for, a class token aside; None if none."""
    n = tensor.shape[1] or 0
    patches = [item.shape[1:3] for item in upstream(tensor) if len(item.shape) == 4]
    squares = [(math.isqrt(k),) * 2 for k in (n, n - 1) if k > 3 and math.isqrt(k) ** 2 == k]
    for height, width in (*patches, *squares):
        if height and width and min(height, width) > 1 and height * width in (n, n - 1):
            return int(height), int(width)
    return None


def _is_layer(step: Any) -> bool:
    import keras

    return isinstance(step, keras.layers.Layer)
