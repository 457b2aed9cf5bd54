"""Which layers of a network learn."""

import re
from typing import TYPE_CHECKING

from xray_core.errors import LayerNotFoundError

if TYPE_CHECKING:
    import keras

_BLOCK = re.compile(r"((?:conv\d+_)?block\d+[a-z]?)(?:_|$)")


def freeze_before(model: "keras.Model", layer: str) -> None:
    """Keep the weights of all layers before one, and the statistics of every normalisation.

    Fine-tuning sees few films, whose statistics would replace better ones.

    Args:
        model: network of the registry; changed.
        layer: start of the name of the first layer that learns; `all` freezes no weights.

    Raises:
        LayerNotFoundError: no layer is called so; lists the blocks there are.
    """
    names = [item.name for item in model.layers]
    first = next((i for i, name in enumerate(names) if name.startswith(layer)), None)
    if layer == "all":
        first = 0
    if first is None:
        raise LayerNotFoundError(
            f"The network has no layer whose name starts with '{layer}'.",
            where=model.name,
            fix=f"Choose 'all' or one of: {', '.join(blocks(model))}.",
        )
    for index, item in enumerate(model.layers):
        item.trainable = index >= first and type(item).__name__ != "BatchNormalization"


def blocks(model: "keras.Model") -> tuple[str, ...]:
    """Names of the blocks, in the order in which a film passes them."""
    found = (_BLOCK.match(item.name) for item in model.layers)
    return tuple(dict.fromkeys(match.group(1) for match in found if match))
