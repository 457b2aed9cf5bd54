"""What a model declares about its input image: channels, size, and the scale of its greys."""

from typing import TYPE_CHECKING, Any

import numpy as np

from xray_core.errors import NetworkError
from xray_core.networks.foreign.flatten import is_graph, leaves

if TYPE_CHECKING:
    import keras

SIZES_PX = (12, 1024)


def declared_size_px(model: "keras.Model") -> int | None:
    """Side of the films that a model takes; None where it takes any size and declares none.

    Args:
        model: as for `adapt_network`.

    Raises:
        NetworkError: the model has no graph, or not one image as input.
    """
    height, width, _ = input_shape(model)
    return _declared_size(model) if height is None else max(height, width or 0)


def input_shape(model: "keras.Model") -> tuple[int | None, int | None, int]:
    """Height, width and channels of the one image that a model takes; else `NetworkError`."""
    if not is_graph(model):
        raise NetworkError(
            "The network has no graph: it is a custom class, or was never built.",
            where=getattr(model, "name", type(model).__name__),
            fix="Build it with the functional API or as Sequential with keras.Input.",
        )
    if len(model.inputs) != 1:
        raise NetworkError(
            f"The network takes {len(model.inputs)} inputs.",
            where=model.name,
            fix="Give one that takes an image alone.",
        )
    shape = tuple(model.inputs[0].shape)
    if len(shape) != 4 or shape[-1] not in (1, 3):
        raise NetworkError(
            "The network takes no grey or colour image with the channels last.",
            where=f"{model.name}, input {shape}",
            fix="Give one whose input is (height, width, 1) or (height, width, 3).",
        )
    return shape[1], shape[2], int(shape[3])


def required_size(model: "keras.Model", size: int | None) -> int:
    """The size, if it is one that films may have; else `NetworkError`."""
    least, most = SIZES_PX
    if size is None:
        raise NetworkError(
            "The network takes films of any size.",
            where=model.name,
            fix="Give the size that it was trained with (--image-size on the command line).",
        )
    if not least <= size <= most:
        raise NetworkError(
            "The network cannot take films of that size.",
            where=f"{model.name}, {size} px",
            fix=f"Take {least} to {most} px (--image-size).",
        )
    return size


def _declared_size(model: "keras.Model") -> int | None:
    sizes = (step.height for step in leaves(model) if type(step).__name__ == "Resizing")
    return next(sizes, None)


def declared_scale_of(model: "keras.Model") -> int | None:
    """What the first step before any convolution that changes greys expects; None without one."""
    for step in leaves(model):
        kind = type(step).__name__
        if hasattr(step, "kernel_size"):
            break
        if kind == "Rescaling":
            return 255 if float(np.max(step.scale)) < 0.05 else 1
        if kind == "Normalization":
            return 255 if float(np.abs(np.asarray(step.mean)).max()) > 2 else 1
        if any(number > 50 for number in _constants(step)):
            return 255
    return None


def _constants(step: Any) -> list[float]:
    """Sizes of the numbers that an operation without weights combines its input with."""
    found = []
    for node in step._inbound_nodes if not hasattr(step, "weights") else ():
        for value in (*node.arguments.args, *node.arguments.kwargs.values()):
            try:
                found.append(float(np.abs(np.asarray(value, np.float64)).max()))
            except (TypeError, ValueError):  # the tensor itself, a name, nothing
                continue
    return found
